"""Real gunicorn on a store and a port of its own, for tests that need the whole server."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[1]


GIVEN_BACK: list[int] = []


def free_port() -> int:
    """Return a port that nobody listens on: one given back, whose scripts a browser knows, or a new one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for port in (GIVEN_BACK.pop() if GIVEN_BACK else 0, 0):
            try:
                probe.bind(("127.0.0.1", port))
                break
            except OSError:  # another process took it meanwhile
                continue
        return int(probe.getsockname()[1])


class Server:
    """A gunicorn of Heed on a port and a store of its own."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / f"gunicorn-{self.port}.log"
        self._environment = {**os.environ, "HEED_HOME": str(home), "HEED_PORT": str(self.port), **environment}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "dashboard.app:server"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=log, stdout=log)
        wait_until(self.answers, 90, f"an answer of gunicorn ({self.log.read_text()[-2000:]})")
        return self

    def answers(self) -> bool:
        """Say whether the server is healthy; fail at once when it ended."""
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"gunicorn ended: {self.log.read_text()[-3000:]}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in listed]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=40)


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[Server]:
    """Serve a store for the time of a block."""
    server = Server(home, **environment).start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.stop()
        GIVEN_BACK.append(server.port)
