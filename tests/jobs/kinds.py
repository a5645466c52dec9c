"""Kinds of jobs that only tests register: each does one thing a real job may do, without TensorFlow."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.jobs import Cancelled, JobContext, RunnerOptions
from core.store.files import read_json, write_json

NAMES = (
    "work",
    "stages",
    "stubborn",
    "crash",
    "fail",
    "family",
    "record",
    "greedy",
)
OPTIONS = RunnerOptions(kinds={name: f"tests.jobs.kinds:{name}" for name in NAMES}, preload=())


def pause(seconds: float) -> None:
    """Wait as a computation would: in small steps, without asking for a cancel."""
    threading.Event().wait(seconds)


def work(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Take a number of steps, keep a checkpoint of the last one, stop when asked."""
    checkpoint = context.directory / "step.json"
    first = int(read_json(checkpoint)) if checkpoint.exists() else 0
    steps = payload.get("steps", 3)
    for step in range(first, steps):
        if context.cancelled():
            raise Cancelled({"step": step})
        pause(payload.get("seconds", 0.01))
        write_json(checkpoint, step + 1)
        context.row({"step": step, "attempt": context.attempt})
        context.report((step + 1) / steps, f"Step {step + 1}")
    return {"steps": steps, "first": first}


def stages(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Go through the stages of a training; wait in one of them until a file says go."""
    for number, stage in enumerate(("load", "epoch", "checkpoint", "export", "publish")):
        context.report(number / 5, stage)
        if stage == "checkpoint":
            (context.directory / "weights").write_bytes(b"0" * 1000)
        if stage == payload["hold"] and context.attempt == 1:
            context.row({"stage": stage})
            pause(60)
    return {"attempt": context.attempt, "resumed": (context.directory / "weights").exists()}


def stubborn(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Never look whether somebody asked for an end."""
    if payload.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    context.row({"pid": os.getpid()})
    pause(60)
    return {}


def crash(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """End the process in the way that is asked for."""
    how = payload["how"]
    if how == "segv":
        ctypes.string_at(0)
    elif how == "exit":
        sys.exit(0)
    elif how == "_exit":
        os._exit(payload.get("status", 7))
    elif how == "interrupt":
        raise KeyboardInterrupt
    elif how == "memory":
        raise MemoryError
    elif how == "disk":
        raise OSError(28, "No space left on device")
    else:
        os.kill(os.getpid(), signal.Signals[how])
    return {}


def fail(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Raise a user's mistake, or a bug."""
    if payload.get("bug"):
        raise ZeroDivisionError("a secret detail")
    raise DataError("a class must have at least two samples; got one")


def family(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Leave a child behind, and say what this process has open and how it stands."""
    child = subprocess.Popen(["sleep", "60"])
    if payload.get("hold"):
        context.row({"child": child.pid})
        pause(60)
    return {
        "child": child.pid,
        "pid": os.getpid(),
        "group": os.getpgid(0),
        "nice": os.nice(0),
        "sigterm": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        "open": _open_files(),
        "tensorflow": "tensorflow" in sys.modules,
    }


def record(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Write a line at the begin and at the end into a shared file."""
    path = context.store.root / "record.txt"
    for word in ("begin", "end"):
        with path.open("a") as file:
            file.write(f"{word} {payload['number']}\n")
        if word == "begin":
            pause(payload.get("seconds", 0.1))
    return {}


def greedy(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Ask for more memory than there may be."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    return {"size": len(bytearray(2**31))}


def _open_files() -> list[str]:
    return [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if os.path.lexists(link)]
