"""NumPy archives from anywhere: every member is judged by its header before any of it is unpacked."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from numpy.typing import NDArray

from core.data.limits import NPZ_MEMBERS, NPZ_RATIO
from core.data.stored import LABELS, Shape, Stored, read_header, require_content
from core.errors import DataError, LimitError

RATIO_FREE_BYTES = 2**20  # what may be packed tightly without being a bomb


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

    @contextmanager
    def open(self, name: str) -> Iterator[Stored]:
        """Give an array whose header was judged; its values can be read while the block lasts."""
        info = self._members[name]
        with _told(name), self._zip.open(info) as file:
            stored = read_header(file, name)
            require_content(stored, info.file_size)
            yield stored

    def small(self, name: str, kinds: str = LABELS, words: str = "numbers or texts") -> NDArray[Any]:
        """Return an array of labels, names or lengths: what fits into memory."""
        with self.open(name) as stored:
            stored.require_kind(kinds, words)
            return stored.whole()

    def shape(self, name: str) -> Shape:
        """Return the shape of an array from its header."""
        with self.open(name) as stored:
            return stored.shape


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
