"""What a map of samples says in words: of each point, of its colours, of all of it."""

from collections.abc import Iterator

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.attention.sample_map import SampleMap
from core.figures.text import clean, number, percent, plain

IN_WORDS = 6  # groups that are told


def known_range(values: DoubleArray) -> tuple[float, float]:
    """Return the least and the largest of numbers, those that are none left out; 0 to 1 without any."""
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)


def point_texts(result: SampleMap, rows: IntArray) -> Iterator[str]:
    """Yield what the pointer is told of each sample of some rows."""
    classes = [*(plain(name, 24) for name in result.labels.classes), "unknown"]
    names = result.embedding.sample_ids
    known = zip(rows, result.actual[rows], result.predicted[rows], result.confidence[rows], strict=True)
    colouring = result.colouring
    more = [""] * len(rows)
    if len(colouring.values) and colouring.name != "confidence":
        more = [f"<br>{plain(colouring.name, 24)} {value:.3g}" for value in colouring.values[rows]]
    elif colouring.name not in {"class", "predicted", "confidence"}:
        words = [f"<br>{plain(colouring.name, 24)} {plain(group.name, 24)}" for group in colouring.groups]
        more = [words[code] for code in colouring.codes[rows]]
    for (row, actual, predicted, confidence), end in zip(known, more, strict=True):
        name = names[row]
        shown = name if name.isascii() and name.isalnum() and len(name) < 30 else plain(name, 30)
        said = f"{classes[actual]}, predicted {classes[predicted]}"
        yield f"{shown}<br>{said}<br>confidence {confidence:.1%}{end}"


def laid_out_words(result: SampleMap) -> str:
    """Return how many samples are on a map."""
    shown, total = len(result.selected), result.embedding.total
    return f"{shown:,} of {total:,} samples laid out" if shown < total else f"{shown:,} samples laid out"


def colour_words(result: SampleMap) -> str:
    """Return what the colours of a map mean, with their range."""
    name = clean(result.colouring.name, 40)
    if result.colouring.palette != "number":
        return f"colour: {name}"
    low, high = known_range(result.colouring.values[result.selected])
    return f"colour: {name}, {number(low)} to {number(high)}"


def map_words(result: SampleMap) -> str:
    """Return a map in words, for a screen reader."""
    shares = result.embedding.layout.variance
    told = ""
    if result.embedding.settings.method == "pca":
        both = float(shares[:2].sum())
        told = f" Both axes together hold {percent(both)} of the variance of the training samples."
    groups = [group for group in result.colouring.groups if group.count][:IN_WORDS]
    centres = "; ".join(
        f"{clean(group.name, 40)}, n = {group.count:,}, at {number(group.centre[0])},"
        f" {number(group.centre[1])}"
        for group in groups
    )
    chosen = int(result.selected.sum())
    return f"Points of {laid_out_words(result)}, {chosen} selected.{told} Centres: {centres}."
