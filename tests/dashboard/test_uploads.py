import re

import pytest

from core.errors import NotFoundError
from core.store.disk import free_bytes
from dashboard.services import library
from dashboard.uploads import tidy_file_name

KIND = "application/octet-stream"


@pytest.fixture(autouse=True)
def _own_store(app, store):
    return store


def left():
    return [path.name for path in library.store().tmp.iterdir() if path.name.startswith("upload-")]


def test_a_file_arrives_as_it_is_and_is_found_by_its_token(client):
    content = bytes(range(256)) * 5000
    answer = client.post("/upload", data=content, content_type=KIND, headers={"X-File-Name": "My%20data.csv"})
    assert answer.status_code == 200
    said = answer.get_json()
    assert (said["name"], said["bytes"]) == ("My data.csv", len(content))
    path = library.uploaded_file(said["token"])
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600


def test_u13_a_file_over_the_limit_is_refused_and_leaves_nothing(client):
    answer = client.post(
        "/upload", data=b"x", content_type=KIND, environ_overrides={"CONTENT_LENGTH": str(10**10)}
    )
    assert answer.status_code == 413
    assert "at most" in answer.get_json()["error"]
    assert not left()


def test_u14_a_cut_upload_leaves_nothing(client):
    answer = client.post(
        "/upload", data=b"x" * 50, content_type=KIND, environ_overrides={"CONTENT_LENGTH": "100"}
    )
    assert answer.status_code == 400
    assert not left()


def test_an_empty_file_is_refused(client):
    answer = client.post("/upload", data=b"", content_type=KIND)
    assert answer.status_code == 400
    assert "empty" in answer.get_json()["error"]


def test_a_full_disk_is_said_before_anything_is_written(client, monkeypatch):
    monkeypatch.setattr("core.store.disk.free_bytes", lambda path: 10)
    answer = client.post("/upload", data=b"x" * 100, content_type=KIND)
    assert answer.status_code == 507
    assert "disk is full" in answer.get_json()["error"]
    assert not left()
    assert free_bytes(library.store().tmp) > 0


@pytest.mark.parametrize(
    "token", ["", "../../../etc", "abc", "ABCDEFGHIJKL", "abcdefghijkl\n", None, 3, "abcdefghijkm"]
)
def test_p2_a_foreign_token_is_not_found(token):
    with pytest.raises(NotFoundError):
        library.uploaded_file(token)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../x.csv", "x.csv"),
        ("a\\b\\c.npz", "c.npz"),
        ("", "file"),
        (".", "file"),
        ("x\r\ny.csv", "xy.csv"),
        ("a\u202egnp.csv", "agnp.csv"),
        ("<img onerror=1>.csv", "<img onerror=1>.csv"),
    ],
)
def test_u15_hostile_names_become_plain_ones(name, wanted):
    assert tidy_file_name(name) == wanted


def test_u15_long_names_are_cut_and_keep_their_ending():
    assert re.fullmatch(r"x{116}\.csv", tidy_file_name("x" * 300 + ".csv"))
