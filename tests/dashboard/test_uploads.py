"""The protocol of uploads against the real application: pieces, offsets, owners, leftovers."""

import os
import threading
import time

import pytest

from core.errors import HeedError, NotFoundError
from core.store.verify import sweep
from dashboard.services import library
from dashboard.services.uploads import CHUNK, Piece, Uploads
from tests.dashboard.uploading import (
    CONTENT,
    KIND,
    announce,
    digest,
    finish,
    left,
    put,
    received,
    token_of,
)


@pytest.fixture(autouse=True)
def _own_store(app, store):
    return store


def make_old(token, seconds=3700.0):
    then = time.time() - seconds
    for path in library.store().tmp.glob(f"upload-{token}*"):
        os.utime(path, (then, then))


def test_a_file_arrives_in_pieces_as_it_is_and_is_found_by_its_token(client):
    begun = announce(client, modified=1_700_000_000_123).get_json()
    token = begun["token"]
    assert (begun["received"], begun["chunk"], begun["complete"]) == (0, CHUNK, False)
    for offset in range(0, len(CONTENT), 500_000):
        piece = CONTENT[offset : offset + 500_000]
        answer = put(client, token, offset, piece, Upload_SHA256=digest(piece))
        assert answer.get_json() == {"received": offset + len(piece)}
    assert finish(client, token).get_json() == {
        "token": token,
        "name": "My data.csv",
        "bytes": len(CONTENT),
        "sha256": digest(CONTENT),
    }
    assert library.uploaded_file(token).read_bytes() == CONTENT
    assert client.get(f"/upload/{token}").get_json()["complete"] is True
    modes = {path.stat().st_mode & 0o777 for path in library.store().tmp.glob("upload-*")}
    assert modes == {0o600}


def test_finishing_twice_gives_the_same_answer(client):
    token = token_of(client)
    put(client, token, 0, CONTENT)
    assert finish(client, token).get_json() == finish(client, token).get_json()


def test_a_file_is_not_to_be_had_before_it_is_whole(client):
    token = token_of(client)
    put(client, token, 0, CONTENT[:-1])
    with pytest.raises(NotFoundError, match="whole"):
        library.uploaded_file(token)
    answer = finish(client, token)
    assert (answer.status_code, answer.get_json()["received"]) == (409, len(CONTENT) - 1)


def test_u14_an_upload_cut_in_the_middle_goes_on_where_it_stopped(client):
    token = token_of(client)
    half = len(CONTENT) // 2
    assert put(client, token, 0, CONTENT[:half], length=half + 9).status_code == 408
    there = received(client, token)
    assert there == half
    assert put(client, token, there, CONTENT[there:]).status_code == 200
    assert finish(client, token).get_json()["sha256"] == digest(CONTENT)


@pytest.mark.parametrize(("length", "hashed", "status"), [(60, b"a" * 60, 408), (50, b"b" * 50, 422)])
def test_u14_a_piece_with_a_hash_counts_whole_and_right_or_not_at_all(client, length, hashed, status):
    token = token_of(client, size=100)
    put(client, token, 0, b"x" * 10)
    answer = put(client, token, 10, b"a" * 50, length=length, Upload_SHA256=digest(hashed))
    assert answer.status_code == status
    assert received(client, token) == 10


@pytest.mark.parametrize("offset", [0, 10, 61])
def test_u14_a_wrong_offset_is_told_the_right_one(client, offset):
    token = token_of(client, size=100)
    put(client, token, 0, b"x" * 60)
    answer = put(client, token, offset, b"y" * 20)
    assert answer.status_code == 409
    assert (answer.get_json()["received"], answer.get_json()["busy"]) == (60, False)


def test_u14_the_same_piece_twice_is_harmless(client):
    token = token_of(client)
    for offset in (0, 0, 640_000, 0, 640_000):
        answer = put(client, token, offset, CONTENT[offset : offset + 640_000])
        assert answer.get_json()["received"] in (640_000, len(CONTENT))
    assert put(client, token, len(CONTENT), b"", length=0).status_code == 200
    assert finish(client, token).get_json()["sha256"] == digest(CONTENT)
    assert put(client, token, 0, CONTENT[:640_000]).get_json()["received"] == len(CONTENT)


def test_u14_of_two_windows_with_one_token_one_writes_and_the_other_is_told(store):
    uploads = Uploads(store, "local")
    token = uploads.start("a.csv", 100, None, 10**6, 10**6).token
    inside, go_on = threading.Event(), threading.Event()

    def slowly(size):
        inside.set()
        go_on.wait(10)
        return b"x" * size

    first = threading.Thread(target=uploads.append, args=(token, Piece(0, 100, slowly)))
    first.start()
    inside.wait(10)
    for deed in (lambda: uploads.append(token, Piece(0, 100, b"y".__mul__)), lambda: uploads.finish(token)):
        with pytest.raises(HeedError, match="another window") as refused:
            deed()
        assert refused.value.busy
    go_on.set()
    first.join()
    assert uploads.finish(token).sha256 == digest(b"x" * 100)


def test_u14_cancelling_while_a_piece_comes_in_leaves_nothing(store):
    uploads = Uploads(store, "local")
    token = uploads.start("a.csv", 100, None, 10**6, 10**6).token

    def read(size):
        uploads.cancel(token)
        return b"x" * size

    uploads.append(token, Piece(0, 100, read))
    assert not left()
    with pytest.raises(NotFoundError):
        uploads.finish(token)


@pytest.mark.parametrize("verb", ["get", "put", "post", "delete"])
@pytest.mark.parametrize("whose", ["nobody", "another"])
def test_u14_p5_a_foreign_token_is_answered_as_an_unknown_one(client, store, verb, whose):
    token = "abcdefghijkl"
    if whose == "another":
        token = Uploads(store, "another").start("a.csv", 3, None, 10**6, 10**6).token
    body = {
        "put": {"data": b"abc", "content_type": KIND, "headers": {"Upload-Offset": "0"}},
        "post": {"json": {}},
    }
    answer = getattr(client, verb)(f"/upload/{token}", **body.get(verb, {}))
    assert answer.status_code == 404
    assert answer.get_json() == {"error": "There is no such upload: choose the file again."}
    with pytest.raises(NotFoundError, match="there is no such upload"):
        library.uploaded_file(token)


@pytest.mark.parametrize("stage", ["announced", "half", "whole", "finished"])
def test_cancelling_leaves_nothing(client, stage):
    token = token_of(client)
    if stage != "announced":
        put(client, token, 0, CONTENT if stage != "half" else CONTENT[:1000])
    if stage == "finished":
        finish(client, token)
    assert client.delete(f"/upload/{token}").status_code == 204
    assert not left()
    assert client.delete(f"/upload/{token}").status_code == 404


@pytest.mark.parametrize("stage", ["half", "finished"])
def test_u14_what_nobody_goes_on_with_is_gone_after_an_hour(client, store, stage):
    old, new = token_of(client), token_of(client)
    for token in (old, new):
        put(client, token, 0, CONTENT if stage == "finished" else CONTENT[:9])
        if stage == "finished":
            finish(client, token)
    make_old(old)
    make_old(new)
    if stage == "half":
        put(client, new, 9, CONTENT[9:])
    else:
        library.uploaded_file(new)
    library.uploads().sweep()
    sweep(store)
    assert {name.split("-")[1][:12] for name in left()} == {new}
    make_old(new)
    library.uploads().sweep()
    assert not left()


def test_an_upload_whose_file_was_read_is_forgotten(client):
    token = token_of(client)
    put(client, token, 0, CONTENT)
    finish(client, token)
    library.uploaded_file(token).unlink()
    with pytest.raises(NotFoundError, match="gone"):
        library.uploaded_file(token)
    library.uploads().sweep()
    assert not left()
