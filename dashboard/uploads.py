"""POST /upload: one file as the raw body, streamed to the store's tmp/; the answer is a token for it.

The body is never held in memory nor parsed here. A callback that gets the token (see ``upload_zone``) asks
``services.library.uploaded_file`` for the path and hands it to a job, which reads it in a confined child.
"""

import os
import re
import secrets
import string
from pathlib import Path
from urllib.parse import unquote

from flask import Flask, Response, jsonify, request

from core.errors import HeedError
from core.store.disk import ensure_space, megabytes
from dashboard.components.notices import sentence
from dashboard.faults import refusal
from dashboard.services import library

CHUNK = 1024 * 1024
ALPHABET = string.ascii_lowercase + string.digits
CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def install(server: Flask, limit: int) -> None:
    """Add the route to a server.

    Args:
        server: The server.
        limit: Largest file in bytes.
    """

    def upload() -> Response:
        request.max_content_length = limit + 1
        declared = request.content_length
        if declared is not None and declared > limit:
            return _too_large(limit)
        try:
            return receive(limit, declared or 0)
        except HeedError as error:
            return refusal(507, sentence(error))

    server.add_url_rule("/upload", view_func=upload, methods=["POST"])


def receive(limit: int, declared: int) -> Response:
    """Write the body of this request to a file and answer with its token; a failed upload leaves nothing."""
    ensure_space(library.store().tmp, declared)
    token = "".join(secrets.choice(ALPHABET) for _ in range(12))
    path = library.upload_path(token)
    received = 0
    whole = False
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            while chunk := request.stream.read(CHUNK):
                received += len(chunk)
                if received > limit:
                    return _too_large(limit)
                if received % (64 * CHUNK) < CHUNK:
                    ensure_space(path.parent, CHUNK)
                file.write(chunk)
        whole = received > 0 and (not declared or received == declared)
    except OSError as error:
        return refusal(507, f"The file could not be kept: {error.strerror or 'the connection ended'}.")
    finally:
        if not whole:
            path.unlink(missing_ok=True)
    if not whole:
        return refusal(
            400, "The file is empty." if not received else "The file did not arrive whole. Send it again."
        )
    return jsonify(
        token=token, name=tidy_file_name(unquote(request.headers.get("X-File-Name", ""))), bytes=received
    )


def tidy_file_name(name: str) -> str:
    """Return a file's name as it may be shown: no folders, no control characters, at most 120 characters."""
    last = CONTROL.sub("", name.replace("\\", "/")).rsplit("/", 1)[-1].strip()
    stem, suffix = Path(last).stem, Path(last).suffix[:12]
    return (stem[: 120 - len(suffix)] + suffix) or "file"


def _too_large(limit: int) -> Response:
    return refusal(413, f"The file is larger than this server accepts: at most {megabytes(limit)}.")
