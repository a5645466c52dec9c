"""How long to wait for a lock, and how to ask whether it is held."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import StoreError
from core.store import FileLock
from core.store.disk import store_errors

_STEP = 0.01  # seconds between two tries


def take(lock: FileLock, patience: float) -> bool:
    """Take a lock; False if another still holds it after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not lock.acquire(blocking=False):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_STEP)
    return True


class HandedLock(FileLock):
    """A lock that one process takes and hands to a child, so that it is held without a gap."""

    @property
    def descriptor(self) -> int | None:
        """The open file that holds the lock, for the child to inherit."""
        return self._descriptor

    def hand_over(self) -> None:
        """Close the file without saying that the lock is free: it stays held while a child has it open.

        `release` would free it for the child too, since both share one open file.
        """
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def inherit(self, descriptor: int) -> bool:
        """Go on holding the lock that the parent took; False if another has it, whatever the parent meant."""
        os.set_inheritable(descriptor, False)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True


@contextmanager
def holding(lock: FileLock, patience: float = 10.0) -> Iterator[None]:
    """Hold a lock for a block; StoreError when it stays taken, since its holder may be stopped for ever."""
    if not take(lock, patience):
        raise StoreError(f"{lock.path.name} in {lock.path.parent} is in use; try again")
    try:
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Tell whether a process holds the lock on a file.

    The question takes the lock for some microseconds, so whoever wants to hold it tries more than once.
    """
    with store_errors("lock", path):
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
    return False
