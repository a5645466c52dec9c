"""Gunicorn as it is shipped: start, memory, sockets, deaths of workers and master, silent clients."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.dashboard.uploading import Sender, is_locked
from tests.serving import ROOT, Server, serving
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
HEAVY = ("tensorflow", "keras", "sklearn", "scipy.stats", "aeon", "numba", "torch", "kaleido")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served") / "home") as running:
        yield running


def status(server: Server, path: str = "/") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_web_app_imports_nothing_heavy(tmp_path):
    code = f"import sys, dashboard.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    environment = {**os.environ, "HEED_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr[-2000:]


def test_a_web_worker_stays_within_200_megabytes(server):
    for _ in range(4):
        assert status(server) == 200
    sizes = [psutil.Process(pid).memory_info().rss / 1e6 for pid in server.workers()]
    assert len(sizes) == 2
    assert max(sizes) < 200, sizes


def test_w6_first_requests_in_parallel_are_all_answered(tmp_path):
    with serving(tmp_path / "home") as fresh, ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(
                lambda number: status(fresh, ("/", "/_dash-layout", "/_dash-dependencies")[number % 3]),
                range(50),
            )
        )
    assert set(answers) == {200}


def test_w9_only_the_configured_address_is_listened_on(server):
    pids = [server.process.pid, *server.workers()]
    listening = {
        connection.laddr
        for pid in pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {(address.ip, address.port) for address in listening} == {("127.0.0.1", server.port)}
    named = {
        connection.laddr
        for pid in pids
        for connection in psutil.Process(pid).net_connections("unix")
        if connection.laddr
    }
    assert not named


def test_w1_a_killed_worker_is_replaced_and_the_others_answer(server):
    victim = server.workers()[0]
    os.kill(victim, signal.SIGKILL)
    failed = 0
    for _ in range(50):
        try:
            failed += status(server, "/health") != 200
        except OSError:
            failed += 1
    assert failed <= 1
    wait_until(lambda: len(server.workers()) == 2 and victim not in server.workers(), 60, "a new worker")


def test_w2_a_killed_master_leaves_the_port_to_the_next(tmp_path):
    with serving(tmp_path / "home") as first:
        orphans = first.workers()
        first.stop(signal.SIGKILL)
        wait_until(lambda: not any(psutil.pid_exists(pid) for pid in orphans), 90, "the end of the orphans")
        second = Server(first.home)
        second.port, second.url = first.port, first.url
        second._environment["HEED_PORT"] = str(first.port)
        second.start()
        assert status(second) == 200
        assert second.stop() == 0


def test_w3_an_orderly_stop_answers_what_is_under_way(tmp_path):
    with serving(tmp_path / "home") as running:
        sender = Sender(running)
        token = sender.start(200)
        sender.close()
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
        connection.putrequest("PUT", f"/upload/{token}")
        connection.putheader("Content-Type", "application/octet-stream")
        connection.putheader("Upload-Offset", "0")
        connection.putheader("Content-Length", "200")
        connection.endheaders(b"x" * 100)
        part = running.home / "tmp" / f"upload-{token}.part"
        wait_until(lambda: is_locked(part), 10, "the begin of the upload")
        running.process.send_signal(signal.SIGTERM)
        connection.send(b"x" * 100)
        assert connection.getresponse().status == 200
        connection.close()
        assert running.process.wait(40) == 0


@pytest.mark.faults
def test_r4_silent_clients_do_not_hold_the_server(tmp_path):
    with serving(tmp_path / "home") as running:
        twice = 2 * 2 * 8  # as many as two workers have threads, and as many again behind them
        silent = [socket.create_connection(("127.0.0.1", running.port), 30) for _ in range(twice)]
        for connection in silent:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: local")
        wait_until(lambda: _answers(running), 100, "an answer beside silent clients")
        for connection in silent:
            connection.close()


def _answers(server: Server) -> bool:
    try:
        return status(server, "/health") == 200
    except OSError:
        return False


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"HEED_BIND": "192.0.2.1"}, "HEED_TRUSTED_NETWORK"),
        ({"HEED_BIND": "192.0.2.1", "HEED_TRUSTED_NETWORK": "1"}, "HEED_SECRET_KEY"),
        ({"HEED_PORT": "x"}, "HEED_PORT"),
    ],
)
def test_s1_a_start_with_wrong_settings_is_refused_in_words(tmp_path, environment, said):
    done = start(tmp_path / "home", **environment)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["file", "open to all"])
def test_w7_a_store_that_can_not_be_used_is_named(tmp_path, kind):
    home = tmp_path / "home"
    if kind == "file":
        home.write_text("no directory")
    else:
        home.mkdir(mode=0o777)
        home.chmod(0o777)
    done = start(home)
    assert done.returncode != 0
    assert str(home.parent) in done.stderr
    assert "Traceback" not in done.stderr


def start(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "dashboard.app:server"],
        cwd=ROOT,
        env={**os.environ, "HEED_HOME": str(home), "HEED_PORT": "8139", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_logs_are_json_with_everything_from_outside_escaped(server):
    status(server, "/nowhere%0d%0afake%1b[31m")
    line = wait_until(
        lambda: next((line for line in server.log.read_text().splitlines() if "fake" in line), ""), 5
    )
    assert re.search(r'"path": "/nowhere\\r\\nfake\\u001b', line)
