"""Splits into training, validation and test samples: made, stored once, opened."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from core.data.dataset import PARTS, Dataset
from core.data.leaking.overlap import any_overlap
from core.data.leaking.report import LeakReport
from core.data.splitting.entities import draw_by_entity, entity_codes
from core.data.splitting.purging import purge
from core.data.splitting.settings import Split, SplitKind, SplitSettings, split_of_parts
from core.data.splitting.strata import (
    LEAST_TRAINING,
    Parts,
    Strata,
    draw_stratified,
    is_published,
    keep_published,
    require_parts,
    strata_of,
)
from core.data.splitting.times import draw_by_time, embargo_steps, label_spans
from core.errors import DataError
from core.store import Manifest, Store, new_id

__all__ = [
    "LEAST_TRAINING",
    "Split",
    "SplitManifest",
    "SplitSettings",
    "examined",
    "find_split",
    "make_split",
    "open_split",
    "publish_split",
]
ENOUGH_ENTITIES = 5  # from here on "auto" keeps entities apart
REPORT = "leaks.json"
_ADVICE = {
    "entity": "entities can't be kept apart so; choose another seed, the kind time or stratified, or leave "
    "such classes out",
    "time": "times can't be kept apart so; choose a smaller embargo, the kind entity or stratified, or leave "
    "such classes out",
}


class SplitManifest(Manifest):
    """What is stored of a split beside its parts.

    Attributes:
        settings: What was asked for.
        chosen: The kind that was used.
        words: What was done and why.
        leaks: Findings of the leak guard by severity, where it has looked.
    """

    kind: str = "split"
    dataset: str
    dataset_sha256: str
    target: str
    settings: dict[str, Any]
    sha256: str
    sizes: dict[str, int]
    chosen: str = ""
    words: str = ""
    leaks: dict[str, int] = Field(default_factory=dict)

    @property
    def examined(self) -> bool:
        """Whether the report of the leak guard lies beside it."""
        return REPORT in self.files


def make_split(dataset: Dataset, settings: SplitSettings | None = None, target: str = "label") -> Split:
    """Divide a dataset so that every class has at least two training samples.

    Drawn class by class, the test part gets of a class with n samples its share but at least one from n = 3
    on, the validation part its share of the rest but at least one from n = 4 on, and training keeps at least
    two. "auto" keeps a published split; else it keeps entities apart where there are at least five, or times
    where windows overlap or belong to fewer entities; what can't be done so is drawn class by class.

    Raises:
        DataError: If a class has fewer than two samples to train on, if a part would be empty, or if the
            dataset lacks what the kind needs: published parts, entities, times.
    """
    settings = settings or SplitSettings()
    strata = strata_of(dataset, target)
    chosen, reason = (settings.kind, "") if settings.kind != "auto" else _automatic(dataset)
    try:
        parts = _drawn(dataset, strata, chosen, settings)
    except DataError as error:
        if settings.kind != "auto" or chosen in {"published", "stratified"}:
            raise
        reason = f"a split by {chosen} was tried, since {reason}, and can't be done ({error})"
        chosen = "stratified"
        parts = _drawn(dataset, strata, chosen, settings)
    words = _words(dataset, chosen, settings, reason)
    if settings.purge:
        purged = purge(dataset, parts)
        words += f"; {_purged_words(purged)}"
        require_parts(parts, strata, "without purging they would be there; choose the kind entity or time")
    return split_of_parts(parts, settings, dataset.sha256, chosen, words)


def publish_split(
    store: Store, dataset: Dataset, split: Split, target: str = "label", report: LeakReport | None = None
) -> str:
    """Store a split of a published dataset and return its id; the same split is stored once.

    A split is never changed: where it was stored without a report and one is given, it is stored again with
    it, and is found there from then on.
    """
    with store.lock("splits"):
        known = find_split(store, dataset, split, target)
        if known is not None and (report is None or known.examined):
            return known.id
        manifest = SplitManifest(
            id=new_id(),
            name=f"split of {dataset.name}"[:120],
            dataset=dataset.id,
            dataset_sha256=dataset.sha256,
            target=target,
            settings=split.settings.model_dump(),
            sha256=split.sha256,
            sizes={name: len(split.part(name)) for name in PARTS},
            chosen=split.chosen,
            words=split.words,
            leaks={} if report is None else report.counts,
        )
        with store.splits.publish(manifest) as staging:
            staging.save_array("parts.npy", split.parts(dataset.samples))
            if report is not None:
                staging.save_json(REPORT, report.plain())
    return manifest.id


def find_split(store: Store, dataset: Dataset, split: Split, target: str = "label") -> SplitManifest | None:
    """Return the stored form of a split, the one with a report before others; None if it is not stored."""

    def same(entry: SplitManifest) -> bool:
        return (entry.dataset, entry.sha256, entry.target) == (dataset.id, split.sha256, target)

    return _first(store, same)


def find_examined(
    store: Store, dataset: str, settings: SplitSettings, target: str = "label"
) -> SplitManifest | None:
    """Return a stored and examined split of a dataset by its settings; None if there is none."""
    wanted = settings.model_dump()

    def same(entry: SplitManifest) -> bool:
        given = {**SplitSettings().model_dump(), **entry.settings}
        return (entry.dataset, entry.target, given) == (dataset, target, wanted) and entry.examined

    return _first(store, same)


def examined(store: Store, split_id: str) -> LeakReport | None:
    """Return the leak guard's report of a stored split; None if it has not been examined."""
    manifest = store.splits.read(split_id, SplitManifest)
    if not manifest.examined:

        def same(entry: SplitManifest) -> bool:
            keys = ("dataset", "sha256", "target", "examined")
            return [getattr(entry, key) for key in keys] == [
                *(getattr(manifest, key) for key in keys[:3]),
                True,
            ]

        found = _first(store, same)
        if found is None:
            return None
        manifest = found
    return LeakReport.from_plain(store.splits.json(manifest.id, REPORT))


def open_split(store: Store, split_id: str) -> Split:
    """Return a stored split."""
    manifest = store.splits.read(split_id, SplitManifest)
    parts = np.asarray(store.splits.array(split_id, "parts.npy"))
    settings = SplitSettings.model_validate(manifest.settings)
    split = split_of_parts(parts, settings, manifest.dataset_sha256, manifest.chosen, manifest.words)
    return replace(split, sha256=manifest.sha256)


def _first(store: Store, same: Callable[[SplitManifest], bool]) -> SplitManifest | None:
    found = [entry for entry in store.splits.list(SplitManifest).entries if same(entry)]
    return next((entry for entry in found if entry.examined), next(iter(found), None))


def _automatic(dataset: Dataset) -> tuple[SplitKind, str]:
    """Return the kind of split that keeps apart what belongs together, and why."""
    if is_published(dataset):
        return "published", "it came with the data"
    spans = label_spans(dataset)
    overlap = spans is not None and any_overlap(dataset, spans)
    if dataset.entities is not None:
        entities = len(entity_codes(dataset)[0])
        if entities >= ENOUGH_ENTITIES:
            return "entity", f"windows of {entities} entities must not be on two sides"
        if spans is not None:
            return "time", f"there are only {entities} entities to keep apart"
    if overlap:
        return "time", "windows overlap"
    return "stratified", "no entities are named, and no windows are known to overlap"


def _drawn(dataset: Dataset, strata: Strata, kind: SplitKind, settings: SplitSettings) -> Parts:
    rng = np.random.default_rng(settings.seed)
    if kind == "published":
        parts = keep_published(dataset, strata, settings, rng)
    elif kind == "entity":
        parts = draw_by_entity(dataset, strata, settings, rng)
    elif kind == "time":
        parts = draw_by_time(dataset, settings)
    else:
        parts = draw_stratified(strata, settings, rng)
    require_parts(parts, strata, _ADVICE.get(kind, ""))
    return parts


def _purged_words(purged: int) -> str:
    if not purged:
        return "purged, and no window had to be left out"
    many = purged > 1
    what = "windows like those of another part were" if many else "window like one of another part was"
    return f"{purged:,} {what} left out"


def _words(dataset: Dataset, chosen: SplitKind, settings: SplitSettings, reason: str) -> str:
    if chosen == "entity":
        said = f"By entity: each of {len(entity_codes(dataset)[0])} entities is on one side only"
    elif chosen == "time":
        steps = embargo_steps(dataset, settings)
        said = f"By time: the oldest windows train, the newest test, {steps} steps are left out between parts"
    elif chosen == "published":
        said = "The published split"
    else:
        said = "Drawn at random, class by class"
    if settings.folds:
        part = "validation" if chosen == "published" else "test"
        said += f"; fold {settings.fold + 1} of {settings.folds} is the {part} part"
    return said if not reason else f"{said}; chosen because {reason}"
