"""Texts that people give to things: cleaned, bounded, brought into natural order."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

from core.data.limits import DESCRIPTION_CHARACTERS, LABEL_CHARACTERS, NAME_CHARACTERS
from core.errors import LimitError

_DIGITS = re.compile(r"(\d+)")
# Signs that turn the direction of the text after them: a name may not rearrange what stands beside it.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_text(text: str) -> str:
    """Return a text in Unicode form NFC, blanks at its ends removed, control characters replaced."""
    if text.isascii() and text.isprintable():
        return text.strip()
    signs = [
        " " if sign.isspace() else "\ufffd" if _is_control(sign) else sign
        for sign in unicodedata.normalize("NFC", text)
    ]
    return "".join(signs).strip()


def clean_name(text: str, fallback: str = "untitled") -> str:
    """Return the name of a dataset: cleaned, cut to its longest, never empty."""
    return clean_text(text)[:NAME_CHARACTERS].strip() or fallback


def clean_description(text: str) -> str:
    """Return a description: control characters replaced, line ends kept, cut to its longest."""
    lines = [clean_text(line) for line in text[:DESCRIPTION_CHARACTERS].splitlines()]
    return "\n".join(lines).strip()


def clean_labels(texts: Sequence[str], what: str) -> tuple[str, ...]:
    """Return names of channels, classes, groups or samples, cleaned and bounded.

    Raises:
        LimitError: If one is too long; it is not cut, since two names could become one.
    """
    cleaned = tuple(map(clean_text, texts))
    for place, text in enumerate(cleaned):
        if len(text) > LABEL_CHARACTERS:
            raise LimitError(
                f"a {what} name may have at most {LABEL_CHARACTERS} characters; "
                f"number {place + 1} has {len(text)}: {text[:60]}..."
            )
    return cleaned


def natural_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as people sort them: numbers by their value, "class 2" before "class 10"."""
    texts = list(names)
    numbers = [_number(text) for text in texts]
    if all(number is not None for number in numbers):
        return tuple(text for _, text in sorted(zip(numbers, texts, strict=True), key=lambda pair: pair))
    return tuple(sorted(texts, key=_natural_key))


def _is_control(sign: str) -> bool:
    return sign in _DIRECTION or unicodedata.category(sign) in {"Cc", "Cs"}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _natural_key(text: str) -> tuple[list[tuple[int, int, str]], str]:
    pieces = [
        (0, int(piece), "") if piece.isdecimal() and len(piece) < 1000 else (1, 0, piece.casefold())
        for piece in _DIGITS.split(text)
        if piece
    ]
    return pieces, text
