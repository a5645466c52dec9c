"""Files on their way to the server: kept piece by piece in the store's tmp/ and found by a token.

    upload-<token>.json   what was announced: owner, name, size; touched with every piece
    upload-<token>.part   the bytes so far; its length is where the next piece goes
    upload-<token>        the whole file, once its size was checked and its SHA-256 computed

Everything is on the disk and nothing in a process, so that any worker, or the next server, goes on. A writer
holds a lock on the part it writes to; what counts against quotas happens under one lock of the store.
"""

import fcntl
import hashlib
import os
import re
import secrets
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from pydantic import ValidationError

from core.errors import DataError, LimitError, NotFoundError, StoreError
from core.store import Store
from core.store.disk import ensure_space, free_floor, megabytes, open_create, open_update, store_errors
from core.store.files import read_json, write_json
from dashboard.services.uploads.records import (
    Announced,
    Arrived,
    OffsetError,
    Piece,
    PieceError,
    QuotaError,
    tidy_file_name,
)

CHUNK = 8 * 1024 * 1024
"""Largest piece that is taken in one request."""
OPEN, KEPT = 20, 200
"""Most unfinished uploads of one owner, and most uploads that wait to be finished or read."""
AGE = 3600.0
"""Seconds without progress or use after which an upload is removed."""
READ = 256 * 1024

_TOKEN = re.compile(r"[0-9a-z]{12}\Z")
_ALPHABET = string.ascii_lowercase + string.digits


@dataclass(frozen=True)
class Uploads:
    """The uploads of one owner; those of others are as good as absent."""

    store: Store
    owner: str

    def start(self, name: str, size: int, modified: int | None, limit: int, quota: int) -> Announced:
        """Make room for a file and return the token under which its pieces are sent.

        Args:
            name: What the file is called where it comes from.
            size: Its bytes.
            modified: When it was changed last, in milliseconds since 1970, as the browser has it.
            limit: Largest file in bytes.
            quota: What all uploads of an owner may have together, in bytes.

        Raises:
            DataError: If the file is empty.
            LimitError: If it is too large, or the owner has too much under way.
            StoreError: If the disk has no room for it.
        """
        if size < 1:
            raise DataError("the file is empty")
        if size > limit:
            raise LimitError(f"a file must have at most {megabytes(limit)}; got {megabytes(size)}")
        with self.store.lock("uploads"):
            kept = list(self._kept())
            _require_quota([one for one in kept if one.announced.owner == self.owner], size, quota)
            coming = size + sum(one.announced.size - one.received for one in kept)
            ensure_space(self.store.tmp, coming, free_floor(self.store.tmp))
            token = "".join(secrets.choice(_ALPHABET) for _ in range(12))
            announced = Announced(
                token=token, owner=self.owner, name=tidy_file_name(name), size=size, modified=modified
            )
            open_create(self._part(token)).close()
            write_json(self._record(token), announced.model_dump())
        return announced

    def arrived(self, token: str) -> Arrived:
        """Return how far an upload is; NotFoundError if there is none of this owner."""
        announced = self._announced(token)
        if announced is None or announced.owner != self.owner:
            raise NotFoundError("there is no such upload: choose the file again")
        found = self._measured(announced)
        if found is None:
            raise NotFoundError("the uploaded file is gone: it is kept for an hour; choose it again")
        return found

    def append(self, token: str, piece: Piece) -> int:
        """Write a piece behind what is there and return how many bytes there are then.

        A piece with a hash counts whole or not at all; of one without, what has come stays.

        Raises:
            LimitError: If it reaches beyond the announced size.
            OffsetError: If it doesn't begin where the bytes end, or another request is writing.
            PieceError: If it is cut off or has another hash than was said.
            StoreError: If the disk does not take it.
        """
        announced = self.arrived(token).announced
        if piece.offset + piece.length > announced.size:
            raise LimitError(f"the file was announced with {announced.size} bytes; this piece goes beyond")
        path = self._part(token)
        with self._writing(announced) as file, store_errors("write", path, piece.length):
            there = os.fstat(file.fileno()).st_size
            if piece.offset != there:
                raise OffsetError(f"the next piece begins at byte {there}; got {piece.offset}", there)
            ensure_space(path, piece.length, free_floor(path.parent))
            try:
                return there + _copy(piece, file)
            finally:
                with suppress(FileNotFoundError):  # cancelled meanwhile
                    os.utime(self._record(token))

    def finish(self, token: str) -> Announced:
        """Check that all has come, hash it and let it be read; asking again gives the same answer.

        Raises:
            OffsetError: If bytes are missing, or another request is writing.
        """
        found = self.arrived(token)
        announced = found.announced
        if found.whole and announced.sha256:
            return announced
        with self._writing(announced) as file:
            there = os.fstat(file.fileno()).st_size
            if there != announced.size:
                raise OffsetError(f"{there} of {announced.size} bytes have arrived", there)
            file.seek(0)
            hashed = hashlib.file_digest(cast(BufferedReader, file), "sha256").hexdigest()
            with self.store.lock("uploads"):
                if not os.fstat(file.fileno()).st_nlink:
                    raise NotFoundError("there is no such upload: it was cancelled")
                final = announced.model_copy(update={"sha256": hashed})
                write_json(self._record(token), final.model_dump())
                with suppress(FileNotFoundError):  # it was renamed before a crash
                    self._part(token).rename(self._whole(token))
                os.utime(self._whole(token))
        return final

    def cancel(self, token: str) -> None:
        """Remove everything of an upload, also while a piece of it is coming in."""
        self.arrived(token)
        with self.store.lock("uploads"):
            self._remove(token)

    def file(self, token: str) -> Path:
        """Return the path of a whole upload, kept for another hour; NotFoundError if it isn't there."""
        found = self.arrived(token)
        if not found.whole:
            raise NotFoundError("the file has not arrived whole: send the rest of it")
        with suppress(FileNotFoundError):
            os.utime(self._record(token))
            os.utime(self._whole(token))
        return self._whole(token)

    def sweep(self) -> None:
        """Remove all owners' uploads that had no progress and no use for an hour."""
        with self.store.lock("uploads"):
            for _ in self._kept():
                pass

    def _kept(self) -> Iterator[Arrived]:
        """Give the uploads of all owners and remove the outdated; to be asked under the lock."""
        for path in sorted(self.store.tmp.glob("upload-*.json")):
            token = path.stem.removeprefix("upload-")
            announced = self._announced(token)
            found = self._measured(announced) if announced else None
            if found is None or self._idle(token) > AGE:
                self._remove(token)
            else:
                yield found

    def _announced(self, token: str) -> Announced | None:
        if not isinstance(token, str) or not _TOKEN.match(token):
            return None
        try:
            return Announced.model_validate(read_json(self._record(token), 100_000))
        except (StoreError, ValidationError):
            return None

    def _measured(self, announced: Announced) -> Arrived | None:
        with suppress(FileNotFoundError):
            return Arrived(announced, self._part(announced.token).stat().st_size, whole=False)
        with suppress(FileNotFoundError):
            return Arrived(announced, self._whole(announced.token).stat().st_size, whole=True)
        return None

    def _idle(self, token: str) -> float:
        times = [0.0]
        for path in (self._record(token), self._part(token), self._whole(token)):
            with suppress(FileNotFoundError):
                times.append(path.stat().st_mtime)
        return time.time() - max(times)

    def _remove(self, token: str) -> None:
        for path in (self._part(token), self._whole(token), self._record(token)):
            path.unlink(missing_ok=True)

    @contextmanager
    def _writing(self, announced: Announced) -> Iterator[BinaryIO]:
        """Give the file of an upload, locked against every other writer."""
        with self._opened(announced.token) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                there = os.fstat(file.fileno()).st_size
                words = "another window, or the rest of a broken connection, is sending this file"
                raise OffsetError(words, there, busy=True) from None
            if not os.fstat(file.fileno()).st_nlink:
                raise NotFoundError("there is no such upload: it was cancelled")
            yield file

    def _opened(self, token: str) -> BinaryIO:
        for path in (self._part(token), self._whole(token)):
            with suppress(StoreError):
                return open_update(path)
        raise NotFoundError("there is no such upload: it was cancelled or read")

    def _record(self, token: str) -> Path:
        return self.store.tmp / f"upload-{token}.json"

    def _part(self, token: str) -> Path:
        return self.store.tmp / f"upload-{token}.part"

    def _whole(self, token: str) -> Path:
        return self.store.tmp / f"upload-{token}"


def _require_quota(mine: list[Arrived], size: int, quota: int) -> None:
    unfinished = sum(not one.whole for one in mine)
    waits = "read or cancel some, or wait: each is removed after an hour without use"
    if unfinished >= OPEN:
        raise QuotaError(f"at most {OPEN} uploads may be unfinished; there are {unfinished}: {waits}")
    if len(mine) >= KEPT:
        raise QuotaError(f"at most {KEPT} uploads may wait to be read; there are {len(mine)}: {waits}")
    taken = sum(one.announced.size for one in mine)
    if taken + size > quota:
        raise QuotaError(
            f"uploads that wait to be read may have {megabytes(quota)} together; "
            f"there are {megabytes(taken)} and this file has {megabytes(size)}: {waits}"
        )


def _copy(piece: Piece, file: BinaryIO) -> int:
    """Write a piece to the end of a file in small reads; one with a hash is taken back unless it is right."""
    file.seek(piece.offset)
    digest = hashlib.sha256()
    arrived, kept = 0, False
    try:
        while arrived < piece.length and (read := piece.read(min(READ, piece.length - arrived))):
            arrived += len(read)
            if piece.sha256:
                digest.update(read)
            rest = memoryview(read)
            while rest:
                rest = rest[file.write(rest) :]
        if arrived < piece.length:
            raise PieceError(f"{arrived} of {piece.length} bytes of this piece have arrived: send it again")
        if piece.sha256 and digest.hexdigest() != piece.sha256:
            raise PieceError("this piece arrived changed: send it again")
        kept = True
    finally:
        if piece.sha256 and not kept:
            file.truncate(piece.offset)
    return arrived
