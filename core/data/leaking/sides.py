"""Findings about who and when: entities on both sides, and training on what comes later."""

import numpy as np

from core.data.dataset import Dataset
from core.data.leaking.copies import TOGETHER, changed_settings
from core.data.leaking.overlap import older_than_training
from core.data.leaking.phrases import named, part_of
from core.data.leaking.report import Finding, Severity
from core.data.splitting.entities import LEAST_ENTITIES
from core.data.splitting.settings import Split
from core.data.splitting.times import begin_together, label_horizon, label_spans, time_axes


def shared_entities(dataset: Dataset, split: Split) -> Finding:
    """Return the finding about entities that training has in common with test or validation.

    In a split by time that is meant: the same entities, later. In any other one it is a leak, or a caution
    where validation alone is concerned.
    """
    kind, title = "entities", "Entities on both sides"
    if dataset.entities is None:
        words = "Untested: the data names no entities (patients, machines, tickers)."
        return Finding(kind, "untested", title, words)
    entities = np.asarray(dataset.entities)
    learnt, asked = np.unique(entities[split.train]), entities[split.test]
    known, early = np.isin(asked, learnt), np.isin(entities[split.validation], learnt)
    count, samples = int(known.sum()), len(asked)
    words = (
        f"The {len(np.unique(asked)):,} entities of the test part are not among the {len(learnt):,} of "
        f"training (n = {samples:,})."
    )
    if count:
        words = (
            f"{part_of(count, samples, 'test windows')} belong to entities that training knows "
            f"({named(np.unique(asked[known]).tolist())}). {_meaning(split)}"
        )
    severity: Severity = "leak" if count else "caution"
    if split.chosen == "time" or not (count or early.any()):
        return Finding(kind, "ok", title, words, count, count / samples, samples)
    if early.any():
        does = "do too" if count else "belong to entities that training knows"
        words += (
            f" {part_of(int(early.sum()), len(early), 'validation windows')} {does}: they choose the best "
        )
        words += "epoch."
    enough = len(np.unique(entities)) >= LEAST_ENTITIES
    repair = changed_settings(split, kind="entity", folds=0, fold=0) if enough else None
    return Finding(kind, severity, title, words, count, count / samples, samples, repair)


def _meaning(split: Split) -> str:
    if split.chosen == "time":
        return "That is meant by a split by time: figures hold for these entities later on, not for new ones."
    return (
        "A model can know an entity instead of the class, so figures hold for known entities only and "
        "flatter it for new ones."
    )


def time_order(dataset: Dataset, split: Split) -> Finding:
    """Return the finding about test and validation windows that are older than what was trained on."""
    kind, title = "time", "Training on what comes later"
    spans = label_spans(dataset)
    if spans is None:
        words = "Untested: the data does not say when its windows were recorded."
        if begin_together(dataset):
            words = f"Untested: {TOGETHER}."
        return Finding(kind, "untested", title, words)
    axes = time_axes(dataset)
    samples, early_samples = (
        int(np.isin(axes[rows], axes[split.train]).sum()) for rows in (split.test, split.validation)
    )
    if not samples and not early_samples:
        words = "No test window lies on one axis of time with training windows: each entity has its own."
        return Finding(kind, "ok", title, words, 0, 0.0, len(split.test))
    ahead = label_horizon(dataset) > 0
    last = "the last training label is known" if ahead else "the last training window does"
    learnt = spans[:, 1 if ahead else 0]
    count, early = (
        int(older_than_training(axes, spans[:, 0], learnt, split.train, rows).sum())
        for rows in (split.test, split.validation)
    )
    if not count and not early:
        begun = "label is known" if ahead else "window has begun"
        words = f"All test windows begin after the last training {begun} (n = {samples:,})."
        return Finding(kind, "ok", title, words, 0, 0.0, samples)
    words = f"{part_of(count, samples, 'test windows')} begin before {last}. "
    if early:
        words += f"Of validation, {part_of(early, early_samples, 'windows')} do. "
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
    return Finding(kind, severity, title, words, count, count / max(1, samples), samples, repair)
