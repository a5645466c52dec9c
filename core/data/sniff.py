"""What a file is by its first bytes, whatever its name says; the rest is not looked at here."""

import os
import stat
from pathlib import Path

from core.data.limits import FILE_BYTES
from core.errors import DataError, LimitError

HEAD_BYTES = 64 * 2**10
TEXT = "text"
TS = "ts"
PARQUET = "parquet"
NPZ = "npz"
NPY = "npy"

WORDS = {
    TEXT: "plain text",
    TS: "a .ts file of time series",
    PARQUET: "a Parquet file",
    NPZ: "a NumPy archive (NPZ)",
    NPY: "a single NumPy array (NPY)",
}

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TS_TAGS = (b"@problemname", b"@classlabel", b"@targetlabel", b"@univariate", b"@equallength", b"@data")
_MAGIC = (
    (b"\x7fELF", "a program (ELF)"),
    (b"MZ", "a program (Windows)"),
    (b"PAR1", PARQUET),
    (b"ARROW1", "an Arrow file"),
    (b"\x93NUMPY", NPY),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3", "an SQLite database"),
    *(
        (b"\x80" + bytes([protocol]), "a Python pickle: it contains Python objects")
        for protocol in range(2, 6)
    ),
)


def read_head(path: Path) -> bytes:
    """Return the first bytes of a regular file that is not too large and not empty.

    Raises:
        DataError: If there is no such file, or it is empty, or no file that could be read through.
        LimitError: If it is too large.
    """
    try:
        # O_NONBLOCK: opening a named pipe must not wait for its writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise DataError(f"a file must be there and readable; {path.name!r:.120}: {error.strerror}") from None
    except ValueError:
        raise DataError(f"a file name must not hold NUL characters; got {path.name!r:.120}") from None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise DataError(f"{path.name!r:.120} must be a file; it is a directory, a pipe or a device")
    with os.fdopen(handle, "rb") as file:
        if found.st_size == 0:
            raise DataError(f"the file must hold something; {path.name!r:.120} is empty")
        if found.st_size > FILE_BYTES:
            raise LimitError(
                f"a file may have at most {FILE_BYTES / 1024**3:g} GB; "
                f"{path.name!r:.120} has {found.st_size / 1024**3:.1f} GB"
            )
        return file.read(HEAD_BYTES)


def content_of(head: bytes) -> str:
    """Return what a file is: one of the keys of WORDS, or in words something that Heed does not read."""
    if head.startswith(b"PK\x03\x04"):
        return _zip_content(head)
    known = next((words for magic, words in _MAGIC if head.startswith(magic)), None)
    return known or _text_content(head)


def _text_content(head: bytes) -> str:
    marked = _tagged_content(head)
    if marked:
        return marked
    if head.startswith(_BYTE_ORDER_MARKS):
        return TEXT
    start = head.lstrip()[:20].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "an HTML or XML page"
    if start.startswith((b"{", b"[")):
        return "JSON"
    if head.count(b"\0") > len(head) // 8:
        return "no text, or UTF-16 text without a byte order mark"
    return TEXT


def _tagged_content(head: bytes) -> str:
    """Return what a text is whose first line beside comments begins with @: series, or an ARFF file."""
    lines = (line.strip().lower() for line in head.removeprefix(b"\xef\xbb\xbf").splitlines())
    filled = [line for line in lines if line and not line.startswith((b"#", b"%"))]
    if not filled or not filled[0].startswith(b"@"):
        return ""
    if filled[0].startswith(b"@relation"):
        return "an ARFF file or a file for forecasting; save it as .ts or CSV"
    return TS if any(line.startswith(_TS_TAGS) for line in filled) else ""


def _zip_content(head: bytes) -> str:
    # The first member's header: its name's length stands at byte 26, its name at byte 30.
    length = int.from_bytes(head[26:28], "little")
    first = head[30 : 30 + length].decode("utf-8", "replace")
    if first.endswith(".npy"):
        return NPZ
    if first == "[Content_Types].xml" or first.startswith(("xl/", "_rels/")):
        return "an Office document (ZIP); save the sheet as CSV"
    if first.startswith("META-INF/"):
        return "a Java archive (ZIP)"
    return "a ZIP archive"
