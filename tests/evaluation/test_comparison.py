import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as oracle
from statsmodels.stats.multitest import multipletests

from core.errors import DataError
from core.evaluation import (
    ComparedRun,
    Predictions,
    accuracy_difference_interval,
    compare_runs,
    holm,
    mcnemar,
)


def run(name, right, actual=None, **more):
    actual = np.tile([0, 1], len(right) // 2) if actual is None else actual
    said = np.where(right, actual, 1 - actual)
    predictions = Predictions(actual, 0.8 * np.eye(2)[said] + 0.1, ("a", "b"), **more)
    return ComparedRun(name, f"run {name}", predictions, data="d", weights=f"w{name}")


def some_right(count, samples=40):
    return np.arange(samples) < count


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_agrees_with_statsmodels(only_a, only_b):
    p, exact = mcnemar(only_a, only_b)
    assert exact == (only_a + only_b < 25)
    if only_a + only_b == 0:
        assert p == 1
        return
    table = [[5, only_a], [only_b, 5]]
    assert p == pytest.approx(oracle(table, exact=exact, correction=True).pvalue, rel=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_agrees_with_statsmodels(p_values):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gc.collect", lambda: 0)  # statsmodels collects garbage at every call, a second each
        expected = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(expected)


def test_the_bootstrap_interval_agrees_with_resampling_samples():
    difference = np.repeat([1, -1, 0], [20, 8, 72])
    rng = np.random.default_rng(1)
    means = difference[rng.integers(0, 100, (20_000, 100))].mean(axis=1)
    assert accuracy_difference_interval(20, 8, 100) == pytest.approx(
        np.quantile(means, [0.025, 0.975]), abs=0.011
    )


def test_the_difference_is_that_of_a_less_that_of_b():
    made = compare_runs([run("a", some_right(30)), run("b", some_right(20))], majority_class=0)
    (test,) = made.tests
    assert test.accuracy_difference == pytest.approx(0.25)
    assert (test.only_a, test.only_b, test.exact) == (10, 0, True)
    assert test.interval[0] > 0
    assert test.mcnemar_p == pytest.approx(2 / 2**10)
    assert made.majority_rate == 0.5


def test_p_values_of_several_pairs_are_adjusted():
    made = compare_runs(
        [run(name, some_right(right)) for name, right in zip("abc", (30, 25, 20), strict=True)], 0
    )
    assert len(made.tests) == 3
    assert [test.p_adjusted for test in made.tests] == pytest.approx(
        multipletests([test.mcnemar_p for test in made.tests], method="holm")[1]
    )


def test_the_interval_of_the_loss_holds_the_loss():
    made = compare_runs([run("a", some_right(30))], 0)
    (score,) = made.scores
    assert score.loss_interval[0] < score.metrics.loss < score.loss_interval[1]
    assert made.tests == ()


def test_a_comparison_is_the_same_each_time():
    runs = [run("a", some_right(30)), run("b", some_right(20))]
    assert compare_runs(runs, 0) == compare_runs(runs, 0)


def test_a_run_does_not_differ_from_itself():
    (test,) = compare_runs([run("a", some_right(30)), run("b", some_right(30))], 0).tests
    assert (test.accuracy_difference, test.interval, test.mcnemar_p) == (0, (0, 0), 1)


@pytest.mark.parametrize("seconds", [None, some_right(20)])
def test_runs_without_a_labelled_test_sample_are_refused_by_name(seconds):
    unlabelled = run("<b>", some_right(40), np.full(40, -1))
    runs = [unlabelled] if seconds is None else [run("a", seconds), unlabelled]
    with pytest.raises(DataError, match="compared on labelled test samples; of run <b>, none of 40 has one"):
        compare_runs(runs, 0)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (run("b", some_right(10, 20)), "on 40 and 20 samples"),
        (run("b", some_right(20), indices=np.arange(20, 60)), "share 20 of 40 test samples"),
        (run("b", some_right(20), np.tile([1, 0], 20)), "different labels"),
        (ComparedRun("b", "b", run("b", some_right(20)).predictions, data="other"), "different datasets"),
    ],
)
def test_runs_on_other_test_samples_are_refused_with_the_reason(other, reason):
    with pytest.raises(DataError, match=reason):
        compare_runs([run("a", some_right(30)), other], 0)
