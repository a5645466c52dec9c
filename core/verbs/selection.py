"""Which samples a question is about: a part, an outcome, numbers, or a condition."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, IntArray
from core.attention.choosing import Chooser, scope_of
from core.attention.cohorts import Scope
from core.data import PARTS
from core.errors import DataError, SettingsError
from core.evaluation import OUTCOMES

Samples = str | Sequence[int]
RULE = (
    f"samples must be {', '.join((*PARTS, 'all', *OUTCOMES))}, numbers like 0-9,12, or a condition like"
    " outcome == FP and late > 50%"
)
_CONDITION = re.compile(r"[=<>!≤≥≠()\[\]|&]|\b(in|not|and|or)\b|\Acorrect\Z", re.IGNORECASE)


Meeting = Callable[[str], BoolArray]


def is_condition(samples: Samples) -> bool:
    """Tell whether samples are given by a condition."""
    return isinstance(samples, str) and bool(_CONDITION.search(samples.strip()))


def meeting_of(chooser: Chooser, about: Scope | None = None) -> Meeting:
    """Return what tells which samples of a run meet a condition, of the test part or as it says.

    Args:
        chooser: Answers for the run.
        about: What conditions are about beside what they say; the usual unless given.
    """

    def meeting(where: str) -> BoolArray:
        scope = scope_of(where, about)
        return chooser.of_part(scope.part) & chooser.meeting(where, scope)

    return meeting


def selected(samples: Samples, parts: NDArray[np.int8], meeting: Meeting) -> IntArray:
    """Return the indices of the samples that are meant, ascending.

    Args:
        samples: Name of a part, "all", an outcome, which stands for the condition that it is this one,
            numbers as text, numbers, or a condition, of the test part unless it names part, cohort, sample
            or id.
        parts: Part of each sample (N,).
        meeting: Tells which samples meet a condition (N,).

    Raises:
        SettingsError: If the text is none of these or a number has no sample.
        DataError: If no sample fits.
    """
    if not isinstance(samples, str):
        return _existing(np.asarray(list(samples)), len(parts), samples)
    if samples in PARTS:
        found = np.flatnonzero(parts == PARTS.index(samples))
    elif samples == "all":
        found = np.arange(len(parts))
    elif samples in OUTCOMES:
        found = np.flatnonzero(meeting(f"outcome == {samples}"))
    elif is_condition(samples):
        found = np.flatnonzero(meeting(samples))
    else:
        found = _existing(np.array(_numbers(samples, len(parts))), len(parts), samples)
    if not len(found):
        raise DataError(f"there is no sample in {samples!r:.80}")
    return found.astype(np.int64)


def _numbers(text: str, count: int) -> list[int]:
    numbers: list[int] = []
    for piece in text.split(","):
        first, sign, last = piece.strip().partition("-")
        if not _is_number(first) or (sign and not _is_number(last)):
            raise SettingsError(f"{RULE}; got {text!r:.80}")
        if sign and int(last) >= count:
            raise SettingsError(f"samples are numbered 0 to {count - 1}; got {text!r:.80}")
        numbers.extend(range(int(first), int(last) + 1) if sign else [int(first)])
    return numbers


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _existing(numbers: NDArray[np.integer], count: int, given: Samples) -> IntArray:
    if not len(numbers):
        raise SettingsError(f"{RULE}; got {given!r:.80}")
    if not np.issubdtype(numbers.dtype, np.integer) or numbers.min() < 0 or numbers.max() >= count:
        raise SettingsError(f"samples are numbered 0 to {count - 1}; got {given!r:.80}")
    return np.unique(numbers).astype(np.int64)
