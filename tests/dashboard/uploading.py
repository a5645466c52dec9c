"""What tests of uploads say to a server: announce, send a piece, finish, ask."""

import fcntl
import hashlib
import http.client
import json
from pathlib import Path
from typing import Any

from dashboard.services import library
from tests.serving import Server

KIND = "application/octet-stream"
CONTENT = bytes(range(256)) * 5000
SIZE = len(CONTENT)


def left():
    return sorted(path.name for path in library.store().tmp.iterdir() if path.name.startswith("upload"))


def announce(client, size=SIZE, name="My data.csv", **more):
    return client.post("/upload", json={"name": name, "size": size, **more})


def token_of(client, **given):
    answer = announce(client, **given)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["token"]


def put(client, token, offset, content, length=None, **headers):
    given = {
        "Upload-Offset": str(offset),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    overridden = {"CONTENT_LENGTH": str(length)} if length is not None else {}
    return client.put(
        f"/upload/{token}", data=content, content_type=KIND, headers=given, environ_overrides=overridden
    )


def finish(client, token):
    return client.post(f"/upload/{token}", json={})


def received(client, token):
    return client.get(f"/upload/{token}").get_json()["received"]


def digest(content):
    return hashlib.sha256(content).hexdigest()


class Sender:
    """Sends files to a real server by its protocol, on a connection that it keeps."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(self, verb: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        """Send a request and return status and answer; after an error the next one connects anew."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request(verb, path, body, named)
            answer = self._connection.getresponse()
            content = answer.read()
        except BaseException:
            self.close()
            raise
        return answer.status, json.loads(content) if content else {}

    def start(self, size: int, name: str = "a.csv") -> str:
        """Announce a file and return its token."""
        body = json.dumps({"name": name, "size": size})
        status, answer = self.ask("POST", "/upload", body, Content_Type="application/json")
        assert status == 201, answer
        return str(answer["token"])

    def put(self, token: str, offset: int, piece: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """Send a piece."""
        named = {"Content_Type": KIND, "Upload_Offset": str(offset), **headers}
        return self.ask("PUT", f"/upload/{token}", piece, **named)

    def received(self, token: str) -> int:
        """Ask how many bytes are there."""
        return int(self.ask("GET", f"/upload/{token}")[1]["received"])

    def finish(self, token: str) -> tuple[int, dict[str, Any]]:
        """Finish a file."""
        return self.ask("POST", f"/upload/{token}", "{}", Content_Type="application/json")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def is_locked(path: Path) -> bool:
    """Say whether somebody writes to a part at this moment."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
