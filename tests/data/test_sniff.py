import io
import os
import zipfile
from pathlib import Path

import pytest

from core.data import sniff
from core.errors import DataError, LimitError


def zipped(first: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(first, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\x7fELF\x02\x01", "a program (ELF)"),
        (b"PAR1abc", sniff.PARQUET),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"\x93NUMPY\x01\x00", sniff.NPY),
        (b"\x80\x04\x95", "a Python pickle: it contains Python objects"),
        (b"%PDF-1.7", "a PDF document"),
        (b"  <!DOCTYPE html><html>", "an HTML or XML page"),
        (b'{"a": 1}', "JSON"),
        (b"a\0,\0b\0\n\0", "no text, or UTF-16 text without a byte order mark"),
        (zipped("META-INF/MANIFEST.MF"), "a Java archive (ZIP)"),
        (zipped("[Content_Types].xml"), "an Office document (ZIP); save the sheet as CSV"),
        (zipped("../x"), "a ZIP archive"),
        (zipped("X.npy"), sniff.NPZ),
        ("a,b\n1,2".encode("utf-16"), sniff.TEXT),
        (b"\xef\xbb\xbfa,b\n", sniff.TEXT),
        (b"a,b\n1,2\n", sniff.TEXT),
        (b"@problemName x\n@data\n1,2:a\n", sniff.TS),
        (b"\xef\xbb\xbf# about\n\n# it\n@timestamps false\n@DATA\n", sniff.TS),
        (b"# about\na,b\n1,2\n", sniff.TEXT),
        (b"@handle,b\n1,2\n", sniff.TEXT),
        (b"% about\n@relation x\n@data\n", "an ARFF file or a file for forecasting; save it as .ts or CSV"),
    ],
)
def test_u5_content_is_named_whatever_the_file_is_called(head: bytes, words: str) -> None:
    assert sniff.content_of(head) == words


def test_only_the_first_bytes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a" * 100_000)
    assert len(sniff.read_head(path)) == sniff.HEAD_BYTES


def test_an_empty_a_missing_and_a_strange_file_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    os.mkfifo(tmp_path / "pipe.csv")
    for path, message in (
        (tmp_path / "empty.csv", "'empty.csv' is empty"),
        (tmp_path / "none.csv", "No such file"),
        (tmp_path / "pipe.csv", "a directory, a pipe or a device"),
        (tmp_path, "a directory, a pipe or a device"),
        (Path("a\0b"), "NUL"),
    ):
        with pytest.raises(DataError, match=message):
            sniff.read_head(path)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.csv", "file:///etc/passwd", "s3://bucket/x.csv"])
def test_u9_an_address_is_no_file(address: str) -> None:
    with pytest.raises(DataError, match="No such file"):
        sniff.read_head(Path(address))


def test_a_file_over_the_limit_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(21 * 1024**3)  # a hole: it takes no room
    with pytest.raises(LimitError, match=r"at most 20 GB; 'huge\.csv' has 21\.0 GB"):
        sniff.read_head(path)
