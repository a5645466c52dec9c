"""Findings about who and when: entities on both sides, and training on what comes later."""

import numpy as np

from core.data.dataset import Dataset
from core.data.leaking.copies import changed_settings
from core.data.leaking.overlap import older_than_training
from core.data.leaking.phrases import named, part_of
from core.data.leaking.report import Finding, Severity
from core.data.splitting.entities import LEAST_ENTITIES
from core.data.splitting.settings import Split
from core.data.splitting.times import time_axes, time_spans


def shared_entities(dataset: Dataset, split: Split) -> Finding:
    """Return the finding about entities that training and test have in common.

    In a split by time that is meant: the same entities, later. In any other one it is a leak.
    """
    kind, title = "entities", "Entities on both sides"
    if dataset.entities is None:
        words = "Untested: the data names no entities (patients, machines, tickers)."
        return Finding(kind, "untested", title, words)
    entities = np.asarray(dataset.entities)
    learnt, asked = np.unique(entities[split.train]), entities[split.test]
    known = np.isin(asked, learnt)
    count, samples = int(known.sum()), len(asked)
    if not count:
        words = (
            f"The {len(np.unique(asked)):,} entities of the test part are not among the {len(learnt):,} of "
            f"training (n = {samples:,})."
        )
        return Finding(kind, "ok", title, words, 0, 0.0, samples)
    names = np.unique(asked[known]).tolist()
    words = (
        f"{part_of(count, samples, 'test windows')} belong to entities that training knows ({named(names)}). "
    )
    if split.chosen == "time":
        words += (
            "That is meant by a split by time: figures hold for these entities later on, not for new ones."
        )
        return Finding(kind, "ok", title, words, count, count / samples, samples)
    words += (
        "A model can know an entity instead of the class, so figures hold for known entities only and "
        "flatter it for new ones."
    )
    enough = len(np.unique(entities)) >= LEAST_ENTITIES
    repair = changed_settings(split, kind="entity", folds=0, fold=0) if enough else None
    return Finding(kind, "leak", title, words, count, count / samples, samples, repair)


def time_order(dataset: Dataset, split: Split) -> Finding:
    """Return the finding about test windows that are older than what was trained on."""
    kind, title = "time", "Training on what comes later"
    spans = time_spans(dataset)
    if spans is None:
        words = "Untested: the data does not say when its windows were recorded."
        return Finding(kind, "untested", title, words)
    axes = time_axes(dataset)
    comparable = np.isin(axes[split.test], axes[split.train])
    samples = int(comparable.sum())
    if not samples:
        words = "No test window lies on one axis of time with training windows: each entity has its own."
        return Finding(kind, "ok", title, words, 0, 0.0, len(split.test))
    count = int(older_than_training(axes, spans, split.train, split.test).sum())
    if not count:
        words = f"All test windows begin after the last training window has begun (n = {samples:,})."
        return Finding(kind, "ok", title, words, 0, 0.0, samples)
    words = f"{part_of(count, samples, 'test windows')} begin before the last training window does. "
    severity: Severity = "caution"
    if dataset.entities is not None and split.chosen == "entity":
        severity = "ok"
        words += "Entities are kept apart, so that matters only where one moment moves them all."
    else:
        words += (
            "Where a model is to tell what comes next, training then knows what could not be known yet: "
            "split by time."
        )
    repair = changed_settings(split, kind="time", folds=0, fold=0) if severity != "ok" else None
    return Finding(kind, severity, title, words, count, count / samples, samples, repair)
