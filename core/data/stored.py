"""One array as NumPy stores it: judged by its header, read block by block, never unpickled."""

import math
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.data.dataset import CHUNK_CELLS
from core.data.limits import CELLS
from core.errors import DataError, LimitError

HEADER_BYTES = 10_000
TEXT_BYTES = 256 * 2**20
NUMBERS = "fiub"
LABELS = "fiubUS"
TIMES = "fiubM"

Shape = tuple[int, ...]
Index = tuple[int | slice, ...]

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
_CHARACTERS = 0x110000  # of Unicode
_WORDS = {"U": "text", "S": "text", "c": "complex numbers", "M": "dates", "m": "time spans", "V": "records"}


@dataclass(frozen=True)
class Stored:
    """An array whose header was read and whose values come next.

    Attributes:
        name: What messages call it.
        file: Where its values come from.
        shape: Its shape.
        fortran: Whether the first axis runs fastest.
        kind: What its values are.
    """

    name: str
    file: IO[bytes]
    shape: Shape
    fortran: bool
    kind: "np.dtype[Any]"

    @property
    def size(self) -> int:
        """Number of its values."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Bytes that its values need."""
        return self.size * self.kind.itemsize

    def require_kind(self, kinds: str, words: str) -> None:
        """Raise DataError unless its values are of one of the kinds, said in words."""
        if self.kind.kind not in kinds:
            raise DataError(f"{self.name} must hold {words}; it holds {self.words}")

    @property
    def words(self) -> str:
        """What its values are, in words."""
        return _WORDS.get(self.kind.kind, str(self.kind))

    def fill(self, target: NDArray[Any], tell: Callable[[float, str], None] | None = None) -> None:
        """Read the values into an array of the same shape, converted block by block.

        Args:
            target: The array; it may be a view of something that is ordered otherwise.
            tell: Told how far it is.
        """
        view = target.T if self.fortran else target  # in the order of the file
        done = 0
        for index in blocks(view.shape):
            block = view[index]
            content = _exactly(self.file, block.size * self.kind.itemsize, self.name)
            with np.errstate(
                over="ignore", invalid="ignore"
            ):  # beyond float32 becomes infinite: refused later
                view[index] = np.frombuffer(content, dtype=self.kind).reshape(block.shape)
            done += block.size
            if tell is not None:
                tell(done / self.size, f"read {done:,} of {self.size:,} values")

    def first_rows(self, cells: int) -> NDArray[Any]:
        """Return as many whole rows from the beginning as have so many values together, perhaps none."""
        behind = math.prod(self.shape[1:])
        rows = 0 if self.fortran or not self.shape else min(self.shape[0], cells // max(1, behind))
        return self._values(rows * behind).reshape(rows, *self.shape[1:])

    def whole(self) -> NDArray[Any]:
        """Return all values; LimitError if they are too many for memory."""
        if self.bytes > TEXT_BYTES:
            raise LimitError(
                f"{self.name} may have at most {TEXT_BYTES // 2**20} MB; it has {self.bytes // 2**20} MB"
            )
        return self._values(self.size).reshape(self.shape, order="F" if self.fortran else "C")

    def _values(self, count: int) -> NDArray[Any]:
        values = np.frombuffer(_exactly(self.file, count * self.kind.itemsize, self.name), dtype=self.kind)
        if not holds_text(values):
            raise DataError(f"{self.name} must hold texts; it holds numbers that are no characters")
        return values


def read_header(file: IO[bytes], name: str) -> Stored:
    """Return the array that begins here, after judging its header.

    Raises:
        DataError: If it is no array, or holds Python objects.
        LimitError: If it holds too many values.
    """
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
    if any(size > CELLS for size in shape) or math.prod(shape) > CELLS:
        raise LimitError(f"an array may hold at most {CELLS:,} values; {name} has shape {shape!r:.120}")
    return Stored(name, file, shape, fortran, kind)


def holds_text(array: NDArray[Any]) -> bool:
    """Return whether all that an array of texts holds is characters, which NumPy does not look at."""
    if array.dtype.kind != "U" or not array.size or not array.dtype.itemsize:
        return True
    codes = np.ascontiguousarray(array).reshape(-1).view(np.dtype("u4").newbyteorder(array.dtype.byteorder))
    return all(int(codes[index].max()) < _CHARACTERS for index in blocks(codes.shape))


def require_content(stored: Stored, held: int) -> None:
    """Raise DataError if there are fewer bytes behind the header than it promises."""
    if stored.bytes > held:
        raise DataError(
            f"{stored.name} must hold as many values as its header says; shape {stored.shape} "
            f"needs {stored.bytes:,} bytes, the file has {held:,}"
        )


def blocks(shape: Shape, cells: int = CHUNK_CELLS) -> Iterator[Index]:
    """Yield indices of consecutive blocks, in the order of the last axis first, none of many cells."""
    behind = math.prod(shape[1:])
    if len(shape) > 1 and behind > cells:
        for place in range(shape[0]):
            for index in blocks(shape[1:], cells):
                yield (place, *index)
        return
    step = max(1, cells // max(1, behind))
    for start in range(0, shape[0] if shape else 0, step):
        yield (slice(start, min(start + step, shape[0])),)


def _exactly(file: IO[bytes], size: int, name: str) -> bytes:
    content = file.read(size)
    if len(content) != size:
        raise DataError(f"{name} is cut short: {len(content):,} of {size:,} bytes are there")
    return content
