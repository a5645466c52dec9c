"""NumPy archives from anywhere: every member is judged by its header before any of it is unpacked."""

import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.arrays import FloatArray
from core.data.dataset import CHUNK_CELLS
from core.data.limits import CELLS, NPZ_MEMBERS, NPZ_RATIO
from core.errors import DataError, LimitError

HEADER_BYTES = 10_000
RATIO_FREE_BYTES = 2**20  # what may be packed tightly without being a bomb
TEXT_BYTES = 256 * 2**20

Shape = tuple[int, ...]
# What NumPy's parser of headers lets through; TokenError comes from its reading of Python 2 headers.
_HEADER_ERRORS = (
    ValueError,
    TypeError,
    SyntaxError,
    RecursionError,
    MemoryError,
    OverflowError,
    tokenize.TokenError,
)


class Archive:
    """An open NPZ file; members are read by name, and names are never used as paths."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            with _told("the archive"):
                self._zip = zipfile.ZipFile(self._file)
            self._members = _members(self._zip)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arrays."""
        return tuple(self._members)

    def numbers(self, name: str) -> FloatArray:
        """Return an array of numbers as float32, converted block by block."""
        with self._open(name, CELLS) as (file, shape, fortran, kind):
            if kind.kind not in "fiub":
                raise DataError(f"{name} must hold numbers; it holds {_kind_in_words(kind)}")
            out = np.empty(math.prod(shape), dtype=np.float32)
            for start in range(0, out.size, CHUNK_CELLS):
                count = min(CHUNK_CELLS, out.size - start)
                values = np.frombuffer(_exactly(file, count * kind.itemsize, name), dtype=kind)
                with np.errstate(over="ignore"):  # beyond float32 becomes infinite, which is refused later
                    out[start : start + count] = values
        return np.ascontiguousarray(out.reshape(shape, order="F" if fortran else "C"))

    def small(self, name: str) -> NDArray[Any]:
        """Return an array of labels, names or lengths: numbers or texts that fit into memory."""
        with self._open(name, CELLS) as (file, shape, fortran, kind):
            if kind.kind not in "fiubUS":
                raise DataError(f"{name} must hold numbers or texts; it holds {_kind_in_words(kind)}")
            size = math.prod(shape) * kind.itemsize
            if size > TEXT_BYTES:
                raise LimitError(
                    f"{name} may have at most {TEXT_BYTES // 2**20} MB; it has {size // 2**20} MB"
                )
            values = np.frombuffer(_exactly(file, size, name), dtype=kind)
            return values.reshape(shape, order="F" if fortran else "C")

    def shape(self, name: str) -> Shape:
        """Return the shape of an array from its header."""
        with self._open(name, CELLS) as (_, shape, _, _):
            return shape

    @contextmanager
    def _open(self, name: str, cells: int) -> Iterator[tuple[IO[bytes], Shape, bool, "np.dtype[Any]"]]:
        info = self._members[name]
        with _told(name), self._zip.open(info) as file:
            shape, fortran, kind = _header(file, name)
            if math.prod(shape) > cells:
                raise LimitError(f"an array may hold at most {cells:,} values; {name} has shape {shape}")
            needed = math.prod(shape) * kind.itemsize
            if needed > info.file_size:
                raise DataError(
                    f"{name} must hold as many values as its header says; shape {shape} "
                    f"needs {needed:,} bytes, the file has {info.file_size:,}"
                )
            yield file, shape, fortran, kind


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what a damaged archive makes the unpacker raise into a message for the user."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{name} is damaged: {error!s:.120}") from None
    except (NotImplementedError, RuntimeError) as error:  # how zipfile refuses packings and passwords
        raise DataError(f"{name} is packed in a way that is not read: {error!s:.120}") from None


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > NPZ_MEMBERS:
        raise LimitError(f"an NPZ file may hold at most {NPZ_MEMBERS} arrays; got {len(infos):,}")
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.removesuffix(".npy")
        if name in members:
            raise DataError(f"names of arrays must differ; {name!r:.80} comes twice")
        if info.file_size > RATIO_FREE_BYTES and info.file_size > NPZ_RATIO * max(1, info.compress_size):
            raise LimitError(
                f"an array may unpack to at most {NPZ_RATIO} times its packed size; {name!r:.80} unpacks "
                f"from {info.compress_size:,} to {info.file_size:,} bytes"
            )
        members[name] = info
    return members


def _header(file: IO[bytes], name: str) -> tuple[Shape, bool, "np.dtype[Any]"]:
    try:
        version = npy.read_magic(file)  # type: ignore[no-untyped-call] # NumPy gives it no types
        read: Any = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, kind = read(file, max_header_size=HEADER_BYTES)
    except _HEADER_ERRORS:
        raise DataError(
            f"{name} must be a NumPy array; its header can't be read, or it contains Python objects"
        ) from None
    if kind.hasobject:
        raise DataError(
            f"{name} must hold numbers or texts; it contains Python objects, which are never read: "
            "save it with a plain dtype"
        )
    if any(size < 0 for size in shape):
        raise DataError(f"sizes in the header of {name} must not be negative; got shape {shape!r:.120}")
    if any(size > CELLS for size in shape):
        raise LimitError(f"an array may hold at most {CELLS:,} values; {name} has shape {shape!r:.120}")
    return shape, fortran, kind


def _exactly(file: IO[bytes], size: int, name: str) -> bytes:
    content = file.read(size)
    if len(content) != size:
        raise DataError(f"{name} is cut short: {len(content):,} of {size:,} bytes are there")
    return content


def _kind_in_words(kind: "np.dtype[Any]") -> str:
    words = {
        "U": "text",
        "S": "text",
        "c": "complex numbers",
        "M": "dates",
        "m": "time spans",
        "V": "records",
    }
    return words.get(kind.kind, str(kind))
