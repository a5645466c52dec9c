"""Files that survive a crash and can't mislead: written whole or not at all, read without trust.

Everything written is private (0600 whatever the umask) and synced; everything read must be a regular file
of bounded size, reached without following a symbolic link, so that a planted link, a FIFO or a device is an
error and never a hang.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import StoreError

PART_SUFFIX = ".part"

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_UPDATE = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "it is larger than a file may be here",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an input/output error",
    errno.EACCES: "permission denied",
    errno.EPERM: "not permitted",
    errno.ENOENT: "it is missing",
    errno.ELOOP: "it is a symbolic link",
    errno.EMFILE: "too many files are open",
}
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


@contextmanager
def store_errors(doing: str, path: Path, needed: int = 0) -> Iterator[None]:
    """Turn an error of the operating system into a StoreError that names the cause and what is needed.

    Args:
        doing: The verb of the message: "read", "write".
        path: The file it is about.
        needed: Bytes that were to be written, named when the disk is full.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(_told(doing, path, needed, error)) from error


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what a disk does to anybody's writing (full, broken, read-only) into a StoreError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise StoreError(_told("write", path, 0, error)) from error


def _told(doing: str, path: Path, needed: int, error: OSError) -> str:
    cause = _CAUSES.get(error.errno or 0, error.strerror or type(error).__name__)
    need = ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        wanted = f"{megabytes(needed)} needed, " if needed else ""
        need = f"; {wanted}{megabytes(free_bytes(path))} free"
    return f"can't {doing} {path.name} in {path.parent}: {cause}{need}"


def megabytes(size: int) -> str:
    """Return a number of bytes in words, in MB with one decimal."""
    return f"{size / 1e6:.1f} MB"


def free_bytes(path: Path) -> int:
    """Return what the disk that holds a path, or its nearest existing parent, has left for us."""
    while not path.exists() and path != path.parent:
        path = path.parent
    with suppress(OSError):
        disk = os.statvfs(path)
        return disk.f_bavail * disk.f_frsize
    return 0


def free_floor(path: Path) -> int:
    """Return what must stay free for the store's own writing: 1 GB, or 5 % of a disk below 20 GB."""
    with suppress(OSError):
        disk = os.statvfs(path)
        return min(10**9, disk.f_blocks * disk.f_frsize // 20)
    return 0


def ensure_space(path: Path, size: int, floor: int = 0) -> None:
    """Raise StoreError unless the disk that holds a path has room for this many bytes above a floor."""
    free = free_bytes(path)
    if free < size + floor:
        kept = f", {megabytes(floor)} of it kept for the store" if floor else ""
        raise StoreError(
            f"can't write {path.name} in {path.parent}: the disk is full; "
            f"{megabytes(size)} needed, {megabytes(free)} free{kept}"
        )


def open_read(path: Path) -> BinaryIO:
    """Open a regular file for reading; a link, FIFO, device or directory is a StoreError at once."""
    with store_errors("read", path):
        descriptor = os.open(path, _READ)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise StoreError(f"can't read {path.name} in {path.parent}: it is not a regular file")
    return os.fdopen(descriptor, "rb")


def open_create(path: Path) -> BinaryIO:
    """Create a private file that must not exist yet and open it for writing and mapping."""
    with store_errors("write", path):
        descriptor = os.open(path, _CREATE, 0o600)
    return os.fdopen(descriptor, "w+b")


def open_update(path: Path) -> BinaryIO:
    """Open a regular file that exists for reading and writing, unbuffered; anything else is a StoreError."""
    with store_errors("write", path):
        descriptor = os.open(path, _UPDATE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise StoreError(f"can't write {path.name} in {path.parent}: it is not a regular file")
    return os.fdopen(descriptor, "r+b", buffering=0)


def reserve(file: BinaryIO, size: int) -> None:
    """Reserve disk space, so that a full disk is an error now and not a SIGBUS in a mapped write later."""
    if size > 0:
        os.posix_fallocate(file.fileno(), 0, size)


def sync_file(path: Path) -> None:
    """Force a file's content to the disk."""
    with store_errors("write", path), open_read(path) as file:
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Force a directory's entries to the disk: what a rename or an unlink needs to last."""
    with store_errors("write", path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a new file that takes the place of `path` in one step, synced, when the block ends well."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}{PART_SUFFIX}")
    try:
        with open_create(part) as file:
            yield file
            with store_errors("write", path):
                file.flush()
                os.fsync(file.fileno())
        with store_errors("write", path):
            part.rename(path)
        sync_directory(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
