"""Experiments through the command, with trainings that need no TensorFlow."""

from dataclasses import replace
from typing import Any

import pytest

from core.data import Dataset, open_dataset
from core.data.published import publish_dataset
from core.jobs import JobDesk
from core.jobs.kinds import KINDS
from core.jobs.train import TrainRequest
from core.store import Store
from tests.cli.calling import Heed

LINE = ("train", "waves", "--here", "--model", "lstm", "--epochs", "2")


@pytest.fixture(autouse=True)
def _cheap_trainings(monkeypatch: pytest.MonkeyPatch, dataset: Dataset) -> None:
    monkeypatch.setitem(KINDS, "train", "tests.jobs.trainings:train")  # type: ignore[arg-type]


@pytest.fixture
def experiment(heed: Heed) -> str:
    called = heed.json(*LINE, "--sweep", "units=4,8", "--seeds", "0-1", "--name", "sizes")
    return str(called.document["experiment"])


def shown(heed: Heed, experiment: str) -> Any:
    return heed.json("experiment", "show", experiment).fits("experiment-show")


def test_a_sweep_over_seeds_is_one_experiment_and_keeps_the_contract(heed: Heed) -> None:
    called = heed.json(*LINE, "--sweep", "units=4,8", "--seeds", "0-1")
    assert called.code == 0, called.stdout
    trained = called.fits("train")
    assert [run["seed"] for run in trained["runs"]] == [0, 0, 1, 1]
    assert {run["model"] for run in trained["runs"]} == {"lstm"}
    found = shown(heed, trained["experiment"])
    assert (found["state"], found["best"], found["members"]) == ("done", "lstm, units 8", 4)
    assert found["runs"] == [run["id"] for run in trained["runs"]]
    loss = found["arms"][0]["measures"]["validation"]["loss"]
    assert loss["points"] == pytest.approx([0.25, 0.26])
    assert (loss["mean"], loss["min"], loss["max"]) == pytest.approx((0.255, 0.25, 0.26))


def test_arms_are_told_by_validation_and_the_best_is_named(heed: Heed) -> None:
    told = heed(*LINE, "--sweep", "units=4,8").stdout
    assert "by mean validation loss; never by the test part" in " ".join(told.split())
    assert "Best: lstm, units 8" in " ".join(told.split())


def test_several_targets_are_learnt_together_the_first_one_measured(
    heed: Heed, store: Store, dataset: Dataset
) -> None:
    waves = open_dataset(store, dataset.id)
    codes, names = waves.targets["label"], waves.classes["label"]
    targets = {"label": codes, "mood": 1 - codes}
    publish_dataset(
        store,
        replace(waves, targets=targets, classes=dict.fromkeys(targets, names), name="both", id="", sha256=""),
    )
    line = ("train", "both", "--here", "--model", "lstm", "--epochs", "1", "--target", "mood")
    assert heed.json(*line).fits("train")
    assert heed.json(*line, "--target", "label").fits("train")
    learnt = [
        TrainRequest.model_validate(job.spec.payload).learnt
        for job in sorted(JobDesk(store).list(), key=lambda job: job.state.sequence)
    ]
    assert learnt == [("mood",), ("mood", "label")]
    refused = heed.json(*line, "--target", "mood")
    assert (refused.code, refused.document["error"]["kind"]) == (2, "settings")
    assert "targets must be different; 'mood' came twice" in refused.document["error"]["message"]


def test_one_training_is_no_experiment(heed: Heed) -> None:
    trained = heed.json(*LINE).fits("train")
    assert "experiment" not in trained
    assert heed.json("experiments").fits("experiments") == {"experiments": [], "damaged": []}
    assert "No experiments yet" in heed("experiments").stdout


def test_settings_go_to_the_models_that_know_them(heed: Heed) -> None:
    line = ("--model", "attention-lstm", "--set", "units=4", "--set", "attention_size=3")
    found = shown(heed, heed.json(*LINE, *line).fits("train")["experiment"])
    assert [arm["label"] for arm in found["arms"]] == ["lstm", "attention-lstm"]
    assert [arm["settings"]["units"] for arm in found["arms"]] == [4, 4]
    assert found["arms"][1]["settings"]["attention_size"] == 3


def test_a_preset_goes_to_the_models_that_have_it(heed: Heed) -> None:
    found = heed.json(*LINE, "--model", "attention-lstm", "--preset", "nonsense")
    assert (found.code, found.document["error"]["kind"]) == (2, "settings")


def test_folds_are_trained_each(heed: Heed) -> None:
    for line in (("--folds", "3"), ("--split", "folds=3", "--folds", "all")):
        found = shown(heed, heed.json(*LINE, *line).fits("train")["experiment"])
        assert (found["folds"], found["arms"][0]["over"]) == ([0, 1, 2], "folds")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("--model", "attention-lstm", "--set", "nonsense=1"), "none of the models"),
        (("--set", "nonsense=1"), "there is no setting nonsense"),
        (("--sweep", "nonsense=1,2"), "neither lstm nor the training"),
        (("--sweep", "units=4..8"), "a grid needs values"),
        (("--search", "random"), "need a --sweep"),
        (("--sweep", "units=4,8", "--trials", "3"), "--trials needs --search random"),
        (("--sweep", "units=4,8", "--search", "clever"), "grid or random"),
        (("--folds", "some"), "--folds takes all"),
        (("--folds", "3", "--split", "folds=4"), "differ"),
        (("--folds", "all"), "a split that has folds"),
        (("--seeds", "0-99", "--sweep", "units=4,8,16"), "3 arms x 100 seeds x 1 folds make 300"),
        (("--seeds", "5-3"), "--seeds takes"),
        (("--seeds", "0-99999"), "--seeds takes"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_submitted(
    heed: Heed, store: Store, line: tuple[str, ...], words: str
) -> None:
    called = heed.json(*LINE, *line)
    assert (called.code, called.stdout.count("error")) == (2, 1)
    assert words in called.fits("error")["error"]["message"]
    assert store.jobs.ids() == store.experiments.ids() == ()


def test_an_experiment_is_listed_renamed_annotated_and_found_by_name(heed: Heed, experiment: str) -> None:
    assert heed.json("rename", experiment, "two sizes").fits("rename")["kind"] == "experiment"
    assert heed.json("experiment", "note", "two sizes", "larger is better").fits("experiment-note")
    for verb in (("experiments",), ("experiments", "list")):
        (listed,) = heed.json(*verb).fits("experiments")["experiments"]
        assert (listed["id"], listed["name"], listed["state"]) == (experiment, "two sizes", "done")
    assert shown(heed, "two sizes")["notes"] == "larger is better"
    assert "two sizes" in heed("experiments").stdout
    assert "lstm, units 8" in heed("experiment", "show", experiment[:6]).stdout


def test_further_seeds_wait_are_cancelled_and_resumed_as_one(heed: Heed, experiment: str) -> None:
    counts = heed.json("experiment", "add-seeds", experiment, "5").fits("experiment-add-seeds")["counts"]
    assert counts == {"done": 4, "queued": 2}
    told = heed.json("cancel", experiment).fits("cancel")
    assert told == {"experiment": experiment, "state": "incomplete", "counts": {"done": 4, "cancelled": 2}}
    told = heed.json("resume", experiment).fits("resume")
    assert told == {"experiment": experiment, "state": "done", "counts": {"done": 6}}


def test_an_experiment_goes_with_its_runs_and_comes_back(heed: Heed, store: Store, experiment: str) -> None:
    gone = heed.json("delete", experiment).fits("delete")
    assert (gone["kind"], gone["runs"], store.runs.ids()) == ("experiment", 4, ())
    assert heed.json("experiment", "show", experiment).code == 1
    back = heed.json("restore", experiment[:8]).fits("restore")
    assert (back["kind"], back["runs"], len(store.runs.ids())) == ("experiment", 4, 4)
    assert heed.json("verify").fits("verify")["problems"] == []


def test_a_damaged_experiment_is_named_beside_the_others(heed: Heed, store: Store, experiment: str) -> None:
    other = heed.json(*LINE, "--seeds", "7,8").document["experiment"]
    (store.experiments.directory(other) / "manifest.json").write_text("{")
    listed = heed.json("experiments").fits("experiments")
    assert [entry["id"] for entry in listed["experiments"]] == [experiment]
    assert [entry["id"] for entry in listed["damaged"]] == [other]
    assert heed.json("experiment", "show", other).document["error"]["kind"] == "store"
    assert heed.json("delete", other).fits("delete")["runs"] == 0
