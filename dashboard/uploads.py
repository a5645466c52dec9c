"""How a file comes from a browser: announced, sent piece by piece, asked about, finished or cancelled.

    POST   /upload           {"name", "size", "modified"?} -> 201 {"token", "chunk", ...}
    PUT    /upload/<token>   a piece, Upload-Offset: <byte> -> {"received"}
    GET    /upload/<token>                            -> {"size", "received", "chunk", "complete", ...}
    POST   /upload/<token>   {}                            -> {"token", "name", "bytes", "sha256"}
    DELETE /upload/<token>                                 -> 204, nothing is left

A piece may carry its hash in Upload-SHA256. One that does not begin where the bytes end is 409 with the
right place in "received"; a client that lost an answer asks, and goes on. Bodies go to the disk in small
reads and are not parsed here; ``services.uploads`` says what is kept, ``docs/decisions/0011-*`` why.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError
from werkzeug.exceptions import BadRequest, ClientDisconnected

from core.errors import DataError, HeedError, LimitError, NotFoundError, StoreError
from dashboard.components.notices import sentence
from dashboard.services import library
from dashboard.services.uploads import CHUNK, Arrived, OffsetError, Piece, PieceError, QuotaError
from dashboard.settings import Settings

P = ParamSpec("P")
WORDS_LIMIT = 64 * 1024
"""Most bytes of a request that announces or finishes a file."""
STATUS: tuple[tuple[type[HeedError], int], ...] = (
    (NotFoundError, 404),
    (OffsetError, 409),
    (PieceError, 422),
    (QuotaError, 429),
    (LimitError, 413),
    (StoreError, 507),
    (DataError, 400),
)
_OFFSET = re.compile(r"[0-9]{1,15}\Z", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}\Z")


class Announcement(BaseModel):
    """What a browser says of a file before it sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: StrictInt = Field(ge=0, lt=10**15)
    modified: StrictInt | None = Field(None, ge=-(10**15), le=10**15)


def install(server: Flask, settings: Settings) -> None:
    """Add the routes to a server, and remove what nobody went on with while it was down."""

    @_told
    def start() -> Response:
        given = _announcement()
        announced = library.uploads().start(
            given.name, given.size, given.modified, settings.upload_bytes, settings.quota_bytes
        )
        answer = _state(Arrived(announced, 0, whole=False))
        answer.status_code = 201
        return answer

    server.add_url_rule("/upload", "upload", start, methods=["POST"])
    for verb, view in (("GET", status), ("PUT", append), ("POST", finish), ("DELETE", cancel)):
        server.add_url_rule("/upload/<token>", f"upload-{verb.lower()}", view, methods=[verb])
    with suppress(StoreError):  # a full disk must not keep anybody from looking
        library.uploads().sweep()


def _told(view: Callable[P, Response]) -> Callable[P, Response]:
    """Answer what a user can mend with its status and words; where a file stands is said with it."""

    @wraps(view)
    def told(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except HeedError as error:
            code = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
            more = {"received": error.received, "busy": error.busy} if isinstance(error, OffsetError) else {}
            return _refused(code, f"{sentence(error)}.", **more)
        except ClientDisconnected:
            return _refused(408, "The connection ended before all had arrived.")

    return told


@_told
def status(token: str) -> Response:
    """Say how much of a file is there."""
    return _state(library.uploads().arrived(token))


@_told
def append(token: str) -> Response:
    """Take a piece of a file."""
    length, offset = request.content_length, request.headers.get("Upload-Offset", "")
    said = request.headers.get("Upload-SHA256", "")
    if length is None:
        return _refused(411, "A piece must say how long it is.")
    if length > CHUNK:
        return _refused(413, f"A piece must have at most {CHUNK} bytes; got {length}.")
    if not _OFFSET.match(offset) or (said and not _HASH.match(said)):
        return _refused(
            400, "A piece must say at which byte it begins, and its SHA-256 in 64 digits if at all."
        )
    request.max_content_length = CHUNK
    body = request.stream
    try:
        received = library.uploads().append(token, Piece(int(offset), length, body.read, said))
    except OffsetError:
        # Else the connection would be cut below the client's feet, and it would not read where to go on.
        while body.read(CHUNK // 32):
            pass
        raise
    return jsonify(received=received)


@_told
def finish(token: str) -> Response:
    """Check a file that has come, and hand it on."""
    done = library.uploads().finish(token)
    return jsonify(token=done.token, name=done.name, bytes=done.size, sha256=done.sha256)


@_told
def cancel(token: str) -> Response:
    """Remove what has come of a file."""
    library.uploads().cancel(token)
    return Response(status=204)


def _announcement() -> Announcement:
    request.max_content_length = WORDS_LIMIT
    try:
        return Announcement.model_validate(request.get_json())
    except (BadRequest, ValidationError):
        raise DataError("a file is announced by its name and its size in bytes") from None


def _state(found: Arrived) -> Response:
    known = found.announced
    return jsonify(
        token=known.token,
        name=known.name,
        size=known.size,
        received=found.received,
        chunk=CHUNK,
        complete=found.whole,
    )


def _refused(code: int, words: str, **more: Any) -> Response:
    answer = jsonify(error=words, **more)
    answer.status_code = code
    return answer
