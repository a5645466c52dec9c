"""Uploads against gunicorn with two workers: cut connections, restarts, parallel senders, lies."""

import contextlib
import hashlib
import http.client
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from dashboard.services.uploads import CHUNK
from tests.dashboard.uploading import Sender, is_locked
from tests.serving import serving
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
MEGABYTE = 2**20
BIG = int(os.environ.get("HEED_TEST_UPLOAD_MB", "128"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("uploads") / "home") as running:
        yield running


@pytest.fixture
def sender(server):
    sending = Sender(server)
    yield sending
    sending.close()


def raw_put(token: str, length: str, offset: int = 0) -> bytes:
    return (
        f"PUT /upload/{token} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
        f"Upload-Offset: {offset}\r\n{length}\r\n\r\n"
    ).encode()


def left(server):
    return [path.name for path in (server.home / "tmp").glob("upload-*")]


def test_a_big_file_arrives_without_a_worker_growing(server, sender):
    size = BIG * MEGABYTE
    workers = [psutil.Process(pid) for pid in server.workers()]
    before = {worker.pid: worker.memory_info().rss for worker in workers}
    most = dict(before)
    hashed = hashlib.sha256()
    token = sender.start(size)
    for offset in range(0, size, CHUNK):
        piece = os.urandom(min(CHUNK, size - offset))
        hashed.update(piece)
        status, answer = sender.put(token, offset, piece, Upload_SHA256=hashlib.sha256(piece).hexdigest())
        assert (status, answer["received"]) == (200, offset + len(piece))
        for worker in workers:
            most[worker.pid] = max(most[worker.pid], worker.memory_info().rss)
    status, answer = sender.finish(token)
    assert (status, answer["sha256"], answer["bytes"]) == (200, hashed.hexdigest(), size)
    grown = [(max(most[one.pid], one.memory_info().rss) - before[one.pid]) / 1e6 for one in workers]
    print(f"{BIG} MB: workers grew by {grown} MB")  # noqa: T201 - the figure is what a run with -s is for
    assert max(grown) < 100, grown
    assert sender.ask("DELETE", f"/upload/{token}")[0] == 204


def test_u14_a_connection_cut_at_half_a_piece_goes_on_at_the_right_byte(server, sender):
    content = os.urandom(MEGABYTE)
    token = sender.start(len(content))
    with socket.create_connection(("127.0.0.1", server.port), 20) as raw:
        raw.sendall(raw_put(token, f"Content-Length: {len(content)}") + content[: MEGABYTE // 2])
    part = server.home / "tmp" / f"upload-{token}.part"
    wait_until(lambda: part.stat().st_size and not is_locked(part), 20, "the end of the cut piece")
    there = sender.received(token)
    assert 0 < there <= MEGABYTE // 2
    assert sender.put(token, there, content[there:])[0] == 200
    assert sender.finish(token)[1]["sha256"] == hashlib.sha256(content).hexdigest()


def test_u14_a_restarted_server_goes_on_where_the_killed_one_stopped(tmp_path):
    content = os.urandom(3 * MEGABYTE)
    with serving(tmp_path / "home") as first:
        sender = Sender(first)
        token = sender.start(len(content))
        sender.put(token, 0, content[:MEGABYTE])
        sender.close()
        orphans = first.workers()
        first.stop(signal.SIGKILL)
        for pid in orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
    with serving(tmp_path / "home") as second:
        sender = Sender(second)
        assert sender.received(token) == MEGABYTE
        sender.put(token, MEGABYTE, content[MEGABYTE:])
        assert sender.finish(token)[1]["sha256"] == hashlib.sha256(content).hexdigest()
        sender.close()


def test_u14_many_windows_with_one_token_make_one_right_file(server, sender):
    content = os.urandom(4 * MEGABYTE)
    token = sender.start(len(content))

    def send(_number: int) -> None:
        one = Sender(server)
        there = 0
        while there < len(content):
            piece = content[there : there + 100_000]
            status, answer = one.put(token, there, piece, Upload_SHA256=hashlib.sha256(piece).hexdigest())
            assert status in {200, 409}, answer
            there = answer["received"]
        one.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(6)))
    assert sender.finish(token)[1]["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("Content-Length: 10000000000", b" 413 "),
        (f"Content-Length: {CHUNK + 1}", b" 413 "),
        ("Content-Length: 101", b" 413 "),
        ("Transfer-Encoding: chunked", b" 411 "),
    ],
)
def test_u13_a_body_too_long_or_endless_is_refused_at_once_and_the_connection_closed(
    server, sender, length, status
):
    token = sender.start(100)
    smuggled = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    endless = b"7d0\r\n" + b"x" * 2000 + b"\r\n" if b"411" in status else b"x" * 2000
    with socket.create_connection(("127.0.0.1", server.port), 20) as raw:
        began = time.monotonic()
        raw.sendall(raw_put(token, length) + smuggled[:0] + endless)
        answer = raw.recv(4000)
        assert status in answer
        assert time.monotonic() - began < 1
        assert sender.ask("GET", "/health")[0] == 200
        with contextlib.suppress(OSError):  # the other end hangs up
            for _ in range(200):
                raw.sendall(endless)
            raw.sendall(smuggled)
        rest = b""
        with contextlib.suppress(OSError):
            while more := raw.recv(4000):
                rest += more
        assert b"HTTP/1.1 200" not in rest
    assert sender.received(token) == 0


def test_u13_a_big_announcement_is_refused(server, sender):
    body = b'{"name": "' + b"x" * 100_000 + b'", "size": 1}'
    assert sender.ask("POST", "/upload", body, Content_Type="application/json")[0] == 413


def test_u13_others_are_answered_while_slow_pieces_come_in(server, sender):
    token = sender.start(10 * MEGABYTE)
    slow = []
    for _ in range(4):
        raw = socket.create_connection(("127.0.0.1", server.port), 20)
        raw.sendall(raw_put(token, f"Content-Length: {MEGABYTE}") + b"x" * 1000)
        slow.append(raw)
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", "/health")
    assert connection.getresponse().status == 200
    assert time.monotonic() - began < 1
    connection.close()
    for raw in slow:
        raw.close()


def test_r9_parallel_announcements_to_two_workers_never_overshoot(tmp_path):
    with serving(tmp_path / "home", HEED_UPLOAD_QUOTA="10") as running:

        def start(_number: int) -> int:
            one = Sender(running)
            body = '{"name": "a.csv", "size": 1048576}'
            status, _ = one.ask("POST", "/upload", body, Content_Type="application/json")
            one.close()
            return status

        with ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(start, range(32)))
        assert statuses.count(201) == 10
        assert statuses.count(429) == 22
        assert len(left(running)) == 20
