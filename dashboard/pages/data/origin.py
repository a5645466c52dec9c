"""Where a dataset comes from, in plain words: its source, or the file and how it was understood."""

from collections.abc import Mapping
from typing import Any

from core.data.families import READERS
from core.errors import SettingsError
from core.registry import Setting
from dashboard.components.format import clipped

SHAPES = {
    "wide": "one row a sample",
    "long": "one row a step",
    "npz": "an archive of NumPy",
    "npy": "an array of NumPy",
    "ts": "a TS file",
}
NAMED = 4
TOLD_ELSEWHERE = frozenset({"missing", "nan", "delimiter", "decimal"})


def file_words(origin: Mapping[str, Any]) -> str:
    """Return which file was read, as what, and with which settings that aren't the usual ones."""
    reader = str(origin.get("reader", ""))
    said = f"{clipped(str(origin.get('file', 'a file')), 80)}, read as {SHAPES.get(reader, reader.upper())}"
    told = [words for words in _settings(reader, origin.get("settings")) if words]
    return f"{said}: {'; '.join(told)}" if told else said


def _settings(reader: str, given: object) -> list[str]:
    if not isinstance(given, Mapping):
        return []
    try:
        known = READERS.describe(reader).settings
    except SettingsError:  # of a reader that there is no more
        return []
    return [_one(setting, given.get(setting.name)) for setting in known]


def _one(setting: Setting, value: object) -> str:
    default = list(setting.default) if isinstance(setting.default, list | tuple) else setting.default
    given = list(value) if isinstance(value, list | tuple) else value
    usual = given == default and not isinstance(value, int | float)
    if setting.name in TOLD_ELSEWHERE or usual or given in (None, "", []):
        return ""
    title = (setting.title or setting.name.replace("_", " ")).lower()
    if isinstance(given, bool):
        return "" if given == default else f"{title} {'yes' if given else 'no'}"
    if isinstance(given, list):
        more = f" and {len(given) - NAMED} more" if len(given) > NAMED else ""
        return f"{title} {', '.join(clipped(str(name)) for name in given[:NAMED])}{more}"
    return f"{title} {clipped(str(given))}"
