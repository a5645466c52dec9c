"""Starting a confined child, waiting for it, and putting its end into words."""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from core import errors
from core.confine.limits import Limits
from core.errors import DataError, HeedError, LimitError

_log = logging.getLogger(__name__)

_KEPT = 64 * 2**10
_WATCH_SECONDS = 0.2
_MESSAGE_LIMIT = 2_000
_TRACE_LIMIT = 4_000
_MEMORY_SIGNALS = (signal.SIGKILL, signal.SIGABRT)
_MEMORY_WORDS = ("MemoryError", "bad_alloc", "bad allocation", "out of memory", "Cannot allocate memory")


@dataclass(frozen=True)
class _End:
    """How a child ended: its exit code (None: still running when its time was up) and what it wrote."""

    code: int | None
    answer: bytes
    trace: bytes


def run_confined(
    function: Callable[..., None],
    arguments: Sequence[Any],
    *,
    read: Sequence[Path],
    write: Path,
    limits: Limits | None = None,
    watch: Callable[[], None] | None = None,
) -> None:
    """Run a module-level function in a child process that can't reach more than it is given.

    The child has its own limits of memory, time and file size, no network, no right to start programs, and
    (where the kernel has Landlock) no files but Python's own, `read` and `write`. It ends with its parent.

    Args:
        function: A function of an importable module; it leaves its result as files in `write`.
        arguments: Plain values and paths; a path arrives as a path only if it is an argument by itself.
        read: Files and directories that the function may read.
        write: The one directory that it may write.
        limits: How much it may take.
        watch: Called a few times a second while the child works; what it raises ends the child at once and
            is raised from here.

    Raises:
        HeedError: The same one, with the same text, that the function raised.
        LimitError: If it took too much time or memory.
        DataError: If it ended in any other way; the log holds what it said.
    """
    limits = limits or Limits()
    request = json.dumps(
        {
            "function": (function.__module__, function.__name__),
            "arguments": [_plain(argument) for argument in arguments],
            "read": [str(path.resolve()) for path in (*read, *_code(function))],
            "write": str(write.resolve()),
            "limits": asdict(limits),
            "parent": os.getpid(),
        }
    )
    with tempfile.TemporaryDirectory(prefix="empty-", dir=write.parent) as empty:
        end = _run(request.encode(), Path(empty), write, _Wait(limits.patience, watch))
    _judge(end, limits)


def _plain(argument: Any) -> tuple[str, Any]:
    return ("path", str(argument)) if isinstance(argument, Path) else ("plain", argument)


def _code(function: Callable[..., None]) -> list[Path]:
    """Return the directories of Heed's packages and of the function's own, not of what lies beside them."""
    found: list[Path] = []
    for name in ("core", function.__module__.split(".", 1)[0]):
        module = sys.modules[name]
        places = list(getattr(module, "__path__", ())) or [str(module.__file__)]
        found += [Path(place) for place in places]
    return found


def _environment(write: Path) -> dict[str, str]:
    paths = [path for path in sys.path if Path(path).is_absolute() and Path(path).is_dir()]
    project = str(Path(__file__).parents[2])
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([*paths, project])),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(write),
        "TMPDIR": str(write),
        "LANG": "C.UTF-8",
        "ORT_DISABLE_TELEMETRY": "1",
        # Threads reserve address space, and pyarrow aborts when it can't have it.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


class _Wait:
    """How long to wait for a child, and whom to ask meanwhile whether to wait on.

    Args:
        seconds: After which the child's time is up.
        watch: Called every now and then.
    """

    def __init__(self, seconds: float, watch: Callable[[], None] | None) -> None:
        self._deadline = time.monotonic() + seconds
        self._watch = watch

    def turn(self) -> float:
        """Return the seconds to wait before asking again; none when the time is up."""
        if self._watch is not None:
            self._watch()
        left = self._deadline - time.monotonic()
        return left if self._watch is None else min(left, _WATCH_SECONDS)


def _run(request: bytes, empty: Path, write: Path, wait: _Wait) -> _End:
    with subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "core.confine"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=empty,
        env=_environment(write),
        start_new_session=True,
    ) as child:
        try:
            with suppress(BrokenPipeError), _pipe(child.stdin) as pipe:
                pipe.write(request)
            over, answer, trace = _listen(child, wait)
            # A traced child has ended some time before its parent may collect it: wait, don't just look.
            ended = child.wait() if over else None
        finally:
            # The whole group: what the child started must not outlive it.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return _End(ended, answer, trace)


def _listen(child: subprocess.Popen[bytes], wait: _Wait) -> tuple[bool, bytes, bytes]:
    """Return whether a child ended before its time was up, and the last of what it said on its two pipes.

    The end is taken from the process and not from its pipes, which a grandchild could keep open.
    """
    said = {_pipe(child.stdout).fileno(): bytearray(), _pipe(child.stderr).fileno(): bytearray()}
    process = os.pidfd_open(child.pid)
    try:
        with selectors.DefaultSelector() as selector:
            for pipe in said:
                os.set_blocking(pipe, False)
                selector.register(pipe, selectors.EVENT_READ)
            selector.register(process, selectors.EVENT_READ)
            over = False
            while not over and (left := wait.turn()) > 0:
                for key, _ in selector.select(left):
                    if key.fd == process:
                        over = True
                    elif not _take(key.fd, said[key.fd]):
                        selector.unregister(key.fd)
    finally:
        os.close(process)
    for pipe, kept in said.items():
        _take(pipe, kept)
    answer, trace = said.values()
    return over, bytes(answer), bytes(trace)


def _take(pipe: int, kept: bytearray) -> bool:
    """Read what is there now and keep the last of it; tell whether there may be more later."""
    try:
        content = os.read(pipe, 2**20)
    except BlockingIOError:
        return True
    kept += content
    del kept[:-_KEPT]
    return bool(content)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the child was started without pipes")
    return pipe


def _judge(end: _End, limits: Limits) -> None:
    """Raise what a child's end means; nothing when it ended well."""
    if end.code is None or -end.code == signal.SIGXCPU:
        most = limits.patience if end.code is None else limits.seconds
        raise LimitError(f"a file must be read within {most:g} seconds; this one took longer")
    if end.code == 0:
        said = _answer(end.answer)
        if said == {}:
            return
        if said is not None:
            raise _as_error(said)
    trace = end.trace.decode("utf-8", "replace")
    if -end.code in _MEMORY_SIGNALS or any(word in trace for word in _MEMORY_WORDS):
        _log.warning("a confined child ran out of memory: exit %d: %r", end.code, trace[-500:])
        raise LimitError(
            f"a file must be readable within {limits.memory / 2**30:.3g} GiB of memory; this one needs more"
        )
    if "File too large" in trace:
        raise LimitError(f"a file must unpack to at most {limits.files / 2**30:.3g} GiB; this one has more")
    _log.error("a confined child failed: exit %d: %r", end.code, trace[-_TRACE_LIMIT:])
    raise DataError("the file could not be read: it is damaged, or not in the format that it seems to have")


def _answer(content: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(content)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _as_error(said: dict[str, Any]) -> HeedError:
    kind = getattr(errors, str(said.get("error")), None)
    known = kind if isinstance(kind, type) and issubclass(kind, HeedError) else DataError
    return known(str(said.get("message"))[:_MESSAGE_LIMIT])
