"""The lines of a text file, checked for what no parser should see, and counted fast where they are plain."""

from collections.abc import Iterator
from pathlib import Path

from core.data.limits import COLUMNS, LINE_CHARACTERS
from core.errors import DataError, LimitError

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_CHUNK = 2**20  # shorter than the longest line that is accepted


def encoding_of(path: Path) -> str:
    """Return the encoding that the first bytes mark, UTF-8 without a mark."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8-sig")


def lines_of(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number; lines count from 1, as in an editor.

    Raises:
        DataError: If it is no text, with the line.
        LimitError: If a line is too long.
    """
    number = 0
    with path.open(encoding=encoding, newline=None) as file:
        try:
            while line := file.readline(LINE_CHARACTERS + 1):
                number += 1
                if len(line) > LINE_CHARACTERS:
                    require_columns(max(map(line.count, SIGNS.values())))
                    raise LimitError(
                        f"a line may have at most {LINE_CHARACTERS:,} characters; line {number} has more"
                    )
                if "\0" in line:
                    raise DataError(f"a table must not hold NUL bytes; line {number} does: is it no text?")
                yield number, line
        except UnicodeError:
            where = _undecodable(path) if encoding.startswith("utf-8") else number + 1
            raise DataError(
                f"a table must be UTF-8 or UTF-16 text; line {where} is not: save it as UTF-8"
            ) from None


def filled_lines(path: Path, encoding: str, after: int) -> Iterator[tuple[int, str]]:
    """Yield the lines after one of them, without the blank ones."""
    return ((number, line) for number, line in lines_of(path, encoding) if number > after and line != "\n")


def require_columns(count: int) -> None:
    """Refuse more columns than are accepted, before they are taken apart."""
    if count > COLUMNS + 2:  # the label and the id beside the steps
        raise LimitError(f"a table may have at most {COLUMNS:,} columns; got {count:,}")


def plain_lines(path: Path) -> int | None:
    """Return the number of lines of a plain file, None where each line must be looked at.

    Plain is UTF-8 (its mark included) without NUL bytes, quotes, blank lines and odd line ends, its lines no
    longer than a MiB.
    """
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            chunk += file.readline(_CHUNK)  # up to the end of a line, so that no sign is cut in two
            if not chunk.endswith(b"\n") and len(chunk) >= 2 * _CHUNK:
                return None
            if not _is_plain(chunk):
                return None
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")


def _is_plain(chunk: bytes) -> bool:
    odd = (b'"', b"\0", b"\n\n", b"\n\r\n")
    if any(sign in chunk for sign in odd) or chunk.startswith((b"\n", b"\r\n")):
        return False
    if b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n"):
        return False
    if chunk.isascii():
        return True
    try:
        chunk.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _undecodable(path: Path) -> int:
    # The decoder reads ahead in blocks, so the line is looked for again.
    number = 0
    with path.open("rb") as file:
        while line := file.readline(LINE_CHARACTERS):
            number += 1
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                break
    return number
