"""Files from anywhere become datasets: looked at here, parsed in a confined child, published here."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.arrays import Progress
from core.confine import Limits, run_confined
from core.data import limits
from core.data.choosing import possible_readers
from core.data.dataset import Dataset
from core.data.desk import PROGRESS
from core.data.families import READERS
from core.data.handover import received, received_preview
from core.data.parsing import inspect_file, parse_file
from core.data.preview import Preview
from core.data.published import publish_dataset
from core.data.texts import clean_name, clean_text
from core.errors import StoreError
from core.store import Store, new_id
from core.store.files import read_json

READING = 0.8  # share of an import that reading has; the rest is publishing
_PROGRESS_BYTES = 4096


def load_file(  # noqa: PLR0913 - what is known of a file when it comes
    store: Store,
    path: Path,
    reader: str | None = None,
    settings: Mapping[str, Any] | None = None,
    name: str | None = None,
    owner: str = "local",
    *,
    file: str = "",
    progress: Progress | None = None,
) -> Dataset:
    """Read a file in a confined child and publish what it holds; the same file gives the same hash.

    Args:
        store: Where the dataset is kept.
        path: The file.
        reader: Name of a file reader, see `READERS`; without it the file's content decides.
        settings: Settings of the reader; what is missing is guessed from the file, as its preview shows it.
        name: What to call the dataset; the file's name without it.
        owner: Whose it is.
        file: What the file was called where it came from; its own name without it.
        progress: Told how far it is, from 0 to 1, and what is being done, a few times a second; what it
            raises ends the import, and nothing is left of it.

    Raises:
        DataError: If the file is missing, empty, of a kind that is not read, or does not hold what is needed.
        LimitError: If it holds more than Heed accepts or takes too long to read.
        SettingsError: If the reader or a setting is wrong.
    """
    path = Path(path)
    called = file or path.name
    request = _request(path, reader, settings, called)
    tell = progress or _nobody
    with _desk(store) as out:
        run_confined(
            parse_file,
            (*request, path.resolve(), out),
            read=_readable(path, request[0]),
            write=out,
            limits=_reading_limits(path),
            watch=lambda: tell(*_reading(out)),
        )
        found = received(out, clean_name(path.stem if name is None else name))
        wanted = READERS.create(found.reader, found.settings).model_dump(mode="json")
        origin = {"reader": found.reader, "settings": wanted, "file": clean_name(called, "file")}
        dataset = replace(found.dataset, origin={**origin, **found.dataset.origin})
        return publish_dataset(
            store,
            dataset,
            owner,
            taken_from=out,
            progress=lambda share, words: tell(READING + (1 - READING) * share, words),
        )


def preview_file(
    store: Store,
    path: Path,
    reader: str | None = None,
    settings: Mapping[str, Any] | None = None,
    *,
    file: str = "",
) -> Preview:
    """Look at a file in a confined child: what it seems to hold and what an import would make of it.

    Args:
        store: Where the child may work; nothing stays there.
        path: The file.
        reader: Name of a file reader; without it the file's content decides.
        settings: Settings of the reader; what is missing is guessed.
        file: What the file was called where it came from; its own name without it.

    Raises:
        DataError: If the file is missing, empty, or of a kind that is not read.
        LimitError: If it holds more than Heed accepts or takes too long to look at.
        SettingsError: If the reader or a setting is wrong.
    """
    path = Path(path)
    request = _request(path, reader, settings, file or path.name)
    with _desk(store) as out:
        run_confined(
            inspect_file,
            (*request, path.resolve(), out),
            read=_readable(path, request[0]),
            write=out,
            limits=_looking_limits(path),
        )
        found = received_preview(out)
    complete = READERS.create(found.reader, found.settings).model_dump(mode="json")
    return found.model_copy(update={"settings": complete})


def _request(
    path: Path, reader: str | None, settings: Mapping[str, Any] | None, called: str
) -> tuple[list[str], dict[str, Any]]:
    """Return the readers that may read a file and the settings that were given, checked where they can be."""
    given = dict(settings or {})
    names = possible_readers(path, reader, given, called)
    if len(names) == 1:
        checked = READERS.create(names[0], given).model_dump(mode="json")
        given = {name: checked[name] for name in given}
    return list(names), given


def _readable(path: Path, readers: Sequence[str]) -> list[Path]:
    """Return the file and what lies beside it and belongs to it."""
    found = [path.resolve()]
    for name in readers:
        found += [beside.resolve() for beside in READERS.part(name).companions(path.resolve())]
    return found


def _reading_limits(path: Path) -> Limits:
    seconds = limits.CHILD_SECONDS + _size(path) // limits.CHILD_PACE
    return Limits(limits.CHILD_BYTES, seconds, limits.CLOCK * seconds, limits.CHILD_FILE_BYTES)


def _looking_limits(path: Path) -> Limits:
    seconds = limits.PREVIEW_SECONDS + _size(path) // limits.PREVIEW_PACE
    return Limits(limits.PREVIEW_BYTES, seconds, limits.CLOCK * seconds, limits.PREVIEW_FILE_BYTES)


def _size(path: Path) -> int:
    with suppress(OSError):  # gone since it was looked at, which the child will tell
        return path.stat().st_size
    return 0


@contextmanager
def _desk(store: Store) -> Iterator[Path]:
    """Give an empty directory of which nothing is left afterwards."""
    desk = store.tmp / f"intake-{new_id()}"
    out = desk / "parsed"
    out.mkdir(parents=True, mode=0o700)
    try:
        yield out
    finally:
        shutil.rmtree(desk, ignore_errors=True)


def _reading(out: Path) -> tuple[float, str]:
    """Return how far the child says it is, as a share of the import, and its words; it is not trusted."""
    try:
        plain = read_json(out / PROGRESS, _PROGRESS_BYTES)
    except StoreError:
        return 0.0, "reading the file"
    if not isinstance(plain, dict):
        return 0.0, "reading the file"
    fraction, words = plain.get("fraction"), plain.get("words")
    share = min(1.0, max(0.0, fraction)) if isinstance(fraction, float | int) else 0.0
    return READING * share, clean_text(words)[:200] if isinstance(words, str) else "reading the file"


def _nobody(fraction: float, words: str) -> None:
    """Take the place of whoever would be told."""
