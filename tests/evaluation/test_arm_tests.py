"""Arms over their seeds: numbers against scipy, size and coverage by simulation, refusals."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_rel

from core.errors import DataError
from core.evaluation import ComparedRun, Predictions, compare_runs
from core.evaluation.arm_tests import PairedRuns, arm_test, corrected_t
from core.evaluation.differences import differences
from core.evaluation.resampling import resampling
from core.evaluation.scores import Judged

ACTUAL = np.tile([0, 1], 60)
ANY = Predictions(np.zeros(1, np.int64), np.full((1, 2), 0.5), ("a", "b"))


def runs_of(arm, rights, folds=None, **more):
    """Return a run for each row of who is right (S, N)."""
    made = []
    for seed, right in enumerate(rights):
        actual = np.resize(ACTUAL, len(right))
        said = np.where(right, actual, 1 - actual)
        fold = None if folds is None else folds[seed]
        indices = np.arange(len(right)) + (0 if fold is None else 1000 * fold)
        found = Predictions(actual, 0.8 * np.eye(2)[said] + 0.1, ("a", "b"), indices=indices)
        made.append(
            ComparedRun(
                f"{arm}{seed}", f"{arm} {seed}", found, arm, 0 if folds is not None else seed, "d",
                arm=arm, arm_label=f"arm {arm}", fold=fold, **more,
            )
        )  # fmt: skip
    return made


def rights(shares, samples=120, seed=0):
    return np.random.default_rng(seed).random((len(shares), samples)) < np.array(shares)[:, None]


def test_arms_are_means_of_their_seeds_with_their_spread():
    found = rights([0.8, 0.7, 0.75])
    made = compare_runs([*runs_of("a", found), *runs_of("b", rights([0.6], seed=9))], 0)
    a, b = made.arms
    spread = a.spreads["accuracy"]
    assert spread.mean == pytest.approx(found.mean())
    assert (spread.low, spread.high) == pytest.approx((found.mean(axis=1).min(), found.mean(axis=1).max()))
    assert spread.deviation == pytest.approx(found.mean(axis=1).std(ddof=1))
    assert (a.label, a.seeds, spread.interval) == ("arm a", (0, 1, 2), None)
    assert (b.label, b.spreads["accuracy"].deviation) == ("b 0", None)
    assert b.spreads["accuracy"].interval is not None


def test_the_paired_t_is_that_of_scipy():
    a, b = rights([0.8, 0.72, 0.77, 0.81, 0.75]), rights([0.7, 0.71, 0.69, 0.74, 0.66], seed=1)
    (test,) = compare_runs([*runs_of("a", a), *runs_of("b", b)], 0).arm_tests
    oracle = ttest_rel(a.mean(axis=1), b.mean(axis=1))
    assert (test.method, test.pairs, test.seeds) == ("paired-t", 5, (0, 1, 2, 3, 4))
    assert test.p == pytest.approx(oracle.pvalue)
    assert test.seeds_interval == pytest.approx(tuple(oracle.confidence_interval()))
    assert test.wilcoxon_least == 0.0625
    assert test.wilcoxon_p >= 0.0625


def test_folds_that_resample_the_data_add_to_the_variance():
    differences_of = np.array([0.03, 0.01, 0.04, 0.02, 0.05])
    plain, corrected = corrected_t(differences_of), corrected_t(differences_of, 0.25)
    assert plain[0] == pytest.approx(ttest_rel(differences_of, np.zeros(5)).pvalue)
    widths = [np.diff(interval)[0] for _, interval in (plain, corrected)]
    assert widths[1] / widths[0] == pytest.approx(np.sqrt((1 / 5 + 1 / 4) / (1 / 5)))


def test_arms_over_folds_are_compared_fold_by_fold():
    folds = range(4)
    a = runs_of("a", rights([0.9, 0.85, 0.95, 0.88], 30), folds, trained_on=90)
    b = runs_of("b", rights([0.6, 0.65, 0.5, 0.7], 30, seed=1), folds, trained_on=90)
    made = compare_runs([*a, *b], 0)
    (test,) = made.arm_tests
    assert (test.method, test.pairs, test.samples, made.samples) == ("corrected-t", 4, 120, 120)
    assert len(made.tests) == 4  # of each fold one pair
    means = [
        np.mean([run.predictions.predicted == run.predictions.actual for run in arm], axis=1)
        for arm in (a, b)
    ]
    assert test.p == pytest.approx(corrected_t(means[0] - means[1], 30 / 90)[0])


def test_seeds_that_change_nothing_are_one_pair_of_runs():
    a, b = np.repeat(rights([0.9]), 5, axis=0), np.repeat(rights([0.6], seed=1), 5, axis=0)
    made = compare_runs([*runs_of("a", a), *runs_of("b", b)], 0)
    (test,) = made.arm_tests
    single = compare_runs([runs_of("a", a)[0], runs_of("b", b)[0]], 0).tests[0]
    assert (test.method, test.p) == ("mcnemar", single.mcnemar_p)


def test_equal_differences_of_unlike_predictions_count_signs_only():
    base = np.arange(120) < 60
    a = np.stack([np.roll(base, 3 * seed) for seed in range(5)])
    b = np.stack([np.roll(np.arange(120) < 54, 7 * seed) for seed in range(5)])
    (test,) = compare_runs([*runs_of("a", a), *runs_of("b", b)], 0).arm_tests
    assert (test.method, test.p, test.verdict) == ("signs", 0.0625, "none")


def test_arms_that_share_fewer_than_two_seeds_are_told_why():
    a, b = runs_of("a", rights([0.8, 0.7])), runs_of("b", rights([0.6]))
    made = compare_runs([*a, *b], 0)
    assert made.arm_tests == ()
    assert "share one seed only" in made.untested[0].reason
    assert len(made.tests) == 3


def test_runs_of_one_seed_each_need_no_arms():
    made = compare_runs([*runs_of("a", rights([0.8])), *runs_of("b", rights([0.6]))], 0)
    assert (made.arm_tests, made.untested) == ((), ())
    assert [row.a for row in differences(made).rows] == ["a0"]


def test_p_is_adjusted_over_all_pairs_of_arms():
    arms = [runs_of(name, rights([0.6 + 0.05 * place] * 4, seed=place)) for place, name in enumerate("abcd")]
    made = compare_runs([run for arm in arms for run in arm], 0)
    assert len(made.arm_tests) == 6
    assert len(differences(made).rows) == 6
    assert min(test.p_adjusted for test in made.arm_tests) == pytest.approx(
        min(1.0, 6 * min(test.p for test in made.arm_tests))
    )
    assert all(test.p_adjusted >= test.p for test in made.arm_tests)


def test_a_seed_that_was_trained_twice_counts_once():
    a = runs_of("a", rights([0.8, 0.7]))
    twice = [*a, replace(a[0], run="again")]
    (arm,) = compare_runs(twice, 0).arms
    assert arm.runs == ("a0", "a1")


def test_runs_of_one_arm_on_other_samples_are_refused():
    a = runs_of("a", rights([0.8, 0.7]))
    moved = replace(a[1].predictions, indices=np.arange(50, 170))
    with pytest.raises(DataError, match="different splits"):
        compare_runs([a[0], replace(a[1], predictions=moved)], 0)


DRAWS = resampling(150, None, 0)


def simulated(rng, gain, apart, seeds=5, samples=150):
    """Return one test of two arms.

    Each sample has its own difficulty, in part of its own for each arm (`apart`); each seed its own skill.
    """
    shared = rng.normal(1.2, 1.0, samples)
    arms = []
    for place, name in enumerate("ab"):
        own = shared + apart * rng.normal(size=samples) + (gain if place == 0 else 0.0)
        skill = rng.normal(0, 0.15, (seeds, 1))
        chance = 1 / (1 + np.exp(-(own + skill)))
        right = rng.random((seeds, samples)) < chance
        none, asked = np.empty(0), ComparedRun(name, name, ANY)
        arms.append([Judged(asked, none, none, row, none, None) for row in right])
    pairs = [PairedRuns(seed, None, "", a, b, DRAWS) for seed, (a, b) in enumerate(zip(*arms, strict=True))]
    return arm_test(("a", "b"), pairs, 0)


def test_without_a_difference_few_tests_find_one():
    rng = np.random.default_rng(5)
    found = [simulated(rng, 0.0, 0.0) for _ in range(300)]
    assert np.mean([test.p < 0.05 for test in found]) <= 0.1
    assert np.mean([test.verdict == "better" for test in found]) <= 0.06
    assert np.mean([test.interval[0] <= 0 <= test.interval[1] for test in found]) >= 0.94


def test_arms_that_differ_on_these_samples_only_are_rarely_called_better():
    """Of two arms that err on other kinds of samples, one is luckier with the test part: t over seeds says
    so rightly of this part, the interval over samples keeps it from being said of others."""
    rng = np.random.default_rng(6)
    found = [simulated(rng, 0.0, 2.0) for _ in range(300)]
    assert np.mean([test.p < 0.05 for test in found]) > 0.15
    assert np.mean([test.verdict == "better" for test in found]) <= 0.08


def test_a_real_difference_is_found():
    rng = np.random.default_rng(7)
    found = [simulated(rng, 1.0, 0.3) for _ in range(40)]
    assert np.mean([test.verdict == "better" for test in found]) > 0.8
