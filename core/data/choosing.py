"""Which reader reads a file: by what it holds, what it is called, and which settings were given."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.data.families import READERS, FileReader
from core.data.roles import UNLABELLED
from core.data.sniff import NPY, NPZ, PARQUET, TEXT, TS, WORDS, content_of, read_head
from core.errors import DataError

_SHORT = {TEXT: "CSV", TS: "TS", PARQUET: "Parquet", NPZ: "NPZ", NPY: "NPY"}


def possible_readers(
    path: Path, wished: str | None, given: Mapping[str, Any], called: str
) -> tuple[str, ...]:
    """Return the readers that may read a file; looks at its first bytes and parses nothing.

    Args:
        path: The file.
        wished: The reader that was asked for.
        given: Settings that were given: a reader that knows them goes before those that don't.
        called: What the file was called where it came from.

    Raises:
        DataError: If the file holds something else than its name or the wish says, or what nobody reads.
        SettingsError: If there is no such reader.
    """
    content = content_of(read_head(path))
    fitting = tuple(name for name in READERS.names() if content in READERS.part(name).contents)
    suffix = Path(called).suffix.lower() or path.suffix.lower()
    meant = [name for name in READERS.names() if suffix in READERS.part(name).suffixes]
    if wished is not None:
        wished = known_as(wished)
        READERS.part(wished)
        meant = [wished]
    if not fitting or (meant and not set(meant) & set(fitting)):
        raise DataError(
            f"the file must be {_expected(meant)}; by its content {called!r:.120} is {_words(content)}"
        )
    if wished is not None:
        return (wished,)
    knowing = [name for name in fitting if set(given) <= set(READERS.part(name).model_fields)]
    return tuple(knowing) or fitting


def known_as(reader: str) -> str:
    """Return the name that a reader has now: `wide` was called csv before it read Parquet too."""
    return "wide" if reader == "csv" else reader


def best_reader(names: Sequence[str], path: Path) -> str:
    """Return the one of several possible readers that a file suits best; runs confined."""
    if len(names) == 1:
        return names[0]
    return max(names, key=lambda name: (READERS.part(name).fit(path), name))


def completed(name: str, given: Mapping[str, Any], path: Path) -> tuple[FileReader, tuple[str, ...]]:
    """Return a reader whose missing settings are guessed from the file, and notices; runs confined."""
    plain = READERS.create(name, given)
    if plain.model_fields_set >= set(type(plain).model_fields):
        return plain, ()
    seen = plain.inspect(path)
    hints = tuple(notice for notice in seen.notices if notice.startswith(UNLABELLED))
    reader = READERS.create(name, {**seen.settings, **given})
    news = {field: value for field, value in reader if value not in ("", (), getattr(plain, field))}
    if not news:
        return reader, hints
    listed = "; ".join(f"{field} = {_shown(value)}" for field, value in news.items())
    return reader, (f"settings that were guessed from the file: {listed}"[:500], *hints)


def _shown(value: Any) -> str:
    if not isinstance(value, tuple | list):
        return str(value)
    names = ", ".join(map(str, value[:8]))
    return f"{names} and {len(value) - 8} more" if len(value) > 8 else names


def _expected(names: Sequence[str]) -> str:
    contents = [content for name in names or READERS.names() for content in READERS.part(name).contents]
    return ", ".join(dict.fromkeys(_SHORT.get(content, content) for content in contents))


def _words(content: str) -> str:
    return WORDS.get(content, content)
