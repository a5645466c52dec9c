import numpy as np
import pytest

from core.attention import StepAxis
from core.attention.contrast import AttentionContrast, ContrastGroup, contrast
from core.attention.rows import OrderedRows, share_axis
from core.attention.spreads import GroupSpread
from core.attention.statistics import attention_statistics
from core.errors import DataError, ShapeError
from tests.attention.constructed import drawn_weights


def group(
    name: str, weights: np.ndarray, lengths: np.ndarray, shares: bool = False, rows: np.ndarray | None = None
) -> ContrastGroup:
    """Return a group of some rows of weights."""
    chosen = np.arange(len(weights)) if rows is None else rows
    statistics = attention_statistics(weights[chosen], lengths[chosen])
    confidence = np.linspace(0, 1, len(chosen))
    return ContrastGroup(
        name,
        OrderedRows.of(weights, chosen, lengths[chosen], shares),
        GroupSpread(statistics, confidence),
    )


def planted(seed: int = 0, samples: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Return weights whose first half looks more at the steps 5 to 8."""
    weights, lengths = drawn_weights(samples, seed=seed)
    weights = weights.copy()
    weights[: samples // 2, 5:9] += 0.15
    return weights / weights.sum(axis=1, keepdims=True), lengths


def contrasted(weights: np.ndarray, lengths: np.ndarray, first: int, **named: bool) -> AttentionContrast:
    rows = np.arange(len(weights))
    shares = named.get("shares", False)
    groups = [
        group("a", weights, lengths, shares, rows[:first]), group("b", weights, lengths, shares, rows[first:])
    ]  # fmt: skip
    axis = share_axis() if shares else StepAxis.counted(weights.shape[1])
    return contrast(groups, axis, np.random.default_rng(0), paired=named.get("paired", False))


def test_means_and_intervals_are_those_of_the_samples_that_have_the_step() -> None:
    from scipy.stats import ttest_ind

    weights, lengths = drawn_weights(50, 12, seed=1, shortest=5)
    found = contrasted(weights, lengths, 20)
    for step in range(12):
        a, b = (weights[rows][lengths[rows] > step, step] for rows in (slice(0, 20), slice(20, 50)))
        assert found.present[:, step].tolist() == [len(a), len(b)]
        assert found.mean[:, step] == pytest.approx([a.mean(), b.mean()])
        interval = ttest_ind(a.astype(float), b.astype(float), equal_var=False).confidence_interval(0.95)
        assert (found.difference_low[step], found.difference_high[step]) == pytest.approx(
            (interval.low, interval.high)
        )
    frame = found.to_frame()
    assert frame["n_a"].tolist() == found.present[0].tolist()
    assert frame["difference"].tolist() == pytest.approx((found.mean[0] - found.mean[1]).tolist())


def test_a_planted_difference_is_marked_and_its_absence_is_not() -> None:
    weights, lengths = planted()
    found = contrasted(weights, lengths, 60)
    assert [5 <= span.first <= span.last <= 8 for span in found.spans if span.mass > 0] == [True]
    assert np.nanmin(found.p_of_steps()[5:9]) == found.test.p < 0.05
    mixed = np.random.default_rng(0).permutation(120)
    assert contrasted(weights[mixed], lengths, 60).spans == ()


def test_pairs_are_held_against_each_other_sample_by_sample() -> None:
    from scipy.stats import ttest_rel

    weights, lengths = planted()
    found = contrasted(weights, lengths, 60, paired=True)
    interval = ttest_rel(*weights.astype(float).reshape(2, 60, 20)).confidence_interval(0.95)
    assert found.difference_low == pytest.approx(interval.low)
    assert found.difference_high == pytest.approx(interval.high)
    assert (found.paired, found.provenance.samples, found.test.paired) == (True, 60, True)
    assert any(5 <= span.first <= 8 for span in found.spans)


def test_groups_of_unlike_lengths_can_be_laid_on_shares_of_their_own_length() -> None:
    weights, lengths = drawn_weights(40, 30, seed=2, shortest=8)
    found = contrasted(weights, lengths, 15, shares=True)
    assert found.mean.sum(axis=1) == pytest.approx([1, 1], rel=1e-5)
    assert (found.present == np.array([[15], [25]])).all()
    assert found.axis == share_axis()


def test_large_groups_are_tested_by_a_draw_and_described_as_a_whole() -> None:
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.ones(100), 30_000).astype(np.float32)
    found = contrasted(weights, np.full(30_000, 100), 10_000)
    assert found.counts == (10_000, 20_000)
    assert found.test.rows == (1000, 1000)
    frame = found.to_frame()
    assert frame[["n_a", "n_b"]].iloc[0].tolist() == [10_000, 20_000]
    assert frame[["tested_a", "tested_b"]].iloc[0].tolist() == [1000, 1000]
    assert found.difference == pytest.approx(
        weights[:10_000].mean(axis=0, dtype=float) - weights[10_000:].mean(axis=0, dtype=float)
    )


@pytest.mark.parametrize("paired", [False, True])
def test_what_t_is_of_is_counted_at_each_step(paired: bool) -> None:
    weights, lengths = drawn_weights(60, 12, seed=1, shortest=5)
    lengths = np.tile(lengths[:30], 2) if paired else lengths
    found = contrasted(weights, lengths, 30, paired=paired)
    assert found.tested.tolist() == found.present.tolist()


def test_a_name_is_said_twice_however_many_spans_there_are() -> None:
    weights, lengths = planted()
    found = contrasted(weights, lengths, 60)
    assert len(found.spans) > 1
    assert " ".join(found.in_words()).count("a,") == 1
    assert found.in_words()[0].startswith("Evidence of a difference between a and b (")


def test_the_same_seed_gives_the_same_answer() -> None:
    weights, lengths = planted(3)
    assert contrasted(weights, lengths, 60).to_frame().equals(contrasted(weights, lengths, 60).to_frame())


def test_one_sample_is_shown_without_a_test() -> None:
    weights, lengths = planted()
    found = contrasted(weights, lengths, 1)
    assert found.test is None
    assert "2 samples" in found.untested
    assert np.isnan(found.difference_low).all()
    assert found.spans == ()
    assert found.tested.tolist() == np.zeros((2, 20)).tolist()


def test_groups_must_have_samples_and_equal_steps() -> None:
    weights, lengths = planted()
    full = group("a", weights, lengths)
    empty = ContrastGroup("b", OrderedRows.of(weights, np.zeros(0, int), np.zeros(0)), full.spread)
    with pytest.raises(DataError, match="'b' has none"):
        contrast([full, empty], StepAxis.counted(20), np.random.default_rng(0))
    with pytest.raises(ShapeError):
        contrast(
            [group("a", weights, lengths), group("b", weights[:, :19], np.full(120, 19))],
            StepAxis.counted(20),
            np.random.default_rng(0),
        )
