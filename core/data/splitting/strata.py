"""Classes by which samples are drawn, and drawing a share of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray
from core.data.dataset import NO_PART, PARTS, Dataset, row_chunks
from core.data.splitting.settings import TEST, TRAIN, VALIDATION, SplitSettings
from core.errors import DataError

LEAST_TRAINING = 2  # samples of each class; one alone can be neither varied nor weighted

Parts = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Strata:
    """What is kept in proportion when samples are drawn.

    Attributes:
        codes: The stratum of each sample (N,).
        names: Names of the strata.
        least: Samples of each stratum that training needs.
    """

    codes: IntArray
    names: tuple[str, ...]
    least: int = LEAST_TRAINING


def strata_of(dataset: Dataset, target: str) -> Strata:
    """Return the classes of a target; for labels per step, the most frequent label of each sample.

    Raises:
        DataError: If a labelled dataset does not have the target.
    """
    if not dataset.labelled:
        return Strata(np.zeros(dataset.samples, np.int64), ("any",))
    codes = dataset.require_any_target(target)
    names = dataset.classes[target]
    if codes.ndim == 1:
        known = np.asarray(codes, np.int64)
        return Strata(known, names) if known.min(initial=0) >= 0 else _with_unknown(known, names)
    return Strata(most_frequent(codes, len(names)), (*names, "no label"), least=0)


def most_frequent(codes: IntArray, classes: int) -> IntArray:
    """Return the most frequent label of each sample (N,) of labels per step (N, T); `classes` for none."""
    found = np.full(len(codes), classes, dtype=np.int64)
    for rows in row_chunks(len(codes), codes.shape[1] * 2):
        chunk = np.asarray(codes[rows])
        best = np.zeros(len(chunk), dtype=np.int64)
        for code in range(classes):
            counts = (chunk == code).sum(axis=1)
            found[rows] = np.where(counts > best, code, found[rows])
            best = np.maximum(best, counts)
    return found


def draw_stratified(strata: Strata, settings: SplitSettings, rng: np.random.Generator) -> Parts:
    """Return the part of each sample, drawn at random, each class in proportion."""
    parts = np.zeros(len(strata.codes), np.int8)
    if settings.folds:
        take_fold(parts, strata.codes, TEST, settings, rng)
    else:
        carve(parts, strata.codes, TEST, settings.test, rng)
    carve(parts, strata.codes, VALIDATION, settings.validation, rng)
    return parts


def keep_published(
    dataset: Dataset, strata: Strata, settings: SplitSettings, rng: np.random.Generator
) -> Parts:
    """Return the published parts; validation samples come out of training where none are published.

    With folds the test part stays as it was published, and the fold of all other samples is for validation.

    Raises:
        DataError: If training or test samples are not named.
    """
    if not is_published(dataset):
        raise DataError(
            "a published split must name training and test samples; this dataset has none: "
            "choose auto or stratified"
        )
    parts = np.array(dataset.parts, dtype=np.int8)
    if settings.folds:
        parts[parts == VALIDATION] = TRAIN
        take_fold(parts, strata.codes, VALIDATION, settings, rng)
    elif not (parts == VALIDATION).any():
        carve(parts, strata.codes, VALIDATION, settings.validation, rng)
    return parts


def is_published(dataset: Dataset) -> bool:
    """Return whether a split came with the data."""
    return {TRAIN, TEST} <= set(np.unique(dataset.parts).tolist())


def carve(parts: Parts, codes: IntArray, part: int, share: float, rng: np.random.Generator) -> None:
    """Move a share of the training samples of each class into a part; enough of them stay."""
    for code in np.unique(codes):
        indices = np.flatnonzero((parts == TRAIN) & (codes == code))
        count = len(indices)
        # From four on, one is left for validation when the test part is drawn.
        stay = LEAST_TRAINING + (part == TEST and count > LEAST_TRAINING + 1)
        wanted = max(1, int(np.floor(share * count + 0.5)))
        parts[rng.permutation(indices)[: min(wanted, max(0, count - stay))]] = part


def take_fold(
    parts: Parts, codes: IntArray, part: int, settings: SplitSettings, rng: np.random.Generator
) -> None:
    """Move one fold of the training samples into a part; each sample is in one fold, each class in all."""
    dealt = 0
    for code in np.unique(codes):
        indices = rng.permutation(np.flatnonzero((parts == TRAIN) & (codes == code)))
        # Each class goes on where the last one ended, so that the folds are of one size.
        fold = (dealt + np.arange(len(indices))) % settings.folds
        dealt += len(indices)
        parts[indices[fold == settings.fold]] = part


def require_parts(parts: Parts, strata: Strata, advice: str = "") -> None:
    """Check that every class can be trained on and no part is empty.

    Args:
        parts: Part of each sample (N,).
        strata: Their classes.
        advice: What else a user could do than leave classes out.

    Raises:
        DataError: Naming the classes or the part.
    """
    training = np.bincount(strata.codes[parts == TRAIN], minlength=len(strata.names))
    known = np.bincount(strata.codes[parts != NO_PART], minlength=len(strata.names))
    if advice:  # what a split left out was there all the same
        known = np.bincount(strata.codes, minlength=len(strata.names))
    short = [place for place in range(len(strata.names)) if known[place] and training[place] < strata.least]
    if short:
        listed = ", ".join(f"{strata.names[place]!r:.60} has {training[place]}" for place in short[:5])
        raise DataError(
            f"every class needs at least {strata.least} training samples; class {listed}"
            f"{' and more' if len(short) > 5 else ''}: {advice or 'leave such classes out or add samples'}"
        )
    for code, name in enumerate(PARTS):
        if not (parts == code).any():
            why = (
                f"{advice}"
                if advice
                else f"of {len(parts)} samples no class has 4 or more, "
                "which training, validation and test need together"
            )
            raise DataError(f"the {name} part must not be empty; {why}")


def _with_unknown(codes: IntArray, names: tuple[str, ...]) -> Strata:
    return Strata(np.where(codes < 0, len(names), codes), (*names, "no label"))
