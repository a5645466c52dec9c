import numpy as np
import pytest

from core.attention import ChannelScale, channel_scale, describe_sample, explain_sample
from core.data import Dataset
from core.errors import NotFoundError
from core.evaluation import Predictions, judge


def data(samples=4, steps=6, channels=3, **changes):
    series = np.random.default_rng(0).normal(size=(samples, steps, channels)).astype(np.float32)
    fields = {
        "series": series,
        "lengths": np.array([6, 4, 6, 1])[:samples],
        "channels": tuple(f"c{channel}" for channel in range(channels)),
        "sample_ids": np.array([f"id-{sample}" for sample in range(samples)]),
        "step_labels": tuple(f"2024-01-0{step + 1}" for step in range(steps)),
        "step_name": "day",
        "targets": {},
        "classes": {},
        "parts": np.full(samples, -1, np.int8),
        "name": "days",
    }
    return Dataset(**{**fields, **changes})


def labels():
    chances = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    return judge(Predictions(np.array([1, 1, -1]), chances, ("down", "up"), indices=np.array([0, 1, 3])))


PLAIN = ChannelScale(np.zeros(3), np.ones(3))


def test_the_answer_tells_prediction_outcome_and_attention():
    weights = np.array([0.1, 0.1, 0.5, 0.1, 0.1, 0.1])
    made = explain_sample(data(), labels(), 0, weights, scale=PLAIN)
    assert (made.predicted_name, made.actual_name, made.outcome_name) == ("up", "up", "TP")
    assert made.confidence == pytest.approx(0.8)
    assert made.sample_id == "id-0"
    assert [top.step for top in made.top] == [2, 0, 1, 3, 4]
    assert made.top[0].label == "2024-01-03"
    assert made.pattern == "middle"
    assert made.statistics["concentration"] == pytest.approx(3)
    assert made.shares == pytest.approx([0.2, 0.6, 0.2])


def test_only_the_own_length_of_a_sample_is_shown():
    made = explain_sample(data(), labels(), 1, np.array([0.7, 0.1, 0.1, 0.1, 9.0, np.nan]), scale=PLAIN)
    assert made.series.shape == (4, 3)
    assert made.weights.tolist() == [0.7, 0.1, 0.1, 0.1]
    assert len(made.top) == 4
    assert made.outcome_name == "FN"
    assert len(made.to_frame()) == 4


def test_a_sample_with_dates_of_its_own_is_told_by_them():
    days = 86_400_000_000_000 * (19_000 + 7 * np.arange(24).reshape(4, 6))
    made = explain_sample(
        data(timestamps=days), labels(), 1, np.array([0.7, 0.1, 0.1, 0.1, 0, 0]), scale=PLAIN
    )
    assert made.axis.labels == ("2022-02-19", "2022-02-26", "2022-03-05", "2022-03-12")
    assert made.top[0].label == "2022-02-19"


def test_a_missing_value_never_stands_out():
    series = np.array(data().series)
    series[0, 2, 1] = np.nan
    made = explain_sample(data(series=series), labels(), 0, np.array([0, 0, 1.0, 0, 0, 0]), scale=PLAIN)
    assert 1 not in [channel.channel for channel in made.top[0].channels]
    assert made.ranked_channels.tolist()[-1] == 1


def test_the_scale_of_channels_leaves_missing_values_out():
    series = np.array([[[1.0], [3.0], [np.nan]]], np.float32)
    scale = channel_scale(series, np.array([3]))
    assert (scale.mean[0], scale.std[0]) == (2, 1)


def test_a_sample_of_one_step_and_no_label_has_an_answer():
    made = explain_sample(data(), labels(), 3, np.array([1.0, 0, 0, 0, 0, 0]), scale=PLAIN)
    assert made.actual_name is None
    assert made.outcome_name is None
    assert len(made.top) == 1
    assert "Actual: unknown" in describe_sample(made)


def test_channels_stand_out_by_their_distance_from_the_training_mean():
    source = data()
    source.series[0, 2] = [0.0, 25.0, -4.0]
    scale = ChannelScale(np.array([0.0, 20.0, 0.0]), np.array([1.0, 2.0, 1.0]))
    weights = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    made = explain_sample(source, labels(), 0, weights, scale=scale)
    assert [(found.name, found.deviation) for found in made.top[0].channels] == [("c2", -4.0), ("c1", 2.5)]
    assert made.ranked_channels.tolist() == [2, 1, 0]


def test_channels_rank_by_their_variance_weighted_by_attention():
    source = data()
    source.series[0] = np.random.default_rng(0).normal(size=source.series[0].shape)
    weights = np.array([0.3, 0.2, 0.1, 0.1, 0.1, 0.2])
    made = explain_sample(source, labels(), 0, weights, scale=PLAIN)
    own = weights[: len(made.series)]
    varying = (own[:, None] * PLAIN.deviations(made.series) ** 2).sum(axis=0)
    assert made.ranked_channels.tolist() == np.argsort(-varying).tolist()


def test_a_channel_that_never_moves_stands_out_nowhere():
    scale = channel_scale(np.full((3, 4, 1), 0.1, np.float32), np.full(3, 4))
    assert scale.std.tolist() == [0.0]
    assert scale.deviations(np.array([[5.0]])).tolist() == [[0.0]]


def test_the_channel_scale_counts_valid_steps_only():
    source = data()
    scale = channel_scale(source.series, source.lengths)
    valid = np.concatenate([source.series[row, :length] for row, length in enumerate(source.lengths)])
    assert scale.mean == pytest.approx(valid.mean(axis=0), abs=1e-6)
    assert scale.std == pytest.approx(valid.std(axis=0), abs=1e-6)


def test_a_sample_outside_the_view_is_not_found():
    with pytest.raises(NotFoundError, match="no sample 2 among the 3"):
        explain_sample(data(), labels(), 2, np.full(6, 1 / 6), scale=PLAIN)


def test_the_text_names_prediction_pattern_and_top_steps():
    source = data()
    source.series[0, 2, 1] = 7.0
    text = describe_sample(
        explain_sample(source, labels(), 0, np.array([0.1, 0.1, 0.5, 0.1, 0.1, 0.1]), scale=PLAIN)
    )
    assert "Predicted: up (probability 90.0%, confidence 80.0%)" in text
    assert "Actual: up - correct (TP for up)" in text
    assert "Attention pattern: middle" in text
    assert "concentration 3.0" in text
    assert "1. day 2024-01-03: weight 0.5000; c1 7 (+7.0 SD)" in text
    assert len([line for line in text.splitlines() if line[:2] in {"1.", "2.", "3.", "4.", "5."}]) == 5
