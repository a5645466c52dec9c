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


@dataclass(frozen=True)
class Limits:
    """What a confined child may take.

    Attributes:
        memory: Bytes of address space. It counts what is reserved, not only what is used, and libraries
            with thread pools reserve much: keep it at half a GiB or more.
        seconds: Time on the clock, and of the processor.
        files: Bytes of one written file.
    """

    memory: int = 2 * GIB
    seconds: float = 60.0
    files: int = 8 * GIB


def apply_limits(limits: Limits) -> None:
    """Take limits on for good; a process can't raise them again."""
    seconds = int(limits.seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.files),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


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
