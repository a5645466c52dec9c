"""Gunicorn for the length of a measurement."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.material import ROOT, Material
from benchmarks.measure import wait_until

PORTS = range(8160, 8170)
HEED = ("-c", "gunicorn.conf.py", "dashboard.app:server")
LOADED = ("-c", "gunicorn.conf.py", "benchmarks.loaded:server")
BARE = (
    "--workers=2",
    "--worker-class=gthread",
    "--threads=8",
    "--log-level=error",
    "--no-control-socket",
    "benchmarks.bare:server",
)
_LONGEST = 60.0  # seconds after which a server is taken for lost


def free_port() -> int:
    """Return a port that nobody listens on."""
    for port in (*PORTS, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")


class Server:
    """One gunicorn.

    Attributes:
        port: Where it listens.
        process: Its master process.
    """

    def __init__(self, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.port = port
        self.process = process
        self._log = log

    def answers(self, *paths: str) -> bool:
        """Say whether it answers all these addresses with 200; RuntimeError when it has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(f"a server ended: {self._log.read_text()[-800:]}")
        return all(self.status(path) == 200 for path in paths)

    def status(self, path: str) -> int:
        """Return the status of an answer, 0 where there is none yet."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except OSError:
            return 0
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """Return the process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]


@contextmanager
def gunicorn(material: Material, arguments: Sequence[str], ready: Sequence[str] = ()) -> Iterator[Server]:
    """Serve for the time of a block.

    Args:
        material: The store that is served.
        arguments: What gunicorn is told beside its address.
        ready: Addresses that must answer before the block begins.
    """
    port = free_port()
    environment = {
        **os.environ,
        "HEED_PORT": str(port),
        "HEED_BENCH_RUN": material.run,
        "HEED_BENCH_DATASET": material.dataset,
    }
    # gunicorn reads a configuration file in the directory where it starts: a bare app must not find Heed's.
    place = ROOT if "-c" in arguments else Path(material.home)
    command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", *arguments]
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=log)
        server = Server(port, process, Path(log.name))
        try:
            if ready:
                wait_until(lambda: server.answers(*ready), _LONGEST, "an answer of gunicorn")
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
