"""Findings on weights whose answer is known."""

import math

import numpy as np
import pytest

from core.attention import (
    OrderedRows,
    StepAxis,
    all_together,
    attention_profiles,
    attention_statistics,
    by_class,
)
from core.attention.channels import channel_attention
from core.attention.distributions import MEASURES, attention_distribution
from core.attention.findings import attention_findings, spearman
from core.attention.samples import ChannelScale
from core.errors import SettingsError
from tests.attention.constructed import drawn_labels, drawn_weights
from tests.figures.answers import dataset

SAMPLES, STEPS = 200, 12


def material(weights, away=None):
    """Return findings and channels of weights over a series whose first channel is `away`."""
    lengths = np.full(SAMPLES, STEPS)
    rng = np.random.default_rng(3)
    series = rng.normal(size=(SAMPLES, STEPS, 2)).astype(np.float32)
    if away is not None:
        series[..., 0] = away
    data = dataset(samples=SAMPLES, channels=2, steps=STEPS, shortest=STEPS)
    object.__setattr__(data, "series", series)
    rows = OrderedRows.of(weights, np.arange(SAMPLES), lengths)
    channels = channel_attention(data, rows, ChannelScale(np.zeros(2), np.ones(2)))
    profile = attention_profiles(rows, lengths, all_together(SAMPLES), StepAxis.counted(STEPS))
    labels = drawn_labels(SAMPLES)
    return attention_findings(attention_statistics(weights, lengths), labels, profile, channels), channels


def test_equal_weights_give_no_finding_that_sets_anything_apart():
    found, channels = material(np.full((SAMPLES, STEPS), 1 / STEPS, np.float32))
    assert all(entry.value == pytest.approx(1 / STEPS) for entry in found.about("steps"))
    assert not any(entry.evident for entry in found.about("classes"))
    assert math.isnan(found.about("confidence")[0].value)
    assert "can't be told" in found.about("confidence")[0].text
    assert found.about("channels") == ()
    assert channels.looked == pytest.approx(channels.everywhere)


def test_drawn_weights_go_with_no_channel():
    found, channels = material(drawn_weights(SAMPLES, STEPS)[0])
    assert not any(entry.evident for entry in (*found.about("channels"), *found.about("classes")))
    assert all("No evidence" in entry.text for entry in found.about("channels"))
    assert ((channels.low < 0.2) & (channels.high > -0.2)).all()


def test_a_channel_that_deviates_where_the_model_looks_is_found():
    weights = drawn_weights(SAMPLES, STEPS)[0]
    found, channels = material(weights, away=10 * weights)
    assert channels.ranked[0] == 0
    assert channels.low[0] > 0
    pair = found.about("channels")[0]
    assert pair.value == pytest.approx(1.0)
    assert "the model looks more in samples where" in pair.text
    expected = (weights * 10 * weights).sum(axis=1).mean()
    assert channels.looked[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("b", "value"), [([1, 2, 3, 4, 5], 1.0), ([5, 4, 3, 2, 1], -1.0), ([2, 1, 4, 3, 5], 0.8)]
)
def test_rank_correlations_are_those_of_the_textbook(b, value):
    found, low, high = spearman(np.array([10, 20, 30, 40, 50]), np.array(b))
    assert found == pytest.approx(value)
    assert low <= found + 1e-6
    assert high >= found - 1e-6


def test_ties_share_their_rank_and_too_few_pairs_have_no_interval():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, 60), rng.integers(0, 5, 60)
    assert spearman(a, b)[0] == pytest.approx(spearmanr(a, b).statistic)
    assert math.isnan(spearman(np.array([1, 2, 3]), np.array([1, 2, 3]))[1])


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_shares_of_a_distribution_sum_to_one(measure, logarithmic):
    weights, lengths = drawn_weights(30, 20, shortest=1)
    labels = drawn_labels(30)
    rows = OrderedRows.of(weights, np.arange(30), lengths)
    made = attention_distribution(
        measure, attention_statistics(weights, lengths), by_class(labels), rows=rows, logarithmic=logarithmic
    )
    assert made.shares.sum(axis=1) == pytest.approx(np.ones(2))
    assert made.counts.tolist() == np.bincount(labels.actual).tolist()
    assert len(made.to_frame()) == made.shares.size


def test_single_weights_are_counted_of_fewer_samples_the_longer_these_are(monkeypatch):
    monkeypatch.setattr("core.attention.distributions.MOST_CELLS", 400)
    counted = []
    for steps in (10, 40, 1000):
        weights, lengths = drawn_weights(90, steps)
        rows = OrderedRows.of(weights, np.arange(90), lengths)
        statistics = attention_statistics(weights, lengths)
        made = attention_distribution("weights", statistics, by_class(drawn_labels(90)), rows=rows)
        counted.append(int(made.counted.sum()))
        assert made.counts.sum() == 90
    assert counted == [40, 10, 1]


def test_a_measure_that_does_not_exist_is_refused():
    weights, lengths = drawn_weights(30)
    statistics = attention_statistics(weights, lengths)
    with pytest.raises(SettingsError, match="measure must be one of weights"):
        attention_distribution("height", statistics, by_class(drawn_labels(30)))
