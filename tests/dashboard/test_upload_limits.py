"""What uploads refuse: too large, too many, too little room, of no length, hostile in name or origin."""

import io
import json
import threading

import pytest

from core.errors import HeedError, NotFoundError
from core.store.disk import free_bytes, free_floor
from dashboard.services import library
from dashboard.services.uploads import CHUNK, Piece, QuotaError, Uploads, keeping, tidy_file_name
from tests.dashboard.uploading import (
    KIND,
    announce,
    finish,
    left,
    put,
    received,
    token_of,
)


@pytest.fixture(autouse=True)
def _own_store(app, store):
    return store


def test_u13_a_file_over_the_limit_is_refused_when_it_is_announced(client):
    answer = announce(client, size=10**10)
    assert answer.status_code == 413
    assert "at most 2147.5 MB; got 10000.0 MB" in answer.get_json()["error"]
    assert not left()


@pytest.mark.parametrize("length", [CHUNK + 1, 10**10])
def test_u13_a_piece_beyond_the_largest_is_refused_unread(client, length):
    token = token_of(client, size=2 * 10**9)
    answer = put(client, token, 0, b"x", length=length)
    assert answer.status_code == 413
    assert received(client, token) == 0


@pytest.mark.parametrize(("offset", "length"), [(0, 101), (60, 41), (10**12, 1)])
def test_u13_a_body_longer_than_announced_is_refused(client, offset, length):
    token = token_of(client, size=100)
    put(client, token, 0, b"x" * 60)
    assert put(client, token, offset, b"y" * length).status_code == 413
    assert received(client, token) == 60


def test_u13_a_body_of_unknown_length_is_refused(client):
    token = token_of(client)
    answer = client.put(
        f"/upload/{token}",
        input_stream=io.BytesIO(b"x" * 9),
        content_type=KIND,
        headers={"Upload-Offset": "0", "Transfer-Encoding": "chunked"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )
    assert answer.status_code == 411
    assert received(client, token) == 0


def test_r9_parallel_starts_never_overshoot_the_quota(store):
    uploads = Uploads(store, "local")
    outcomes = []

    def start():
        try:
            outcomes.append(uploads.start("a.csv", 100, None, 1000, 1000))
        except QuotaError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=start) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [one for one in outcomes if isinstance(one, str)]
    assert len(outcomes) - len(refused) == 10
    assert all("0.0 MB together" in one for one in refused)
    Uploads(store, "another").start("a.csv", 1000, None, 1000, 1000)


def test_r9_the_quota_counts_what_waits_to_be_read_and_is_free_again_after(store):
    uploads = Uploads(store, "local")
    token = uploads.start("a.csv", 600, None, 1000, 1000).token
    uploads.append(token, Piece(0, 600, b"x".__mul__))
    uploads.finish(token)
    with pytest.raises(QuotaError, match="wait to be read"):
        uploads.start("b.csv", 600, None, 1000, 1000)
    uploads.file(token).unlink()
    uploads.start("b.csv", 600, None, 1000, 1000)


def test_r9_unfinished_uploads_are_counted(client):
    for _ in range(keeping.OPEN):
        token = token_of(client, size=1)
    answer = announce(client, size=1)
    assert answer.status_code == 429
    assert f"At most {keeping.OPEN} uploads may be unfinished" in answer.get_json()["error"]
    put(client, token, 0, b"x")
    finish(client, token)
    token_of(client, size=1)


def test_a_full_disk_is_said_before_anything_is_written(client, monkeypatch):
    monkeypatch.setattr("core.store.disk.free_bytes", lambda path: 10)
    answer = announce(client, size=100)
    assert answer.status_code == 507
    assert "disk is full" in answer.get_json()["error"]
    assert not left()
    assert free_bytes(library.store().tmp) > 0


def test_d2_what_others_announced_and_a_floor_stay_free(client, monkeypatch):
    floor = free_floor(library.store().tmp)
    assert 0 < floor <= 10**9
    monkeypatch.setattr("core.store.disk.free_bytes", lambda path: floor + 1000)
    token = token_of(client, size=600)
    answer = announce(client, size=600)
    assert answer.status_code == 507
    assert "kept for the store" in answer.get_json()["error"]
    assert put(client, token, 0, b"x" * 600).status_code == 200
    monkeypatch.setattr("core.store.disk.free_bytes", lambda path: floor)
    other = Uploads(library.store(), "local")
    with pytest.raises(HeedError, match="disk is full"):
        other.start("b.csv", 1, None, 10**6, 10**6)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a"},
        {"size": 1},
        {"name": 3, "size": 1},
        {"name": "a", "size": "1"},
        {"name": "a", "size": 1.5},
        {"name": "a", "size": -1},
        {"name": "a", "size": True},
        {"name": "a", "size": 10**30},
        {"name": "a", "size": 1, "modified": "now"},
        {"name": "a", "size": 1, "owner": "root"},
        {"name": "a", "size": 0},
        [],
        "a",
    ],
    ids=str,
)
def test_what_announces_no_file_is_refused(client, body):
    assert client.post("/upload", json=body).status_code == 400
    assert not left()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Offset": "-1"},
        {"Upload-Offset": "1e3"},
        {"Upload-Offset": "٣"},
        {"Upload-Offset": "9" * 40},
        {"Upload-Offset": "0", "Upload-SHA256": "abc"},
    ],
    ids=str,
)
def test_a_piece_without_its_place_is_refused(client, headers):
    token = token_of(client)
    raw = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    answer = client.put(f"/upload/{token}", data=b"abc", content_type=KIND, headers=raw)
    assert answer.status_code == 400
    assert received(client, token) == 0


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "POST", "GET"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}],
)
def test_s5_another_site_can_neither_send_nor_ask_nor_cancel(client, verb, headers):
    token = token_of(client)
    before = left()
    kinds = {"PUT": KIND, "POST": "application/json"}
    answer = client.open(f"/upload/{token}", method=verb, headers=headers, content_type=kinds.get(verb))
    assert answer.status_code == 403
    assert left() == before


@pytest.mark.parametrize(
    ("verb", "kind", "status"),
    [
        ("PUT", "text/plain", 415),
        ("PUT", "multipart/form-data; boundary=x", 415),
        ("POST", KIND, 415),
        ("DELETE", "text/plain", 415),
        ("OPTIONS", None, 405),
        ("PATCH", KIND, 405),
    ],
)
def test_r2_other_kinds_of_body_and_methods_are_refused(client, verb, kind, status):
    token = token_of(client)
    assert client.open(f"/upload/{token}", method=verb, content_type=kind, data=b"x").status_code == status


@pytest.mark.parametrize(
    "token", ["", "../../../etc", "abc", "ABCDEFGHIJKL", "abcdefghijkl\n", None, 3, "abcdefghijkm"]
)
def test_p2_a_foreign_token_is_not_found(token):
    with pytest.raises(NotFoundError):
        library.uploaded_file(token)


@pytest.mark.parametrize(
    "token", ["..", "..%2f..%2fetc", "abc", "ABCDEFGHIJKL", "abcdefghijkl%0a", "%00", "*"]
)
def test_p2_no_token_is_a_path(client, token):
    for verb, kind in (("GET", None), ("PUT", KIND), ("POST", "application/json"), ("DELETE", None)):
        answer = client.open(
            f"/upload/{token}", method=verb, content_type=kind, headers={"Upload-Offset": "0"}
        )
        assert answer.status_code in {404, 405, 411}, (verb, answer.status_code)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../x.csv", "x.csv"),
        ("a\\b\\c.npz", "c.npz"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("CON", "CON"),
        ("x\r\ny.csv", "xy.csv"),
        ("a\u202egnp.csv", "agnp.csv"),
        ("\ud800.csv", "csv"),
        ("😀.csv", "😀.csv"),
        ("<img onerror=1>.csv", "<img onerror=1>.csv"),
        ("/" * 300, "file"),
    ],
)
def test_u15_hostile_names_become_plain_ones(client, name, wanted):
    assert tidy_file_name(name) == wanted
    body = json.dumps({"name": name, "size": 1})
    answer = client.post("/upload", data=body, content_type="application/json")
    assert answer.get_json().get("name", wanted) == wanted
    assert answer.status_code in {201, 400}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("x" * 300 + ".csv", "x" * 116 + ".csv"), ("x" * 300, "x" * 120), ("a." + "x" * 300, "a." + "x" * 11)],
)
def test_u15_long_names_are_cut_and_keep_their_ending(name, wanted):
    assert tidy_file_name(name) == wanted
