"""JSON files, files of JSON lines and hashes, for the store's own files and for jobs that keep theirs."""

import hashlib
import os
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import orjson

from core.errors import DataError, StoreError
from core.store.arrays import open_array, save_array
from core.store.disk import ensure_space, megabytes, open_read, replacing, store_errors

__all__ = [
    "append_line",
    "ensure_space",
    "json_bytes",
    "open_array",
    "read_hashed",
    "read_json",
    "read_lines",
    "save_array",
    "sha256_of",
    "write_json",
]

JSON_LIMIT = 32 * 2**20
LINES_LIMIT = 16 * 2**20

_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def json_bytes(plain: Any) -> bytes:
    """Return plain values as JSON; not-a-number becomes null, NumPy numbers and arrays are understood."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    return _encode(plain, options)


def write_json(path: Path, plain: Any) -> None:
    """Replace a JSON file in one step: whoever reads sees the old or the new, also after a crash."""
    content = json_bytes(plain)
    with replacing(path) as file, store_errors("write", path, len(content)):
        file.write(content)
        file.flush()


def read_json(path: Path, limit: int = JSON_LIMIT) -> Any:
    """Return the plain values of a JSON file.

    Raises:
        StoreError: If it is missing, no regular file, larger than `limit` bytes, or not JSON.
    """
    with open_read(path) as file, store_errors("read", path):
        content = file.read(limit + 1)
    if len(content) > limit:
        raise StoreError(f"{path.name} in {path.parent} must have at most {megabytes(limit)}")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise StoreError(f"{path.name} in {path.parent} is not JSON: {error!s:.80}") from None


def append_line(path: Path, plain: Any) -> None:
    """Append one row of plain values to a file of JSON lines; a line cut by a crash is closed first."""
    line = _encode(plain, orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE)
    with store_errors("write", path, len(line)):
        descriptor = os.open(path, _APPEND, 0o600)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line
            written = file.write(line)
            while written < len(line):
                written += file.write(line[written:])


def read_lines(path: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Return the rows behind a byte offset and the offset to ask from next time.

    A last line without its end is left for the next call; a line that is no JSON object is passed over. No
    file yet means no rows yet.
    """
    try:
        file = open_read(path)
    except StoreError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return [], 0
        raise
    with file, store_errors("read", path):
        file.seek(max(0, offset))
        content = file.read(LINES_LIMIT)
    end = content.rfind(b"\n") + 1
    if not end and len(content) == LINES_LIMIT:
        raise StoreError(f"{path.name} in {path.parent} must have lines below {megabytes(LINES_LIMIT)}")
    return list(_rows(content[:end])), max(0, offset) + end


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits."""
    with open_read(path) as file, store_errors("read", path):
        return hashlib.file_digest(cast(BufferedReader, file), "sha256").hexdigest()


def read_hashed(path: Path) -> tuple[bytes, str]:
    """Return a file's content and its SHA-256, of the very same bytes: nobody can swap it in between."""
    with open_read(path) as file, store_errors("read", path):
        content = file.read()
    return content, hashlib.sha256(content).hexdigest()


def _rows(content: bytes) -> Iterator[dict[str, Any]]:
    for line in content.splitlines():
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(row, dict):
            yield row


def _encode(plain: Any, options: int) -> bytes:
    try:
        return orjson.dumps(plain, option=options)
    except orjson.JSONEncodeError as error:
        if "surrogates" in str(error):
            raise DataError("text must be whole Unicode characters; got half of a surrogate pair") from None
        raise
