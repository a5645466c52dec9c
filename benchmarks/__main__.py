"""Print the table and write benchmarks/results.json: `python -m benchmarks`."""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import table
from benchmarks.child import PREPARE
from benchmarks.material import ROOT, Material, environment, temporary_home
from benchmarks.rows import ROWS, Row

LONGEST = 900.0  # seconds after which a row is given up
VERSIONS = ("tensorflow", "keras", "onnxruntime", "dash", "plotly")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [row.name for row in ROWS]
    parser.add_argument("--list", action="store_true", help="list the rows and measure nothing")
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="measure this row")
    parser.add_argument("--repeat", type=int, metavar="N", help="repetitions of every row; 2 for a trial")
    parser.add_argument("--out", type=Path, default=table.RESULTS, metavar="FILE", help="where results go")
    parser.add_argument(
        "--write-docs", action="store_true", help="fill docs/performance.md from the results, measure nothing"
    )
    return parser.parse_args(given)


def measured(row: Row, repeat: int, material: Material) -> dict[str, Any]:
    """Measure a row in a process of its own and judge it."""
    found = in_process(row.name, repeat, material)
    return table.judged(row, found)


def in_process(name: str, repeat: int, material: Material) -> dict[str, Any]:
    """Ask a child process; what goes wrong in it becomes the row's error."""
    with tempfile.TemporaryDirectory() as directory:
        result, log = Path(directory) / "result.json", Path(directory) / "log.txt"
        command = [sys.executable, "-m", "benchmarks.child", name, str(repeat), material.text(), str(result)]
        with log.open("wb") as output, running(command, material.home, output) as child:
            try:
                status = child.wait(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                return {"error": f"gave up after {LONGEST:g} s"}
        if status:
            print(log.read_text()[-3000:], file=sys.stderr)
            return {"error": f"failed: {(log.read_text().strip().splitlines() or ['no word'])[-1]:.120}"}
        found: dict[str, Any] = json.loads(result.read_text())
        return found


@contextmanager
def running(command: list[str], home: str, output: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process for the time of a block, in our own process group; it is ended when the block is left."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment(home), stdout=output, stderr=output)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def machine() -> dict[str, Any]:
    """Say where and with what was measured."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cores": os.cpu_count(),
        "processor": models[0] if models else platform.machine(),
        "Python": platform.python_version(),
        **{name: version(name) for name in VERSIONS},
    }


def run(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure the rows that are asked for, one after the other."""
    rows = [row for row in ROWS if not chosen.only or row.name in chosen.only]
    done = []
    with temporary_home() as home:
        made = in_process(PREPARE, 1, Material(home))
        if "error" in made:
            raise SystemExit(f"nothing could be measured: {made['error']}")
        material = Material(home, made["dataset"], made["run"])
        for row in rows:
            started = time.perf_counter()
            done.append(measured(row, chosen.repeat or row.repeat, material))
            print(f"{row.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return done


def main() -> int:
    """Do what the command line says; 1 if a row failed. A target that is missed fails nothing."""
    chosen = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything that was started is ended
    if chosen.list:
        print("\n".join(f"{row.name:12}{row.what}; target {row.target.words}" for row in ROWS))
        return 0
    if chosen.write_docs:
        text = table.filled(table.DOCUMENT.read_text(), table.as_markdown(table.read_results(chosen.out)))
        table.DOCUMENT.write_text(text)
        return 0
    rows = run(chosen)
    print(table.as_text(rows))
    results = table.merged(table.read_results(chosen.out), machine(), rows)
    chosen.out.write_text(json.dumps(results, indent=1) + "\n")
    return int(any("failed" in row.get("error", "") for row in rows))


if __name__ == "__main__":
    sys.exit(main())
