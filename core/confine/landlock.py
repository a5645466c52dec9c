"""Landlock: a process gives up all files but a few, without any privilege.

The kernel's interface has grown; every version is used as far as it goes, and where there is none (before
Linux 5.13, or switched off) `restrict` says so and the other limits remain.

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_REMOVE_DIR = 1 << 4
_REMOVE_FILE = 1 << 5
_MAKE_DIR = 1 << 7
_MAKE_REG = 1 << 8
_TRUNCATE = 1 << 14
_READ = _READ_FILE | _READ_DIR
# No links, sockets, FIFOs or devices: what the child leaves behind is plain files and folders.
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# The highest file right that each version knows, from version 1 on; later versions know all of these.
_FILE_BITS = (13, 14, 15, 15, 16)
_NET_BITS = 0b11  # bind and connect of TCP, from version 4
_SCOPE_BITS = 0b11  # abstract sockets and signals to processes outside, from version 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scope", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that the kernel offers; 0 where there is none."""
    return max(0, int(_system().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)))


def restrict(read: Iterable[Path], write: Iterable[Path]) -> bool:
    """Give up every file but those below the given paths, all TCP, and starting programs.

    Args:
        read: Files and directories that may be read; those that don't exist are passed over.
        write: Directories that may be read and written, and devices such as /dev/null.

    Returns:
        Whether the kernel does it; False where it has no Landlock.
    """
    found = version()
    if not found:
        return False
    handled = (1 << _FILE_BITS[min(found, len(_FILE_BITS)) - 1]) - 1
    ruleset = _Ruleset(handled, _NET_BITS if found >= 4 else 0, _SCOPE_BITS if found >= 6 else 0)
    size = 24 if found >= 6 else 16 if found >= 4 else 8
    rules = _checked(_system().syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), 0))
    try:
        for paths, rights in ((read, _READ), (write, _WRITE)):
            for path in paths:
                _allow(rules, path, rights & handled)
        _checked(_system().syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)
    return True


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _PathBeneath(rights if path.is_dir() else rights & _ON_FILES, place)
        _checked(_system().syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(place)


def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(answer: int) -> int:
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return answer
