import json
from pathlib import Path

import pytest

from core.data import Dataset, make_dataset
from core.store import Store
from tests.cli.calling import Heed
from tests.verbs.published import publish_run_of_arrays


def test_attention_is_told_by_layer_with_its_patterns(heed: Heed, dataset: Dataset, run: str) -> None:
    told = heed.json("attend", run).fits("attend")
    (layer,) = told["layers"]
    assert (layer["layer"], layer["head"]) == ("time", None)
    assert layer["max"] == pytest.approx(12 / 23)
    assert sum(told["patterns"].values()) == told["samples"] == 12
    assert heed("attend", run).code == 0


def test_samples_may_be_chosen(heed: Heed, run: str) -> None:
    assert heed.json("attend", run, "--samples", "all").document["samples"] == 60
    assert heed.json("attend", "--samples", "0-9,12", run).document["samples"] == 11
    told = heed.json("attend", run, "--samples", "3,3").document
    assert told["samples"] == 1
    assert told["layers"][0]["top_steps"][0] == 3


def test_a_model_without_attention_is_told_so(heed: Heed, other_run: str) -> None:
    called = heed.json("attend", other_run)
    assert (called.code, called.document["error"]["kind"]) == (1, "model")


def test_runs_are_compared_in_pairs(heed: Heed, run: str, other_run: str) -> None:
    told = heed.json("compare", run, other_run).fits("compare")
    (test,) = told["tests"]
    assert (test["a"], test["b"]) == (run, other_run)
    accuracies = [told["metrics"][one]["test"]["accuracy"] for one in (run, other_run)]
    assert test["accuracy_difference"] == pytest.approx(accuracies[0] - accuracies[1])
    assert test["interval"][0] <= test["accuracy_difference"] <= test["interval"][1]
    assert "95 % interval" in heed("compare", run, other_run).stdout


def test_three_runs_give_three_tests(
    heed: Heed, store: Store, dataset: Dataset, run: str, other_run: str
) -> None:
    third = publish_run_of_arrays(store, dataset, "lstm", seed=2)
    assert len(heed.json("compare", run, other_run, third).fits("compare")["tests"]) == 3


def test_seeds_of_a_model_are_one_arm_that_is_tested_over_them(
    heed: Heed, store: Store, dataset: Dataset
) -> None:
    runs = [
        publish_run_of_arrays(store, dataset, model, seed=seed, wrong=wrong)
        for model, wrong in (("lstm", 3), ("gru", 6))
        for seed in (0, 1, 2)
    ]
    told = heed.json("compare", *runs).fits("compare")
    assert [(arm["label"], arm["seeds"]) for arm in told["arms"]] == [("lstm", [0, 1, 2]), ("gru", [0, 1, 2])]
    (test,) = told["arm_tests"]
    assert (test["pairs"], test["seeds"], test["method"]) == (3, [0, 1, 2], "paired-t")
    means = [arm["metrics"]["accuracy"]["mean"] for arm in told["arms"]]
    assert test["accuracy_difference"] == pytest.approx(means[0] - means[1])
    shown = heed("compare", *runs).stdout
    assert "arms, paired over seeds" in shown
    assert "compare several seeds before concluding" not in shown
    missing = heed.json("compare", *runs[:2], runs[3]).fits("compare")
    assert "share one seed only" in missing["untested"][0]["reason"]


def test_runs_of_other_data_or_the_same_run_are_not_compared(heed: Heed, store: Store, run: str) -> None:
    other = make_dataset(store, "synthetic", {"samples": 50, "timesteps": 9})
    foreign = publish_run_of_arrays(store, other, "lstm")
    for line in ((run, foreign), (run, run), (run,)):
        called = heed.json("compare", *line)
        assert (called.code, called.document["error"]["kind"]) == (1, "data")


def test_a_table_needs_a_known_suffix_before_anything_is_computed(
    heed: Heed, tmp_path: Path, run: str
) -> None:
    called = heed.json("predict", run, "waves", "--out", tmp_path / "scores.xlsx")
    assert called.code == 2
    assert ".parquet" in json.dumps(called.document)


def test_attention_of_a_deleted_dataset_says_what_is_missing(heed: Heed, dataset: Dataset, run: str) -> None:
    heed("data", "delete", dataset.id)
    called = heed.json("attend", run)
    assert (called.code, called.document["error"]["kind"]) == (1, "not-found")
    assert dataset.id in called.document["error"]["message"]
