"""Findings on weights whose answer is known."""

import math
from dataclasses import replace

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
from core.attention.correlation import spearman
from core.attention.distributions import MEASURES, attention_distribution
from core.attention.findings import COMPARED, attention_findings
from core.attention.samples import ChannelScale
from core.errors import SettingsError
from core.evaluation import Predictions, judge, judge_own
from tests.attention.constructed import drawn_labels, drawn_weights
from tests.figures.answers import dataset

SAMPLES, STEPS = 200, 12


def material(weights, away=None, lengths=None, labels=None):
    """Return findings and channels of weights over a series whose first channel is `away`."""
    lengths = np.full(SAMPLES, STEPS) if lengths is None else lengths
    rng = np.random.default_rng(3)
    series = rng.normal(size=(SAMPLES, STEPS, 2)).astype(np.float32)
    if away is not None:
        series[..., 0] = away
    data = dataset(samples=SAMPLES, channels=2, steps=STEPS, shortest=STEPS)
    object.__setattr__(data, "series", series)
    rows = OrderedRows.of(weights, np.arange(SAMPLES), lengths)
    channels = channel_attention(data, rows, ChannelScale(np.zeros(2), np.ones(2)))
    profile = attention_profiles(rows, lengths, all_together(SAMPLES), StepAxis.counted(STEPS))
    labels = drawn_labels(SAMPLES) if labels is None else labels
    return attention_findings(attention_statistics(weights, lengths), labels, profile, channels), channels


def test_equal_weights_give_no_finding_that_sets_anything_apart():
    found, channels = material(np.full((SAMPLES, STEPS), 1 / STEPS, np.float32))
    assert all(entry.value == pytest.approx(1 / STEPS) for entry in found.about("steps"))
    assert not any(entry.evident for entry in found.about("steps"))
    assert not any(entry.evident for entry in found.about("classes"))
    assert math.isnan(found.about("confidence")[0].value)
    assert "can't be told" in found.about("confidence")[0].text
    assert found.about("channels") == ()
    assert channels.looked == pytest.approx(channels.everywhere)


def half_short():
    """Return lengths of which half are 3, and where samples have steps."""
    lengths = np.repeat([3, STEPS], SAMPLES // 2)
    return lengths, np.arange(STEPS) < lengths[:, None]


def test_equal_weights_of_unequal_lengths_make_no_step_heavier():
    lengths, mask = half_short()
    found, _ = material((mask / lengths[:, None]).astype(np.float32), lengths=lengths)
    for entry in found.about("steps"):
        having = mask[:, int(entry.name.split()[1])]
        assert entry.reference == pytest.approx((1 / lengths[having]).mean())
        assert entry.value == pytest.approx(entry.reference)
        assert not entry.evident
        assert "no evidence that it weighs more" in entry.text


def test_a_step_that_only_long_samples_have_is_held_against_their_equal_weights():
    lengths, mask = half_short()
    weights = mask / lengths[:, None]
    weights[SAMPLES // 2 :, 8] += 0.1
    found, _ = material((weights / weights.sum(axis=1, keepdims=True)).astype(np.float32), lengths=lengths)
    first = found.about("steps")[0]
    assert (first.name, first.evident, first.samples) == ("step 8", True, SAMPLES // 2)
    assert first.reference == pytest.approx(1 / STEPS)


def of_several(classes=("red", "green", "blue"), of=None):
    """Return labels of several classes, outcomes about each sample's own unless `of` one."""
    labels = drawn_labels(SAMPLES, classes=classes)
    predictions = Predictions(labels.actual, labels.probabilities, labels.classes)
    return judge_own(predictions) if of is None else judge(predictions, of)


def test_each_of_several_classes_is_held_against_the_rest_all_intervals_together():
    labels, weights = of_several(), drawn_weights(SAMPLES, STEPS)[0]
    weights[labels.actual == 2] = np.eye(STEPS, dtype=np.float32)[-1]
    entries = material(weights, labels=labels)[0].about("classes")
    assert {entry.level for entry in entries} == {1 - 0.05 / len(entries)}
    assert len(entries) == 15
    blue = {entry.name for entry in entries if entry.evident and entry.name.startswith("blue")}
    assert "blue: entropy of attention" in blue
    mine = next(entry for entry in entries if entry.name == "red: entropy of attention")
    entropy, red = attention_statistics(weights, np.full(SAMPLES, STEPS)).entropy, labels.actual == 0
    assert mine.value == pytest.approx(entropy[red].mean() - entropy[~red].mean())
    chosen, _ = material(weights, labels=of_several(of=2))
    assert [entry.name for entry in chosen.about("classes")] == list(COMPARED.values())
    assert "Samples of blue have" in chosen.about("classes")[0].text


def test_many_comparisons_without_evidence_are_told_in_one_sentence():
    found, _ = material(drawn_weights(SAMPLES, STEPS)[0], labels=of_several(tuple("abcdefgh")))
    assert found.in_words("classes") == ("No evidence of a difference in any of the 40 that were looked at.",)


def test_classes_of_too_few_samples_are_named_and_left_out():
    labels = of_several()
    rare = replace(labels, actual=np.where(np.arange(SAMPLES) < 3, 2, labels.actual % 2))
    found, _ = material(drawn_weights(SAMPLES, STEPS)[0], labels=rare)
    assert len(found.about("classes")) == 11
    assert found.in_words("classes")[-1] == "Too few samples to compare with the others: blue (3 of 200)."


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
    if measure in {"entropy", "concentration"}:
        values = getattr(attention_statistics(weights, lengths), measure)
        counts = [
            np.histogram(np.clip(values[labels.actual == code], made.edges[0], made.edges[-1]), made.edges)[0]
            for code in (0, 1)
        ]
        assert made.shares * made.counts[:, None] == pytest.approx(np.stack(counts))


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


@pytest.mark.parametrize("measure", ["entropy", "concentration", "weights"])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_intervals_reach_from_the_smallest_value_to_the_largest(measure, logarithmic):
    rng = np.random.default_rng(0)
    weights = (1 + 0.1 * rng.random((60, 20))).astype(np.float32)
    weights /= weights.sum(axis=1, keepdims=True)
    lengths = np.full(60, 20)
    statistics = attention_statistics(weights, lengths)
    rows = OrderedRows.of(weights, np.arange(60), lengths)
    made = attention_distribution(
        measure, statistics, by_class(drawn_labels(60)), rows=rows, logarithmic=logarithmic
    )
    values = weights if measure == "weights" else getattr(statistics, measure)
    assert (made.edges[0], made.edges[-1]) == pytest.approx((values.min(), values.max()), rel=1e-6)
    assert (made.shares > 0).mean() > 0.4


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_values_that_are_all_one_lie_within_the_intervals(measure, logarithmic):
    weights, lengths = np.full((9, 8), 0.125, np.float32), np.full(9, 8)
    rows = OrderedRows.of(weights, np.arange(9), lengths)
    made = attention_distribution(
        measure, attention_statistics(weights, lengths), by_class(drawn_labels(9)), rows=rows,
        logarithmic=logarithmic,
    )  # fmt: skip
    assert (np.diff(made.edges) > 0).all()
    assert made.shares.sum(axis=1) == pytest.approx(np.ones(2))


@pytest.mark.parametrize(("samples", "bins"), [(9, 8), (1000, 20), (50_000, 40)])
def test_there_are_no_more_intervals_than_the_values_fill(samples, bins):
    lengths = np.full(samples, 50)
    weights = np.full((samples, 50), 0.02, np.float32)
    for measure in ("entropy", "peak"):
        grouping = all_together(samples)
        made = attention_distribution(measure, attention_statistics(weights, lengths), grouping)
        assert made.shares.shape == (1, bins)


def test_a_measure_that_does_not_exist_is_refused():
    weights, lengths = drawn_weights(30)
    statistics = attention_statistics(weights, lengths)
    with pytest.raises(SettingsError, match="measure must be one of weights"):
        attention_distribution("height", statistics, by_class(drawn_labels(30)))
