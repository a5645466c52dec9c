"""Rows about the server and the browser: memory of a worker, start, page open to chart painted."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.material import ROOT, Material
from benchmarks.measure import Measured, NotInstalledError, Side, in_turn, wait_until
from benchmarks.servers import BARE, HEED, LOADED, Server, gunicorn

MEGABYTE = 1e6
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CHARTS = ("heatmap", "sample", "by-outcome")
HEATMAP_DRAWN = """() => {
  const image = document.querySelector("#attention-heatmap .heatmaplayer image");
  return !!image && (image.getAttribute("href") || image.getAttribute("xlink:href") || "").length > 100;
}"""
BARE_DRAWN = """() => !!document.querySelector("#chart .scatterlayer path.js-line")"""
ALL_DRAWN = """names => names.every(name =>
  document.querySelector(`#attention-${name} :is(path.js-line, .barlayer path, .heatmaplayer image)`))"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def memory(material: Material, repeat: int) -> Measured:
    """Measure an idle worker that has served pages, Heed's with ONNX Runtime loaded by a prediction."""
    shares: dict[str, list[float]] = {}
    query = urlencode({"dataset": material.dataset, "run": material.run})
    chart = f"/download/attention-heatmap?format=figure&{query}"

    def worker(label: str, arguments: tuple[str, ...], *paths: str) -> float:
        with gunicorn(material, arguments, paths) as server:
            for _ in range(6):
                server.answers(*paths)
            found = [resident(pid) for pid in server.workers()]
            if arguments is LOADED:
                require_without_tensorflow(server)
        shares.setdefault(label, []).append(max(share for _, share in found))
        return max(whole for whole, _ in found)

    def keras(_: int) -> float:
        command = [sys.executable, "-m", "benchmarks.keras_app"]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            process.stdout.readline()  # type: ignore[union-attr]
            whole, share = resident(process.pid)
            process.communicate()
        shares.setdefault("Keras", []).append(share)
        return whole

    sides = [
        Side("Heed", lambda _: worker("Heed", LOADED, "/", f"/attention?{query}", chart)),
        Side("bare Dash worker", lambda _: worker("bare Dash", BARE, "/", "/_dash-layout")),
        Side("process with Keras imported", keras, needs=("keras",)),
    ]
    found = in_turn(sides, repeat, warm=0)
    words = [f"{label} {statistics.median(values):.0f} MB" for label, values in shares.items()]
    found.notes = f"resident set of the larger of two workers; proportional set: {', '.join(words)}"
    return found


def resident(pid: int) -> tuple[float, float]:
    """Return the resident and the proportional set of a process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {
        name: int(value.split()[0]) * 1024 / MEGABYTE for name, value in (line.split(":") for line in lines)
    }
    return sizes["Rss"], sizes["Pss"]


def require_without_tensorflow(server: Server) -> None:
    """Raise RuntimeError unless every worker has ONNX Runtime and none has TensorFlow in memory."""
    for pid in server.workers():
        maps = Path(f"/proc/{pid}/maps").read_text()
        if "onnxruntime" not in maps or "tensorflow" in maps:
            raise RuntimeError("a worker must have ONNX Runtime and no TensorFlow loaded; it is otherwise")


def start(material: Material, repeat: int) -> Measured:
    """Start the server until it answers: /health and the first page."""

    def once(arguments: tuple[str, ...], *paths: str) -> float:
        started = time.perf_counter()
        with gunicorn(material, arguments) as server:
            wait_until(lambda: server.answers(*paths), 60, "a first answer")
            return time.perf_counter() - started

    sides = [
        Side("Heed", lambda _: once(HEED, "/health", "/")),
        Side("bare Dash under gunicorn", lambda _: once(BARE, "/")),
    ]
    return in_turn(sides, repeat)


def page(material: Material, repeat: int) -> Measured:
    """Open the Attention page in Chromium until its heatmap is painted; each time with an empty cache."""
    program = chromium()
    from playwright.sync_api import sync_playwright

    everything: list[float] = []
    query = urlencode({"dataset": material.dataset, "run": material.run})
    with (
        gunicorn(material, HEED, ("/health", "/")) as heed,
        gunicorn(material, BARE, ("/",)) as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)

        def attention(turn: int) -> float:
            url = f"http://127.0.0.1:{heed.port}/attention?{query}"
            seconds, whole = painted(browser, url, HEATMAP_DRAWN, list(CHARTS))
            everything.extend([whole] if turn >= 0 else [])
            return seconds

        def plain(_: int) -> float:
            return painted(browser, f"http://127.0.0.1:{bare.port}/", BARE_DRAWN, [])[0]

        found = in_turn([Side("Heed", attention), Side("bare Dash page", plain)], repeat, warm=2)
        browser.close()
    found.notes = (
        f"to the heatmap, the first of three charts; all three: {statistics.median(everything):.2f} s"
        f" ({min(everything):.2f}-{max(everything):.2f})"
    )
    return found


def chromium() -> str:
    """Return where Chromium is; NotInstalledError if it or what drives it is not installed."""
    found = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
    if not found or find_spec("playwright") is None:
        raise NotInstalledError("not installed: chromium or playwright")
    return found


def painted(browser: Any, url: str, drawn: str, charts: list[str]) -> tuple[float, float]:
    """Return the seconds from opening a page to its chart, and to all its charts."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        tab = context.new_page()
        started = time.perf_counter()
        tab.goto(url, wait_until="commit")
        tab.wait_for_function(drawn, timeout=30_000)
        tab.evaluate(TWO_FRAMES)
        first = time.perf_counter() - started
        if charts:
            tab.wait_for_function(ALL_DRAWN, arg=charts, timeout=30_000)
            tab.evaluate(TWO_FRAMES)
        return first, time.perf_counter() - started
    finally:
        context.close()
