"""The words, numbers, texts and signs of a condition, with the place where each stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.errors import SettingsError

Kind = Literal["word", "text", "number", "sign"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)(?:\s*(?P<percent>%))?
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>==|!=|<>|<=|>=|&&|\|\||[=<>≤≥≠()\[\],+\-&|!])
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS = {"and": "and", "or": "or", "not": "not", "in": "in"}
_SIGNS = {
    "=": "==",
    "<>": "!=",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}\Z")


@dataclass(frozen=True)
class Token:
    """One piece of a condition.

    Attributes:
        kind: What it is.
        text: What it says: a name without its quotes, a number as it was typed, a sign as Python writes it.
        at: Its place in the condition, counted from 1.
        value: The number, of a number; percentages are already divided.
    """

    kind: Kind
    text: str
    at: int
    value: float = 0.0

    @property
    def is_value(self) -> bool:
        """Whether it stands for a field, a name or a number."""
        return self.kind != "sign"


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a condition; SettingsError names the first character that fits nowhere."""
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise SettingsError(_unread(text, place))
        if not found["space"]:
            yield _token(found)
        place = found.end()


def quoted(name: str) -> str:
    """Return a name as a condition writes it: as it stands where it is one plain word, else in quotes."""
    if _PLAIN.match(name) and name.lower() not in _WORDS:
        return name
    return in_quotes(name)


def in_quotes(name: str) -> str:
    """Return a name in quotes, which is never taken for a field."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _token(found: re.Match[str]) -> Token:
    at = found.start() + 1
    if found["text"]:
        return Token("text", re.sub(r"\\(.)", r"\1", found["text"][1:-1], flags=re.DOTALL), at)
    if found["number"]:
        share = 100.0 if found["percent"] else 1.0
        return Token("number", found[0].replace(" ", ""), at, float(found["number"]) / share)
    if found["word"]:
        word = found["word"]
        sign = _WORDS.get(word.lower()) if word in {word.lower(), word.upper()} else None
        return Token("sign", sign, at) if sign else Token("word", word, at)
    return Token("sign", _SIGNS.get(found["sign"], found["sign"]), at)


def _unread(text: str, place: int) -> str:
    sign = text[place]
    if sign in "\"'":
        return f"a text in a condition must end with its quote; got only one {sign} at character {place + 1}"
    return (
        f"a condition must hold fields, names, numbers and comparisons; got {sign!r} at character {place + 1}"
    )
