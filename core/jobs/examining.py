"""Examining a split as a job, and whatever else examines one at its end."""

import logging
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.data.dataset import Dataset
from core.data.leaks import examine_split
from core.data.published import open_dataset
from core.data.splits import (
    Split,
    SplitManifest,
    SplitSettings,
    find_split,
    make_split,
    publish_split,
)
from core.errors import DataError, HeedError
from core.jobs.context import JobContext
from core.registry import validated
from core.store import Store

FAILURES = (HeedError, ArithmeticError, ValueError, MemoryError)  # what values can make an examination raise
_log = logging.getLogger("heed.jobs")


class ExamineRequest(BaseModel):
    """A split of a dataset to be made, examined and stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str = Field(max_length=60, description="id of the dataset")
    split: SplitSettings = Field(default_factory=SplitSettings, description="how its samples are divided")
    target: str = Field("label", max_length=300, description="the labels that are held against it")


def run_examine_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Examine the split that an ExamineRequest describes; its result names the stored split."""
    request = validated(ExamineRequest, payload)
    context.report(0.0, "splitting")
    dataset = open_dataset(context.store, request.dataset)
    split = make_split(dataset, request.split, request.target)
    context.stop_if_cancelled()
    context.report(0.1, "looking for leaks")
    split_id, leaks = publish_examined(context.store, dataset, split, request.target)
    context.report(1.0, f"examined {dataset.name}")
    return {"split": split_id, "dataset": dataset.id, "leaks": leaks}


def publish_examined(
    store: Store, dataset: Dataset, split: Split, target: str = "label"
) -> tuple[str, dict[str, int]]:
    """Store a split with its report, unless it is stored so; return its id and the counts of findings."""
    known = find_split(store, dataset, split, target)
    if known is None or not known.examined:
        report = examine_split(dataset, split, target)
        known_id = publish_split(store, dataset, split, target, report)
        known = store.splits.read(known_id, SplitManifest)
    return known.id, dict(known.leaks)


def publish_at_least(
    store: Store, dataset: Dataset, split: Split, target: str = "label"
) -> tuple[str, dict[str, int]]:
    """Store a split with its report, or without one where examining fails; return as publish_examined does.

    What comes before the examination, a dataset or a training, is worth more than its report.
    """
    try:
        return publish_examined(store, dataset, split, target)
    except FAILURES:
        _log.exception("examining a split of dataset %s failed", dataset.id)
        return publish_split(store, dataset, split, target), {}


def examine_default(context: JobContext, dataset: Dataset) -> None:
    """Examine the usual split of a dataset that has just come; one that can't be split comes all the same."""
    context.report(0.95, "looking for leaks")
    target = default_target(dataset)
    try:
        split = make_split(dataset, SplitSettings(), target)
    except DataError:
        return
    publish_at_least(context.store, dataset, split, target)


def default_target(dataset: Dataset) -> str:
    """Return the target that is looked at unless another is named: one with a label a sample, if any."""
    return next(iter((*dataset.window_targets, *dataset.targets)), "label")
