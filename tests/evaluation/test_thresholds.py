"""Counts and measures at thresholds, and matrices of several runs: the same as outcomes count them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.evaluation import ComparedRun, Predictions, judge
from core.evaluation.confusions import confusions
from core.evaluation.thresholds import counts_at, counts_by_threshold, measures, sweep

TWO = ("no", "yes")


def run_of(actual, chances, name="run-1", classes=TWO, **more):
    chances = np.asarray(chances, float)
    probabilities = np.stack([1 - chances, chances], axis=1) if chances.ndim == 1 else chances
    return ComparedRun(
        name, f"<b>{name}</b>", Predictions(np.asarray(actual), probabilities, classes, **more)
    )


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(-1, 1), st.integers(0, 20)), min_size=1, max_size=30),
    st.integers(0, 1),
    st.integers(0, 100),
)
def test_every_threshold_counts_as_outcomes_do(pairs, positive, place):
    made = run_of([code for code, _ in pairs], [chance / 20 for _, chance in pairs], positive=positive)
    found = counts_by_threshold(made.predictions)
    expected = judge(made.predictions, threshold=place / 100).counts()
    assert dict(zip(("TP", "TN", "FP", "FN"), found[place].tolist(), strict=True)) == expected
    assert counts_at(made.predictions, place / 100) == tuple(found[place])


def test_measures_are_those_of_scikit_learn():
    from sklearn import metrics

    rng = np.random.default_rng(0)
    actual, chances = rng.integers(0, 2, 200), rng.random(200)
    said = chances >= 0.3
    found = measures(counts_at(run_of(actual, chances).predictions, 0.3))
    assert found.precision == pytest.approx(metrics.precision_score(actual, said))
    assert found.recall == pytest.approx(metrics.recall_score(actual, said))
    assert found.specificity == pytest.approx(metrics.recall_score(actual, said, pos_label=0))
    assert found.f1 == pytest.approx(metrics.f1_score(actual, said))
    assert found.accuracy == pytest.approx(metrics.accuracy_score(actual, said))


def test_a_measure_that_is_not_defined_is_nan():
    assert np.isnan(measures((0, 5, 0, 3)).precision)
    assert measures((0, 5, 0, 3)).recall == 0


def test_a_sweep_has_a_row_for_each_run_and_threshold():
    found = sweep([run_of([1, 0, 1], [0.9, 0.4, 0.3], name) for name in ("run-1", "run-2")], 0.35)
    frame = found.to_frame()
    assert len(frame) == 202
    assert found.runs[0].at == (1, 0, 1, 1)
    assert found.positive == "yes"
    assert frame[frame.threshold == 0.3].iloc[0][["TP", "TN", "FP", "FN"]].tolist() == [2, 0, 1, 0]


def test_three_classes_have_no_sweep():
    with pytest.raises(DataError, match="two classes; <b>run-1</b> knows 3"):
        sweep([run_of([0, 1, 2], np.eye(3), classes=("a", "b", "c"))])


def test_matrices_move_with_the_threshold_and_name_what_is_confused_most():
    made = [run_of([1, 1, 0, 0], [0.9, 0.4, 0.45, 0.1], name) for name in ("run-1", "run-2")]
    usual = confusions(made)
    assert usual.matrices[0].matrix.counts.tolist() == [[2, 0], [1, 1]]
    moved = confusions(made, threshold=0.42)
    assert moved.matrices[1].matrix.counts.tolist() == [[1, 1], [1, 1]]
    assert [(pair.actual, pair.predicted, pair.count) for pair in usual.matrices[0].most(5)] == [(1, 0, 1)]
    assert usual.matrices[0].most(5)[0].share == 0.5
    assert len(usual.to_frame()) == 8
    assert set(usual.provenance.weights) == {"run-1", "run-2"}


def test_a_threshold_leaves_three_classes_alone():
    three = run_of([0, 1, 2], np.eye(3), classes=("a", "b", "c"))
    assert confusions([three], threshold=0.9).matrices[0].right == 3
