"""Crash and fault points, enumerated: a deed is done again and again, struck at one call after another.

A helper process that has imported everything forks a child per point, which waits to be traced; so a point
costs some 40 ms instead of an interpreter's start.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from tests.waiting import wait_until

# All calls by which these deeds change a file system: the disk can't differ between two of them.
CHANGES = (
    "openat,open,creat,write,pwrite64,writev,fallocate,ftruncate,fsync,fdatasync,msync,rename,renameat,"
    "renameat2,mkdir,mkdirat,unlink,unlinkat,rmdir,chmod,fchmod,fchmodat,utimensat,link,linkat,symlink,"
    "sendfile,copy_file_range"
)
REFUSED = 3  # exit code of a deed that ended in a HeedError
BROKEN = 4  # exit code of a deed that ended in another exception


@dataclass(frozen=True)
class Point:
    """One call of a deed: the n-th of its kind."""

    call: str
    number: int


def require_strace() -> None:
    """Skip a test where processes can't be traced."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    told = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if told.returncode:
        pytest.skip("processes can't be traced here")


class Stage:
    """The helper process that does the deeds of a module under observation."""

    def __init__(self, deeds: str = "tests.faults.deeds") -> None:
        self._helper = subprocess.Popen(
            [sys.executable, "-m", deeds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._helper.communicate()

    def log(self, deed: str, home: Path) -> list[str]:
        """Do a deed undisturbed and return the lines of its calls."""
        path = home.parent / "calls.log"
        code = self._do(deed, home, ["-o", str(path), "-y", "-e", f"trace={CHANGES}"])
        assert code == 0, f"{deed} ended with {code} when nothing disturbed it"
        return [line for line in path.read_text().splitlines() if re.match(r"\w+\(", line)]

    def points(self, deed: str, home: Path) -> Iterator[Point]:
        """Do a deed undisturbed and give all points at which it can be struck."""
        kinds = Counter(line.split("(", 1)[0] for line in self.log(deed, home))
        for call, count in sorted(kinds.items()):
            yield from (Point(call, number) for number in range(1, count + 1))

    def kill(self, deed: str, home: Path, point: Point) -> None:
        """Do a deed and kill it as it enters a call."""
        code = self._do(deed, home, _inject(point, "signal=SIGKILL"))
        assert code == -signal.SIGKILL, f"{deed} was not killed at {point}: {code}"

    def fail(self, deed: str, home: Path, point: Point, error: str) -> int:
        """Do a deed whose call fails with an error ("ENOSPC") and return its exit code."""
        return self._do(deed, home, _inject(point, f"error={error}"))

    def _do(self, deed: str, home: Path, options: list[str]) -> int:
        assert self._helper.stdin is not None
        assert self._helper.stdout is not None
        self._helper.stdin.write(json.dumps({"deed": deed, "home": str(home)}) + "\n")
        self._helper.stdin.flush()
        child = int(self._helper.stdout.readline())
        with _traced(child, options):
            os.kill(child, signal.SIGCONT)
            return int(self._helper.stdout.readline())


@contextmanager
def _traced(process: int, options: list[str]) -> Iterator[None]:
    with subprocess.Popen(
        ["strace", "-qq", "-p", str(process), *options], stderr=subprocess.DEVNULL
    ) as tracer:
        status = Path(f"/proc/{process}/status")
        wait_until(lambda: f"TracerPid:\t{tracer.pid}\n" in status.read_text(), 10, "tracing")
        yield
        with suppress(subprocess.TimeoutExpired):
            tracer.wait(5)


def _inject(point: Point, what: str) -> list[str]:
    when = f"inject={point.call}:{what}:when={point.number}"
    return ["-o", "/dev/null", "-e", f"trace={point.call}", "-e", when]
