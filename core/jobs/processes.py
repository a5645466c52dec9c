"""Processes of jobs: knowing one from another, ending one with its children, saying how it ended."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

from core.jobs.records import JobProcess, Problem

REFUSED = 75  # exit status of a process that found its job in other hands

# The kernel sends these for a fault of the program; any other was sent by somebody.
_CRASHES = frozenset({"SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGSYS", "SIGTRAP"})
_SAME = 0.02  # seconds: the clock of process creation ticks a hundred times a second


def identify(pid: int) -> JobProcess | None:
    """Return what tells a process from a later one of the same number; None if there is none."""
    try:
        return JobProcess(pid=pid, create_time=_creation(pid))
    except (OSError, psutil.Error):
        return None


def lives(process: JobProcess) -> bool:
    """Tell whether just this process exists and has not ended."""
    try:
        return _is_same(process) and psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def end_group(process: JobProcess, how: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a job's process and all that it started; never to another of the same number."""
    with suppress(ProcessLookupError, PermissionError):
        # While members of the group live, the kernel gives its number to nobody else.
        if _is_same(process) or not psutil.pid_exists(process.pid):
            os.killpg(process.pid, how)
        if how != signal.SIGKILL:
            os.killpg(process.pid, signal.SIGCONT)  # a stopped process hears nothing else


def memory_megabytes(process: JobProcess) -> int:
    """Return the memory that a process has now, in MB; 0 when it can't be told."""
    try:
        return int(psutil.Process(process.pid).memory_info().rss // 2**20) if _is_same(process) else 0
    except psutil.Error:
        return 0


def out_of_memory_kills() -> int:
    """Return how many processes the system has ended so far for want of memory, as far as we may see."""
    for path, key in (("/sys/fs/cgroup/memory.events", "oom_kill"), ("/proc/vmstat", "oom_kill")):
        with suppress(OSError, ValueError):
            lines = dict(line.split(None, 1) for line in Path(path).read_text().splitlines() if " " in line)
            if key in lines:
                return int(lines[key])
    return 0


def describe_exit(code: int | None, memory: int = 0, starved: bool = False) -> tuple[str, Problem]:
    """Return the state and the cause of a job whose process ended without writing either.

    Args:
        code: Exit status, minus the number of the signal, or None when nobody could see it.
        memory: What the process last used, in MB.
        starved: Whether the system ended a process for want of memory meanwhile.
    """
    if code is None:
        return "interrupted", Problem(kind="interrupted", message="the process ended unexpectedly")
    if code >= 0:
        return "failed", Problem(
            kind="exit", message=f"the process ended without a result (exit status {code})"
        )
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "unknown"
    if name in _CRASHES:
        return "failed", Problem(kind="crash", message=f"the process crashed with {name} (signal {-code})")
    if name == "SIGKILL" and starved:
        used = f"; it used {memory} MB when last seen" if memory else ""
        return "failed", Problem(kind="memory", message=f"out of memory: the system ended the process{used}")
    return "interrupted", Problem(kind="interrupted", message=f"killed (signal {-code})")


def _is_same(process: JobProcess) -> bool:
    found = identify(process.pid)
    return found is not None and abs(found.create_time - process.create_time) < _SAME


def _creation(pid: int) -> float:
    """Return when a process was created: seconds since boot on Linux, which no setting of the clock moves."""
    path = Path(f"/proc/{pid}/stat")
    if path.exists():
        fields = path.read_text().rpartition(")")[2].split()
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return float(psutil.Process(pid).create_time())
