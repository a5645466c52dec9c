"""What is said of a word in a condition that is no field: what was meant by it, which fields there are."""

from collections.abc import Mapping

from core.errors import SettingsError
from core.expressions.columns import Column, Names, clipped, nearest, unknown
from core.expressions.tokens import quoted

Columns = Mapping[str, Column]
NAMING = ("outcome", "class", "predicted", "part", "pattern")  # of a few names; the dearest to read is last
USUAL = ("outcome", "class", "predicted", "correct", "confidence", "pattern", "early", "late", "length")
GUIDE = "the guide on exploring attention tells all"
METADATA = "meta["
QUOTE = '"'


def no_field(text: str, at: int, columns: Columns) -> SettingsError:
    """Return the error that a condition names no field where it must."""
    place = f"at character {at}"
    owner, sign, key = text.partition("[")
    keys = [name[len(owner) + 1 : -1] for name in columns if sign and name.startswith(f"{owner}[")]
    if keys:
        plain = [each.strip(QUOTE) for each in keys]
        return SettingsError(f"{unknown(f'{owner}[...]', key[:-1].strip(QUOTE), plain)} {place}")
    if text.startswith(METADATA):
        got = f"got {clipped(text)} {place}"
        return SettingsError(f"a condition must do without metadata where the dataset has none; {got}")
    hint = comparison(text, columns) or nearest(text, columns)
    fields = "" if hint else f". Fields are {', '.join(_usual(columns))} and others: {GUIDE}"
    return SettingsError(
        f"a condition must compare a field of the samples; got {clipped(text)!r} {place}{hint}{fields}"
    )


def comparison(text: str, columns: Columns) -> str:
    """Return words that offer the comparison which a name standing alone is meant for; nothing if none is."""
    for field in NAMING:
        if field not in columns:
            continue
        column = columns[field]
        for name in dict.fromkeys((text, text.upper(), text.lower())):
            if isinstance(column, Names) and column.knows(name):
                return f" (did you mean {field} == {quoted(name)}?)"
    return ""


def _usual(columns: Columns) -> list[str]:
    usual = [name for name in USUAL if name in columns]
    return usual + [name for name in columns if name.startswith(METADATA)][:3]
