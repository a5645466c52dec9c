import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attention.effects import cliffs_delta, rank_biserial
from core.attention.spreads import GroupSpread, _noncentral, _patterns_of_groups, contrast_spreads
from core.attention.statistics import attention_statistics
from core.results import Provenance
from tests.attention.constructed import drawn_weights

SOURCE = Provenance("test")


def group(seed: int, samples: int = 60, power: float = 1.0) -> GroupSpread:
    """Return the measures of drawn attention; a power above 1 makes it sharper."""
    weights, lengths = drawn_weights(samples, seed=seed)
    sharp = weights**power
    confidence = np.random.default_rng(seed).random(samples)
    return GroupSpread(attention_statistics(sharp / sharp.sum(axis=1, keepdims=True), lengths), confidence)


@pytest.mark.parametrize(
    ("statistic", "freedom", "interval"),
    [
        (0.0, 1, (0, 0)),
        (3.0, 2, (0, 12.152786162659563)),
        (10.0, 1, (1.4452960254911011, 26.237359466785353)),
        (1e4, 4, (9608.878205975454, 10392.804995881215)),
    ],
)
def test_the_noncentrality_behind_chi_square_is_that_of_both_quantiles(statistic, freedom, interval) -> None:
    assert _noncentral(statistic, freedom) == pytest.approx(interval, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5), st.integers(1, 40), st.data())
def test_the_interval_of_cramers_v_holds_the_value_that_was_found(kinds, most, data) -> None:
    row = st.lists(st.integers(0, most), min_size=kinds, max_size=kinds).filter(any)
    counts = np.array([data.draw(row), data.draw(row)])
    test = _patterns_of_groups(counts, np.random.default_rng(0))
    assert np.isnan(test.p) or 0 <= test.low <= test.effect <= test.high <= 1


def test_groups_more_alike_than_chance_have_an_interval_up_to_what_was_found() -> None:
    test = _patterns_of_groups(np.array([[30, 31, 29], [30, 30, 30]]), np.random.default_rng(0))
    assert test.p > 0.98
    assert 0 == test.low < test.effect == test.high


def test_one_pattern_alone_is_not_tested() -> None:
    counts = np.zeros((2, 5), np.int64)
    counts[:, 3] = 1
    test = _patterns_of_groups(counts, np.random.default_rng(0))
    assert (test.verdict, test.effect, np.isnan(test.high)) == ("not testable here", 0, True)


def test_effects_are_those_of_all_pairs() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 6, 17).astype(float), rng.integers(1, 8, 23).astype(float)
    assert cliffs_delta(a, b)[0] == pytest.approx(np.sign(a[:, None] - b).mean())
    assert rank_biserial(a)[0] == pytest.approx(np.sign(a[:, None] + a).mean())


@pytest.mark.parametrize("paired", [False, True])
def test_intervals_hold_the_true_effect_19_times_of_20(paired: bool) -> None:
    from scipy.stats import norm

    true = 2 * norm.cdf(0.5 * np.sqrt(2)) - 1 if paired else 2 * norm.cdf(0.5 / np.sqrt(2)) - 1
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(0.5, 1, 30), rng.normal(0, 1, 40)
        _, low, high = rank_biserial(a) if paired else cliffs_delta(a, b)
        held += low <= true <= high
    assert 0.91 < held / 300 < 0.99


def test_groups_that_do_not_overlap_keep_an_interval() -> None:
    effect, low, high = cliffs_delta(np.arange(5.0), np.arange(10.0, 15.0))
    assert (effect, low) == (-1, -1)
    assert -0.5 < high < 0
    assert rank_biserial(np.ones(20))[1:] == (pytest.approx(2 * 20 / (20 + 1.96**2) - 1, abs=1e-3), 1.0)


@pytest.mark.parametrize("paired", [False, True])
def test_sharper_attention_is_told_from_the_same_attention(paired: bool) -> None:
    rng = np.random.default_rng(0)
    unlike = contrast_spreads(
        [group(1), group(1 if paired else 2, power=3)], ("a", "b"), rng, SOURCE, paired=paired
    )
    entropy = unlike.tests[0]
    assert (entropy.name, entropy.verdict) == ("entropy", "a difference, large")
    assert 0 < entropy.low < entropy.effect <= entropy.high
    alike = contrast_spreads([group(1), group(1 if paired else 2)], ("a", "b"), rng, SOURCE, paired=paired)
    assert {test.verdict for test in alike.tests} == {"no evidence of a difference"}
    assert all(test.p <= test.p_adjusted for test in alike.tests)
    assert alike.patterns.counts.sum(axis=1).tolist() == [60, 60]
    assert alike.to_frame()["statistic"].tolist() == [
        "entropy",
        "concentration",
        "peak",
        "confidence",
        "pattern",
    ]


def test_one_sample_is_described_and_not_tested() -> None:
    found = contrast_spreads([group(1, 1), group(2, 30)], ("a", "b"), np.random.default_rng(0), SOURCE)
    assert [test.verdict for test in found.tests[:4]] == ["not testable here"] * 4


def test_patterns_of_few_samples_are_tested_by_drawn_tables() -> None:
    from scipy.stats import chi2_contingency

    few = contrast_spreads([group(1, 8), group(2, 9)], ("a", "b"), np.random.default_rng(0), SOURCE).tests[-1]
    assert "drawn tables" in few.test
    many = contrast_spreads([group(1, 900), group(2, 800)], ("a", "b"), np.random.default_rng(0), SOURCE)
    shown = many.patterns.counts[:, many.patterns.counts.sum(axis=0) > 0]
    expected = chi2_contingency(shown, correction=False)
    assert many.tests[-1].test == "chi-square"
    assert many.tests[-1].p == pytest.approx(expected.pvalue)
    assert many.tests[-1].effect == pytest.approx(np.sqrt(expected.statistic / shown.sum()))


def test_patterns_of_pairs_are_tested_by_their_margins() -> None:
    from statsmodels.stats.contingency_tables import SquareTable

    first, second = group(1, 200), group(2, 200, power=0.6)
    test = contrast_spreads([first, second], ("a", "b"), np.random.default_rng(0), SOURCE, paired=True).tests[
        -1
    ]
    a, b = first.attention.pattern, second.attention.pattern
    kinds = np.unique(np.concatenate([a, b]))
    table = np.array([[np.sum((a == row) & (b == column)) for column in kinds] for row in kinds])
    assert test.p == pytest.approx(SquareTable(table, shift_zeros=False).homogeneity().pvalue, rel=1e-6)
    assert test.effect == pytest.approx(np.mean(a != b))
