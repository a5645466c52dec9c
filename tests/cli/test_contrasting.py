from typing import Any

import numpy as np
import pytest

import core
from core.store import Store
from tests.cli.calling import Heed
from tests.pages.known_runs import (
    ACTUAL,
    CHANCES,
    PARTS,
    dataset_of,
    other_split,
    publish_known,
    publish_run,
    publish_three_classes,
)


def second_run(store: Store, known, **named) -> str:
    """Publish another run with attention on the same dataset."""
    chances = np.stack([1 - CHANCES, CHANCES], axis=1)[:, ::-1]
    return publish_run(store, known.dataset, chances, PARTS, name="<b>second</b>", seed=3, **named)


def test_contrast_prints_what_the_verb_returns(heed: Heed, store: Store) -> None:
    run = publish_known(store).run
    found = heed.json("contrast", run, "--a", "FP", "--b", "outcome == TP").fits("contrast")
    answer = core.contrast(run, "FP", "outcome == TP")
    assert [(group["name"], group["samples"]) for group in found["groups"]] == [("FP", 2), ("TP", 3)]
    assert found["other"] is None
    assert (found["test"]["exact"], found["test"]["relabellings"]) == (True, 9)
    assert found["test"]["p"] == answer.test.p
    assert [step["difference"] for step in found["steps"]] == pytest.approx(answer.difference.tolist())
    assert [entry["p"] for entry in found["statistics"]] == [
        None if np.isnan(test.p) else test.p for test in answer.spread.tests
    ]
    told = heed("contrast", run, "--a", "FP", "--b", "TP").stdout
    assert "No evidence of a difference" in told
    assert "can't reach p < 0.05" in told


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            ("contrast", "RUN", "--layer", "tme"),
            "layer must be one of time, second; got 'tme' (did you mean time?)",
        ),
        (("contrast", "RUN", "--class", "grin"), "class must be one of red, green, blue; got 'grin'"),
        (("beside", "RUN", "RUN", "--layer", "tme"), "layer must be one of time, second"),
        (("beside", "RUN", "RUN", "--class", "x"), "class must be one of red, green, blue"),
        (("cohort", "save", "RUN", "a", "--where", "correct", "--layer", "tme"), "layer must be one of time"),
        (("cohort", "save", "RUN", "a", "--where", "correct", "--class", "x"), "class must be one of red"),
        (
            ("cohort", "save", "RUN", "a", "--where", "correct", "--part", "tst"),
            "part must be 'train', 'valid",
        ),
        (("embed", "RUN", "--out", "a.csv", "--set", "layer=tme"), "layer must be one of time, second"),
    ],
)
def test_a_mistyped_layer_class_or_part_is_taken_for_no_other(
    heed: Heed, store: Store, command: tuple[str, ...], said: str
) -> None:
    run = publish_three_classes(store).run
    refused = heed.json(*(run if word == "RUN" else word for word in command))
    assert (refused.code, refused.document["error"]["kind"]) == (2, "settings")
    assert said in refused.document["error"]["message"]


def test_a_class_that_is_looked_at_stands_against_the_rest(heed: Heed, store: Store) -> None:
    run = publish_three_classes(store).run
    found = heed.json("contrast", run, "--a", "FP", "--class", "green").fits("contrast")
    assert [(group["name"], group["samples"]) for group in found["groups"]] == [("FP", 1), ("the rest", 8)]
    saved = heed.json("cohort", "save", run, "a", "--where", "outcome == FN", "--class", "green")
    assert (saved.document["count"], saved.document["klass"]) == (1, "green")


def test_layers_of_two_runs_that_differ_in_name_are_told(store: Store) -> None:
    known = publish_known(store)
    other = second_run(store, known, layers=("steps",))
    said = "The layers differ in name: time of this run is held against steps of the other run."
    for found in (
        core.contrast(known.run, "correct", other=other, store=store),
        core.beside(known.run, other, scope={"layer": "time"}, store=store),
    ):
        assert said in found.cautions
    assert not any("differ in name" in one for one in core.beside(known.run, known.run, store=store).cautions)


def test_two_runs_are_told_apart_by_what_differs(store: Store) -> None:
    known = publish_known(store)
    chances = np.stack([1 - CHANCES, CHANCES], axis=1)
    named = {"name": "attention-lstm on a data set of a long name", "seed": 1}
    long = publish_run(store, known.dataset, chances, PARTS, **named)

    def told(**changed: Any) -> tuple[str, str]:
        other = publish_run(store, known.dataset, chances, PARTS, **{**named, **changed})
        return core.beside(long, other, store=store).names, other[:4]

    mine = f"this run ({{}}#{long[:4]})"
    (first, second), other = told()
    assert (first, second) == (mine.format(""), f"the other run (#{other})")
    (first, second), other = told(seed=2)
    assert (first, second) == (mine.format("seed 1 "), f"the other run (seed 2 #{other})")
    (first, second), other = told(name="tuned")
    assert (first, second) == (
        mine.format("attention-lstm o\u2026ng name "),
        f"the other run (tuned #{other})",
    )
    (first, second), other = told(model="transformer", name="tuned")
    assert (first, second) == (mine.format("attention-lstm "), f"the other run (transformer #{other})")


def perfect(store: Store, chances: np.ndarray | None = None) -> str:
    """Publish a run that is right about all samples, or as its chances say."""
    known = publish_known(store)
    right = np.eye(2)[ACTUAL] * 0.8 + 0.1 if chances is None else chances
    return publish_run(store, known.dataset, right, PARTS)


@pytest.mark.parametrize("right", [True, False])
def test_where_all_or_none_are_right_a_class_stands_against_the_rest(
    heed: Heed, store: Store, right: bool
) -> None:
    run = perfect(store, np.eye(2)[ACTUAL if right else 1 - ACTUAL] * 0.8 + 0.1)
    found = heed.json("contrast", run).fits("contrast")
    assert [(one["name"], one["samples"]) for one in found["groups"]] == [("class down", 5), ("the rest", 5)]
    assert core.contrast(run).names == ("class down", "the rest")
    paired = core.contrast(run, 'part == "test"', other=run)
    assert paired.counts == (10, 10)


def test_a_group_of_all_samples_says_which_step_helps(heed: Heed, store: Store) -> None:
    refused = heed.json("contrast", perfect(store), "--a", "correct")
    said = "no sample is left to hold 'right' against: choose another first group, since all samples are in"
    assert said in refused.document["error"]["message"]


def test_a_contrast_without_a_test_says_nothing_of_spans(heed: Heed, store: Store) -> None:
    run = publish_known(store).run
    told = heed("contrast", run, "--a", "sample == 13", "--b", "sample == 15").stdout
    assert "Not tested: a test needs 2 samples in each group." in told
    assert "span" not in told


def test_steps_can_be_shares_of_each_length(heed: Heed, store: Store) -> None:
    run = publish_known(store).run
    found = heed.json("contrast", run, "--shares").fits("contrast")
    answer = core.contrast(run, shares=True)
    assert (found["axis"], len(found["steps"])) == ("% of its own length", 100)
    assert [step["mean_a"] for step in found["steps"]] == pytest.approx(answer.mean[0].tolist())
    assert heed.json("contrast", run).fits("contrast")["axis"] == "step"


def test_effects_of_pairs_are_called_by_their_own_names(heed: Heed, store: Store) -> None:
    known = publish_known(store)
    groups = heed.json("contrast", known.run).fits("contrast")["statistics"]
    pairs = heed.json("contrast", known.run, "--other", second_run(store, known)).fits("contrast")[
        "statistics"
    ]
    assert [groups[0]["measure"], groups[-1]["measure"]] == ["Cliff's delta", "Cramer's V"]
    assert pairs[0]["measure"] == "rank-biserial correlation"
    assert pairs[-1]["measure"] == "share of samples whose pattern differs"


def test_the_usual_contrast_is_right_against_the_rest(heed: Heed, store: Store) -> None:
    run = publish_known(store).run
    found = heed.json("contrast", run).fits("contrast")
    assert [(group["name"], group["samples"]) for group in found["groups"]] == [("right", 6), ("the rest", 4)]
    assert sum(found["groups"][0]["patterns"].values()) == 6


def test_groups_may_be_cohorts_and_share_no_sample(heed: Heed, store: Store) -> None:
    run = publish_known(store).run
    core.save_cohort(run, "<b>late</b>", "late > 0.5", store=store)
    found = heed.json("contrast", run, "--a", "<b>late</b>", "--b", "correct").fits("contrast")
    late = core.attend(run, "late > 0.5", store=store).samples
    right = core.attend(run, "correct", store=store).samples
    assert [group["samples"] for group in found["groups"]] == [len(late), len(set(right) - set(late))]
    assert any("in both groups" in caution for caution in found["cautions"])
    assert any("Attention decided who belongs to <b>late</b>" in caution for caution in found["cautions"])


def test_two_runs_are_held_against_each_other_in_pairs(heed: Heed, store: Store) -> None:
    known = publish_known(store)
    other = second_run(store, known, layers=("time", "second"))
    found = heed.json("contrast", known.run, "--a", 'part == "test"', "--other", other).fits("contrast")
    assert (found["paired"], found["run"], found["other"]) == (True, known.run, other)
    assert [group["samples"] for group in found["groups"]] == [10, 10]
    assert {step["difference"] for step in found["steps"]} == {0.0}
    told = heed.json("beside", known.run, other).fits("beside")
    answer = core.beside(known.run, other)
    assert {name: told[name] for name in answer.plain()} == answer.plain()
    assert (told["same_prediction"], told["jsd"]) == (0, pytest.approx(0, abs=1e-6))
    assert [row["sample"] for row in told["rows"]] == answer.to_frame()["sample"].tolist()
    assert "most different first" in heed("beside", known.run, other).stdout


def test_what_can_not_be_held_against_each_other_is_refused_with_its_reason(heed: Heed, store: Store) -> None:
    known = publish_known(store)
    others = publish_three_classes(store)
    elsewhere = heed.json("beside", known.run, others.run)
    assert (elsewhere.code, elsewhere.document["error"]["kind"]) == (1, "data")
    assert "of the dataset" in elsewhere.document["error"]["message"]
    without = heed.json("beside", known.run, known.baseline)
    assert (without.code, without.document["error"]["kind"]) == (1, "model")
    split = heed.json(
        "contrast", known.run, "--a", "sample in (10, 11, 12, 13)", "--other", other_split(store, known)
    )
    assert split.code == 1
    assert "split differently" in split.document["error"]["message"]
    assert heed.json("contrast", known.run, "--b", "TP", "--other", known.run).code == 2
    for text in ("nonsense >", "colour == 1"):
        assert heed.json("contrast", known.run, "--a", text).code == 2
    assert heed.json("contrast", known.run, "--a", "entropy < 0").code == 1
    assert heed.json("contrast", known.run, "--a", 'part == "test"', "--b", "TP").code == 1  # none is left


def test_samples_of_one_entity_are_cautioned(store: Store) -> None:
    from dataclasses import replace

    from core.data import publish_dataset

    plain = dataset_of(ACTUAL, PARTS, ("down", "up"), "entities")
    dataset = publish_dataset(store, replace(plain, entities=np.repeat(np.arange(5), 4).astype(str)))
    run = publish_run(store, dataset, np.stack([1 - CHANCES, CHANCES], axis=1), PARTS)
    assert any("come from 3 entities" in caution for caution in core.contrast(run, store=store).cautions)
