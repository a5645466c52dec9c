"""Examining a split as a job, and at the end of what brings a dataset."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.data.published import publish_dataset
from core.data.splits import SplitManifest, SplitSettings, examined, find_examined, make_split, open_split
from core.errors import DataError, SettingsError
from core.jobs.examining import examine_default, publish_at_least, run_examine_job
from core.jobs.intake import run_make_job
from core.jobs.kinds import function_of
from core.store import Store
from tests.data.datasets import tiny
from tests.data.leaking.made import bumps


def context(store: Store) -> Any:
    """Return what the job uses of a context."""
    return SimpleNamespace(
        store=store,
        spec=SimpleNamespace(owner="ana"),
        report=lambda *_given: None,
        stop_if_cancelled=lambda: None,
    )


def test_a_job_stores_the_split_with_its_report_once(store: Store) -> None:
    dataset = publish_dataset(store, bumps(metadata={"site": np.array(["a", "b"])[bumps().targets["label"]]}))
    payload = {"dataset": dataset.id, "split": {"kind": "stratified", "seed": 4}}
    result = function_of("examine")(context(store), payload)
    assert result["leaks"] == {"leak": 0, "caution": 1}
    split = open_split(store, result["split"])
    assert split.settings == SplitSettings(kind="stratified", seed=4)
    report = examined(store, result["split"])
    assert report is not None
    assert report.finding("metadata").severity == "caution"
    assert store.splits.read(result["split"], SplitManifest).leaks == report.counts
    assert run_examine_job(context(store), payload)["split"] == result["split"]
    assert len(store.splits.ids()) == 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"split": {"kind": "entity"}}, DataError, "names no entities"),
        ({"split": {"folds": 1}}, SettingsError, "folds must be 0"),
        ({"target": "mood"}, DataError, "target 'mood'"),
        ({"seed": 1}, SettingsError, "no setting seed"),
    ],
)
def test_what_can_not_be_examined_is_said(
    store: Store, change: dict[str, Any], error: type[Exception], message: str
) -> None:
    dataset = publish_dataset(store, bumps(60))
    with pytest.raises(error, match=message):
        run_examine_job(context(store), {"dataset": dataset.id, **change})
    assert store.splits.ids() == ()


def test_a_made_dataset_comes_with_the_report_of_its_usual_split(store: Store) -> None:
    wish = {"source": "synthetic", "settings": {"samples": 60}}
    made = run_make_job(context(store), wish)["dataset"]
    assert find_examined(store, made, SplitSettings()) is not None
    assert (
        run_make_job(context(store), {"source": "synthetic", "settings": {"samples": 60}})["dataset"] == made
    )
    assert len(store.splits.ids()) == 1


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"targets": {}, "classes": {}}, "label"),
        (
            {
                "targets": {"state": np.zeros((40, 5), np.int64), "kind": np.arange(40) % 2},
                "classes": {"state": ("a", "b"), "kind": ("a", "b")},
            },
            "kind",
        ),
        (
            {"targets": {"state": np.tile([0, 1, 1, 0, 1], (40, 1))}, "classes": {"state": ("a", "b")}},
            "state",
        ),
    ],
    ids=["unlabelled", "two targets", "labels per step"],
)
def test_the_usual_split_is_examined_whatever_labels_there_are(store: Store, changes, target: str) -> None:
    dataset = publish_dataset(store, tiny(40, **changes))
    examine_default(context(store), dataset)
    found = find_examined(store, dataset.id, SplitSettings(), target)
    assert found is not None
    assert examined(store, found.id) is not None


def test_a_dataset_that_can_not_be_split_comes_all_the_same(store: Store) -> None:
    dataset = publish_dataset(store, tiny(4, kinds=2))
    examine_default(context(store), dataset)
    assert store.splits.ids() == ()


@pytest.mark.parametrize("error", [DataError("no"), ValueError("no"), OverflowError("no")])
def test_an_examination_that_fails_loses_neither_data_nor_runs(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_given: object) -> None:
        raise error

    dataset = publish_dataset(store, bumps(60))
    monkeypatch.setattr("core.jobs.examining.examine_split", fail)
    examine_default(context(store), dataset)
    assert find_examined(store, dataset.id, SplitSettings()) is None
    split = make_split(dataset, SplitSettings(seed=3))
    split_id, leaks = publish_at_least(store, dataset, split)
    assert leaks == {}
    assert open_split(store, split_id).sha256 == split.sha256
    assert examined(store, split_id) is None
    monkeypatch.undo()
    again, _ = publish_at_least(store, dataset, split)
    assert examined(store, again) is not None
    assert examined(store, split_id) is not None
