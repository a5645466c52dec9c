"""The confined child: takes its limits on, runs one function, tells how it ended."""

import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.confine import landlock, seccomp
from core.confine.limits import Limits, apply_limits, die_with, renounce_privileges
from core.errors import HeedError

# What the interpreter and its libraries read: themselves, the linker's list, facts about the machine.
SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self",
    "/sys/devices/system/cpu",
)


def main() -> None:
    """Do what the request on standard input says; the answer is one JSON object on standard output.

    What isn't a HeedError ends the process with its traceback, as anywhere.
    """
    request = json.load(sys.stdin)
    # Whatever libraries print must not mix with the answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    module, name = request["function"]
    _confine(request, module)
    function = getattr(importlib.import_module(module), name)
    arguments = [Path(value) if kind == "path" else value for kind, value in request["arguments"]]
    try:
        function(*arguments)
        said: dict[str, str] = {}
    except HeedError as error:
        said = {"error": type(error).__name__, "message": str(error)}
    os.write(answer, json.dumps(said).encode())


def _confine(request: Mapping[str, Any], module: str) -> None:
    die_with(request["parent"])
    apply_limits(Limits(**request["limits"]))
    renounce_privileges()
    # The top package is found by listing its parent directory, which is closed after this.
    importlib.import_module(module.split(".", 1)[0])
    own = [sys.prefix, sys.base_prefix, *SYSTEM]
    landlock.restrict(
        [Path(path) for path in (*own, *request["read"])], [Path(request["write"]), Path("/dev/null")]
    )
    seccomp.refuse_calls()
