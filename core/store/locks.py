"""Locks between processes that the kernel frees however their holder dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from core.store.disk import store_errors


class FileLock:
    """An exclusive lock on a file, between processes and between threads.

    The file stays where it is when the lock is released: removing it would let two holders in. A child made
    by fork shares its parent's hold; a child made by exec does not.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Tell whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self, blocking: bool = True) -> bool:
        """Take the lock, waiting for it unless told otherwise; tell whether it was taken."""
        if self._descriptor is not None:
            raise RuntimeError(f"the lock {self.path.name} is already held by this object")
        with store_errors("lock", self.path):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(self.path, flags, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if blocking else fcntl.LOCK_NB))
            except BlockingIOError:
                os.close(descriptor)
                return False
            except BaseException:
                os.close(descriptor)
                raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back; without effect when it isn't held."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            # Said, and not only closed: a child that was forked meanwhile has the file open too.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
