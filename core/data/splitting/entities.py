"""Splits that keep each entity on one side, with the classes as even as entities allow."""

from collections.abc import Sequence

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.data.dataset import Dataset
from core.data.splitting.settings import TEST, TRAIN, VALIDATION, SplitSettings
from core.data.splitting.strata import Parts, Strata
from core.errors import DataError

LEAST_ENTITIES = 3  # one for each part
MANY_ENTITIES = 2000  # from here on chance makes classes even, and each is placed at once
TRIES, WORK = 20, 20_000  # orders that are tried, entities placed in all
EMPTY = 10.0  # what an empty part costs: more than any uneven one


def entity_codes(dataset: Dataset) -> tuple[tuple[str, ...], IntArray]:
    """Return the entities' names and the entity of each sample (N,).

    Raises:
        DataError: If the data names none.
    """
    if dataset.entities is None:
        raise DataError(
            "a split by entity needs to know what each window was recorded of; this dataset names no "
            "entities: choose stratified or time"
        )
    names, codes = np.unique(np.asarray(dataset.entities), return_inverse=True)
    return tuple(names.tolist()), codes.reshape(-1).astype(np.int64)


def draw_by_entity(
    dataset: Dataset, strata: Strata, settings: SplitSettings, rng: np.random.Generator
) -> Parts:
    """Return the part of each sample; no entity is in two parts.

    Raises:
        DataError: If there are too few entities.
    """
    names, codes = entity_codes(dataset)
    least = max(LEAST_ENTITIES, settings.folds)
    if len(names) < least:
        raise DataError(
            f"a split by entity needs at least {least} entities, one for each "
            f"{'fold' if settings.folds > LEAST_ENTITIES else 'part'}; this dataset has {len(names)}: "
            "choose time or stratified"
        )
    counts = np.zeros((len(names), len(strata.names)))
    np.add.at(counts, (codes, strata.codes), 1)
    if settings.folds:
        tested = deal(counts, [1 / settings.folds] * settings.folds, rng) == settings.fold
    else:
        tested = deal(counts, [1 - settings.test, settings.test], rng) == 1
    chosen = np.where(tested, TEST, TRAIN)
    _keep_two(chosen, counts)
    rest = np.flatnonzero(chosen == TRAIN)
    chosen[rest[deal(counts[rest], [1 - settings.validation, settings.validation], rng) == 1]] = VALIDATION
    _make_trainable(chosen, counts, strata.least)
    return chosen[codes].astype(np.int8)


def deal(counts: DoubleArray, shares: Sequence[float], rng: np.random.Generator) -> IntArray:
    """Return a place (E,) for each group so that every class comes near to its share in each place.

    Groups are placed one after the other, the large ones first, where they disturb the shares least; of
    several orders the best is kept.

    Args:
        counts: Samples of each class in each group (E, K).
        shares: Share of each place; they sum to one.
        rng: Decides the orders.
    """
    share = np.asarray(shares, dtype=np.float64)
    sizes = counts.sum(axis=1)
    relative = np.concatenate([counts, sizes[:, None]], axis=1)
    relative = relative / np.maximum(1, relative.sum(axis=0))  # (E, K + 1), the last one is the size
    if len(counts) > MANY_ENTITIES:
        return _none_empty(_dealt_at_once(counts, share, rng), sizes, len(share))
    best, least = np.zeros(len(counts), dtype=np.int64), np.inf
    for _ in range(max(1, min(TRIES, WORK // len(counts)))):
        order = np.argsort(-sizes * np.exp(0.5 * rng.standard_normal(len(sizes))), kind="stable")
        places, cost = _placed(relative, share, order)
        if cost < least:
            best, least = places, cost
    return _none_empty(best, sizes, len(share))


def _none_empty(places: IntArray, sizes: DoubleArray, count: int) -> IntArray:
    """Give each empty place the smallest group of the place that has the most."""
    for place in range(min(count, len(places))):
        if not (places == place).any():
            groups = np.flatnonzero(places == np.bincount(places, minlength=count).argmax())
            places[groups[np.argmin(sizes[groups])]] = place
    return places


def _placed(relative: DoubleArray, share: DoubleArray, order: IntArray) -> tuple[IntArray, float]:
    filled = np.zeros((len(share), relative.shape[1]))
    places = np.zeros(len(relative), dtype=np.int64)
    for group in order:
        added = relative[group]
        place = int(np.argmin(((2 * filled + added) @ added) / share))
        filled[place] += added
        places[group] = place
    cost = float((((filled - share[:, None]) ** 2) / share[:, None]).sum())
    return places, cost + EMPTY * (len(share) - len(np.unique(places)))


def _dealt_at_once(counts: DoubleArray, share: DoubleArray, rng: np.random.Generator) -> IntArray:
    """Place many groups by their usual class: in a random order, each place takes its share of samples."""
    places = np.zeros(len(counts), dtype=np.int64)
    usual = counts.argmax(axis=1)
    for code in np.unique(usual):
        groups = rng.permutation(np.flatnonzero(usual == code))
        sizes = counts[groups].sum(axis=1)
        middle = (np.cumsum(sizes) - sizes / 2) / sizes.sum()
        places[groups] = np.minimum(np.searchsorted(np.cumsum(share), middle), len(share) - 1)
    return places


def _keep_two(chosen: IntArray, counts: DoubleArray) -> None:
    """Leave at least two entities outside the test part, and one in it."""
    sizes = counts.sum(axis=1)
    for part, least in ((TEST, 1), (TRAIN, 2)):
        other = TRAIN if part == TEST else TEST
        while (chosen == part).sum() < least:
            groups = np.flatnonzero(chosen == other)
            chosen[groups[np.argmin(sizes[groups])]] = part


def _make_trainable(chosen: IntArray, counts: DoubleArray, least: int) -> None:
    """Move entities into training while it lacks a class that they have; no part loses its last one."""
    if not (chosen == VALIDATION).any():
        groups = np.flatnonzero(chosen == TRAIN)
        chosen[groups[np.argmin(counts[groups].sum(axis=1))]] = VALIDATION
    for code in np.flatnonzero(counts.sum(axis=0) >= least):
        for part in (VALIDATION, TEST):
            while counts[chosen == TRAIN, code].sum() < least and (chosen == part).sum() > 1:
                groups = np.flatnonzero((chosen == part) & (counts[:, code] > 0))
                if not len(groups):
                    break
                chosen[groups[np.argmin(counts[groups].sum(axis=1))]] = TRAIN
