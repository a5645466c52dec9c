"""Files from anywhere become datasets: looked at here, parsed in a confined child, published here."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.confine import Limits, run_confined
from core.data.dataset import Dataset
from core.data.families import READERS
from core.data.limits import CHILD_BYTES, CHILD_SECONDS, UPLOAD_BYTES
from core.data.parsing import parse_file, parsed
from core.data.published import publish_dataset
from core.data.sniff import NPZ, TEXT, content_of, read_head
from core.data.texts import clean_name
from core.errors import DataError
from core.store import Store, new_id

LIMITS = Limits(memory=CHILD_BYTES, seconds=CHILD_SECONDS, files=2 * UPLOAD_BYTES)


def load_file(  # noqa: PLR0913 - what is known of a file when it comes
    store: Store,
    path: Path,
    reader: str | None = None,
    settings: Mapping[str, Any] | None = None,
    name: str | None = None,
    owner: str = "local",
    *,
    file: str = "",
) -> Dataset:
    """Read a file in a confined child and publish what it holds; the same file gives the same hash.

    Args:
        store: Where the dataset is kept.
        path: The file.
        reader: Name of a file reader, see `READERS`; without it the file's content decides.
        settings: Settings of the reader; what is missing takes its default.
        name: What to call the dataset; the file's name without it.
        owner: Whose it is.
        file: What the file was called where it came from; its own name without it.

    Raises:
        DataError: If the file is missing, empty, of a kind that is not read, or does not hold what is needed.
        LimitError: If it holds more than Heed accepts or takes too long to read.
        SettingsError: If the reader or a setting is wrong.
    """
    path = Path(path)
    chosen = _reader(path, reader, file or path.name)
    wanted = READERS.create(chosen, settings).model_dump(mode="json")
    origin = {"reader": chosen, "settings": wanted, "file": clean_name(file or path.name, "file")}
    desk = store.tmp / f"intake-{new_id()}"
    out = desk / "parsed"
    out.mkdir(parents=True, mode=0o700)
    try:
        source = path.resolve()
        run_confined(parse_file, (chosen, wanted, source, out), read=[source], write=out, limits=LIMITS)
        found = parsed(out, clean_name(path.stem if name is None else name), origin)
        return publish_dataset(store, found, owner)
    finally:
        shutil.rmtree(desk, ignore_errors=True)


def _reader(path: Path, wished: str | None, called: str) -> str:
    """Return the reader for a file after comparing what was asked for, its name and its first bytes."""
    content = content_of(read_head(path))
    by_content = [name for name in READERS.names() if READERS.part(name).content == content]
    by_suffix = [name for name in READERS.names() if path.suffix.lower() in READERS.part(name).suffixes]
    if wished is not None:
        READERS.part(wished)
        by_suffix = [wished]
    if not by_content or (by_suffix and not set(by_suffix) & set(by_content)):
        expected = ", ".join(name.upper() for name in by_suffix or READERS.names())
        words = {TEXT: "plain text", NPZ: "a NumPy archive (NPZ)"}.get(content, content)
        raise DataError(f"the file must be {expected}; by its content {called!r:.120} is {words}")
    return next((name for name in by_suffix if name in by_content), by_content[0])
