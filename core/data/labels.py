"""Class labels as files hold them, turned into codes and names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import IntArray
from core.data.limits import CLASSES
from core.data.texts import clean_labels, natural_order
from core.errors import DataError, LimitError


@dataclass(frozen=True, eq=False)
class Labels:
    """Class codes of the samples, the classes' names in natural order, what was noticed."""

    codes: IntArray
    names: tuple[str, ...]
    notices: tuple[str, ...] = ()


def code_labels(values: Sequence[str], places: IntArray, where: str) -> Labels:
    """Return codes into class names for labels given as texts.

    A label is its text: "1", "1.0" and "True" are three classes, which a notice points out. Blanks around a
    label and forms of the same letter in Unicode do not make classes; what is merged so is noticed too.

    Args:
        values: The different labels as they stand in the file.
        places: Place in `values` (N,) of each sample's label.
        where: What the messages call the place of the labels, for example "the column 'label'".

    Raises:
        DataError: If there is one class only, or there are not more samples than classes.
        LimitError: If there are too many classes.
    """
    cleaned = clean_labels(values, "class")
    names = natural_order(set(cleaned))
    require_classes(len(names), len(places), where, names[0] if names else "")
    code = {name: place for place, name in enumerate(names)}
    codes = np.array([code[text] for text in cleaned], dtype=np.int64)[places]
    return Labels(codes, names, (*_merged(values, cleaned), *_alike(names)))


def require_classes(classes: int, samples: int, where: str, first: str) -> None:
    """Check that there are at least two classes and more samples than classes."""
    if classes > CLASSES:
        raise LimitError(f"there may be at most {CLASSES:,} classes; {where} holds {classes:,}")
    if classes < 2:
        raise DataError(
            f"there must be at least two classes; {where} holds only {first!r:.120}: "
            "choose other labels, or load without labels"
        )
    # Two samples of two classes are few, but may be meant; more classes than that are surely none.
    if samples < classes or samples == classes > 2:
        raise DataError(
            f"there must be more samples than classes; {where} holds {classes} classes "
            f"for {samples} samples: choose other labels, or load without labels"
        )


def _merged(values: Sequence[str], cleaned: Sequence[str]) -> tuple[str, ...]:
    by_name: dict[str, list[str]] = {}
    for raw, name in zip(values, cleaned, strict=True):
        by_name.setdefault(name, []).append(raw)
    return tuple(
        f"labels that look alike were taken as one class {name!r:.80}: {', '.join(map(ascii, raws))[:200]}"
        for name, raws in by_name.items()
        if len(raws) > 1
    )


def _alike(names: Sequence[str]) -> tuple[str, ...]:
    by_value: dict[float, list[str]] = {}
    for name in names:
        value = {"true": 1.0, "false": 0.0}.get(name.casefold())
        try:
            by_value.setdefault(float(name) if value is None else value, []).append(name)
        except ValueError:
            continue
    return tuple(
        f"the labels {', '.join(alike)[:200]} mean one number but were kept as {len(alike)} classes"
        for alike in by_value.values()
        if len(alike) > 1
    )
