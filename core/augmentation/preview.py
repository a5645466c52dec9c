"""What augmentations do, before anything is trained: lines, values, spectra and classes before and after."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows
from core.augmentation.previewed import (
    AugmentationPreview,
    AugmentedLines,
    PreviewNames,
    Spectra,
    Spectrum,
    ValuePairs,
)
from core.augmentation.separability import ORIGINALS, class_separability
from core.errors import NotFoundError
from core.registry import title_of
from core.results import Provenance

TOGETHER = "All, one after the other"
SAMPLES = 500  # half of them are augmented, the other half are neighbours
LEAST_SAMPLES = 40  # also where samples are large
CELLS = 500_000  # of all samples that are looked at
POINTS = 5000


def preview(
    windows: Windows,
    parts: Sequence[Augmentation],
    rng: np.random.Generator,
    sample: int,
    channel: int,
    called: PreviewNames | None = None,
) -> AugmentationPreview:
    """Show what augmentations do to one sample, to values, to spectra and to the classes.

    Every augmentation has random numbers of its own, so that a change of one leaves the others' copies alone.
    At most 500 samples are looked at, fewer where they are large: half are augmented, half are neighbours.

    Args:
        windows: Samples, the chosen one among them.
        parts: The augmentations in their order.
        rng: All randomness; the same state gives the same preview.
        sample: Row of the sample to show.
        channel: Index of the channel to show.
        called: What sample, channel and steps are called.

    Raises:
        NotFoundError: If there is no such sample or channel.
    """
    for what, index, count in (("sample", sample, windows.samples), ("channel", channel, windows.channels)):
        if not 0 <= index < count:
            raise NotFoundError(f"there is no {what} {index}; there are {count}")
    called = called or PreviewNames()
    asked, others = _halves(windows, sample, rng)
    originals = windows.take(asked)
    copies = _copies(originals, parts, rng)
    row = int(np.flatnonzero(asked == sample)[0])
    parameters = {
        "augmentations": [{"name": _key(part), "settings": part.model_dump(mode="json")} for part in parts],
        "sample": sample,
        "channel": channel,
    }

    def traced(what: str, samples: int) -> Provenance:
        return Provenance(what, called.data, parameters=parameters, samples=samples)

    shown = [(ORIGINALS, originals), *copies]
    lines = [(name, _line(made, row, channel)) for name, made in shown]
    pairs = _pairs(originals, copies, channel, rng)
    return AugmentationPreview(
        sample=sample,
        channel=channel,
        lines=_lines(lines, called, traced("augmented lines", 1)),
        pairs=ValuePairs(**pairs, called=called, provenance=traced("augmented values", len(asked))),
        spectra=Spectra(
            tuple(_spectrum(name, line) for name, line in lines), called, traced("augmented spectra", 1)
        ),
        separability=class_separability(
            originals, windows.take(others), copies, traced("class separability", len(asked))
        ),
        provenance=traced("preview of augmentations", len(asked)),
    )


def titles_of(parts: Sequence[Augmentation]) -> tuple[str, ...]:
    """Return the augmentations' names in words; a second of the same kind is numbered."""
    titles = [title_of(_key(part)) for part in parts]
    counts = [titles[: place + 1].count(title) for place, title in enumerate(titles)]
    return tuple(
        title if count == 1 else f"{title} {count}" for title, count in zip(titles, counts, strict=True)
    )


def _key(part: Augmentation) -> str:
    known = [name for name in AUGMENTATIONS.names() if AUGMENTATIONS.part(name) is type(part)]
    return known[0] if known else type(part).__name__


def _halves(windows: Windows, sample: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Return rows that are augmented, the shown one among them, and as many others; both of all classes."""
    affordable = CELLS // max(1, windows.steps * windows.channels)
    count = min(windows.samples, SAMPLES, max(LEAST_SAMPLES, affordable))
    drawn = rng.permutation(windows.samples)
    drawn = np.concatenate([[sample], drawn[drawn != sample]])[:count]
    order = np.argsort(windows.labels[drawn], kind="stable")
    asked, others = drawn[order[::2]], drawn[order[1::2]]
    if sample in others:
        asked, others = others, asked
    return asked, others


def _copies(
    originals: Windows, parts: Sequence[Augmentation], rng: np.random.Generator
) -> list[tuple[str, Windows]]:
    own = rng.spawn(2 * len(parts))
    copies = [
        (title, part.apply(originals, source))
        for title, part, source in zip(titles_of(parts), parts, own, strict=False)
    ]
    if len(parts) > 1:
        made = originals
        for part, source in zip(parts, own[len(parts) :], strict=True):
            made = part.apply(made, source)
        copies.append((TOGETHER, made))
    return copies


def _line(windows: Windows, row: int, channel: int) -> FloatArray:
    line: FloatArray = windows.series[row, : int(windows.lengths[row]), channel]
    return line


def _lines(
    lines: Sequence[tuple[str, FloatArray]], called: PreviewNames, provenance: Provenance
) -> AugmentedLines:
    values = np.full((len(lines), max(len(line) for _, line in lines)), np.nan, np.float32)
    for place, (_, line) in enumerate(lines):
        values[place, : len(line)] = line
    return AugmentedLines(tuple(name for name, _ in lines), values, called, provenance)


def _pairs(
    originals: Windows, copies: Sequence[tuple[str, Windows]], channel: int, rng: np.random.Generator
) -> dict[str, Any]:
    each = POINTS // max(1, len(copies))
    cells = rng.permutation(originals.samples * originals.steps)
    row, step = np.divmod(cells, originals.steps)
    before: list[NDArray[Any]] = []
    after: list[NDArray[Any]] = []
    for _, made in copies:
        inside = step < np.minimum(originals.lengths, made.lengths)[row]
        old = originals.series[row[inside], step[inside], channel]
        new = made.series[row[inside], step[inside], channel]
        there = np.flatnonzero(~np.isnan(old) & ~np.isnan(new))[:each]
        before.append(old[there])
        after.append(new[there])
    nothing = np.zeros(0, np.float32)
    return {
        "names": tuple(name for name, _ in copies),
        "original": np.concatenate([*before, nothing]),
        "augmented": np.concatenate([*after, nothing]),
        "made_by": np.repeat(np.arange(len(copies)), [len(values) for values in before]),
        "samples": originals.samples,
    }


def _spectrum(name: str, line: FloatArray) -> Spectrum:
    """Return the amplitudes of a line whose mean was taken off; a missing value counts as the mean."""
    values = np.asarray(line, np.float64)
    there = ~np.isnan(values)
    mean = values[there].mean() if there.any() else 0.0
    steps = len(values)
    amplitudes = 2 * np.abs(np.fft.rfft(np.where(there, values - mean, 0.0)))[1:] / steps
    if steps % 2 == 0:
        amplitudes[-1:] /= 2  # the highest frequency has no counterpart
    return Spectrum(name, np.arange(1, len(amplitudes) + 1) / steps, amplitudes)
