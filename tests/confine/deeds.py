"""What confined children do in the tests."""

import json
import os
import resource
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from core.errors import DataError, HeedError, ShapeError


class OwnError(HeedError):
    """A kind of error that the parent does not know."""


def copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def read_only_names(source: Path) -> None:
    list(source.iterdir())


def refuse(words: str) -> None:
    raise ShapeError(words)


def refuse_in_own_words() -> None:
    raise OwnError("mine")


def break_down() -> None:
    raise ValueError("SECRET <b>detail</b>")


def take_memory() -> None:
    blocks = []
    while True:
        blocks.append(bytearray(2**24))


def abort() -> None:
    os.abort()


def wait_for_ever() -> None:
    while True:
        time.sleep(1)


def spin_for_ever() -> None:
    while True:
        pass


def leave_a_child(target: Path) -> None:
    child = os.fork()
    if not child:
        with suppress(PermissionError):
            os.setsid()
        time.sleep(3600)
    target.write_text(str(child))


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=2)


def look_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", 53))


def start_a_program() -> None:
    subprocess.run(["/bin/true"], check=True)


def write_much(target: Path) -> None:
    with target.open("wb") as file:
        for _ in range(64):
            file.write(bytes(2**20))


def chatter(target: Path) -> None:
    for _ in range(2000):
        sys.stdout.write("x" * 1000)
        sys.stderr.write("y" * 1000)
    target.write_text("done")


def pretend(target: Path) -> None:
    sys.stdout.write('{"error": "StoreError", "message": "forged"}')
    target.write_text("done")


def plant_a_link(target: Path) -> None:
    target.symlink_to("/etc/passwd")


def show_surroundings(target: Path) -> None:
    handles = [path for path in Path("/proc/self/fd").iterdir() if int(path.name) > 2 and path.exists()]
    files = [str(path.readlink()) for path in handles if path.is_file()]
    core = resource.getrlimit(resource.RLIMIT_CORE)
    target.write_text(json.dumps({"environment": dict(os.environ), "files": files, "core": core}))


def tell_and_wait(target: Path) -> None:
    target.write_text(str(os.getpid()))
    wait_for_ever()


def use_numpy_and_pandas(source: Path, target: Path) -> None:
    import numpy as np
    import pandas as pd

    frame = pd.read_csv(source)
    np.save(target, frame.to_numpy())


def load_lazily() -> None:
    from core.registry import title_of

    if title_of("lstm") != "LSTM":
        raise DataError("no")
