"""How much a confined child may take, and how it takes the limits on."""

import ctypes
import os
import resource
import signal
from dataclasses import dataclass

GIB = 2**30

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_OPEN_FILES = 256
_CPU_GRACE = 5


@dataclass(frozen=True)
class Limits:
    """What a confined child may take.

    Attributes:
        memory: Bytes of address space. It counts what is reserved, not only what is used, and libraries
            with thread pools reserve much: keep it at half a GiB or more.
        seconds: Time of the processor.
        clock: Time on the clock, which runs faster where others work too; the same without it.
        files: Bytes of one written file.
    """

    memory: int = 2 * GIB
    seconds: float = 60.0
    clock: float | None = None
    files: int = 8 * GIB

    @property
    def patience(self) -> float:
        """How long to wait, in seconds on the clock."""
        return self.seconds if self.clock is None else self.clock


def apply_limits(limits: Limits) -> None:
    """Take limits on for good; a process can't raise them again."""
    seconds = int(limits.seconds) + 1
    # The signal that tells what was exceeded comes first, the one that nobody survives later.
    last = _bound(resource.RLIMIT_CPU, seconds + _CPU_GRACE)
    resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, last), last))
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.files),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        bound = _bound(what, most)
        resource.setrlimit(what, (bound, bound))


def _bound(what: int, most: int) -> int:
    """Return a limit that may be set: not above the one that holds already."""
    hard = resource.getrlimit(what)[1]
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


def renounce_privileges() -> None:
    """Make sure that no program started from here gains rights; Landlock and seccomp ask for it."""
    _control(_PR_SET_NO_NEW_PRIVS, 1)


def die_with(parent: int) -> None:
    """End this process when the one that started it ends."""
    _control(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        # It ended before we could ask to be told.
        raise SystemExit(1)


def _control(option: int, value: int) -> None:
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
