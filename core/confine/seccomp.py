"""A filter on system calls: no socket of any kind, no other program, no look into other processes.

Landlock bounds TCP only, and only on newer kernels; this also closes UDP and with it look-ups of names. The
calls by which a process leaves its group are refused too, so that the whole group can be ended.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import os
import platform
import struct

_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_X32_CALLS = 0x40000000  # a second numbering on x86-64, refused as a whole

# By machine: the kernel's name for it, and the numbers of socket, execve, execveat, ptrace,
# process_vm_readv, process_vm_writev, io_uring_setup, setpgid, setsid.
_MACHINES = {
    "x86_64": (0xC000003E, (41, 59, 322, 101, 310, 311, 425, 109, 112)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 270, 271, 425, 154, 157)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def refuse_calls() -> bool:
    """Refuse those calls from now on; tell whether it is done (the machine is known, the kernel does it)."""
    if platform.machine() not in _MACHINES:
        return False
    audit, calls = _MACHINES[platform.machine()]
    program = _filter(audit, calls)
    described = _Program(len(program) // 8, program)
    system = ctypes.CDLL(None, use_errno=True)
    answer = system.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(described), 0, 0)
    if answer != 0 and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return bool(answer == 0)


def _filter(audit: int, calls: tuple[int, ...]) -> bytes:
    # Each step: what to do, how many steps to go on when true, when false, a number. The last two steps are
    # "allow" and "refuse"; the architecture is at offset 4 of what is looked at, the call's number at 0.
    refuse = len(calls) + 5
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, refuse - 2, audit),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, refuse - 4, 0, _X32_CALLS),
    ]
    steps += [(_EQUAL, refuse - len(steps) - index - 1, 0, call) for index, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
