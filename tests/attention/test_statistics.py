import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attention import (
    PATTERNS,
    attention_statistics,
    concentration,
    normalised_entropy,
    patterns,
    peaks,
    top_steps,
)
from core.errors import ModelError, ShapeError
from tests.attention.constructed import drawn_weights


def one_hot(step, steps):
    return np.eye(steps, dtype=np.float32)[[step]]


@pytest.mark.parametrize("steps", [2, 3, 4, 5, 7, 30, 150])
def test_equal_weights_have_entropy_one_and_are_evenly_distributed(steps):
    weights = np.full((1, steps), 1 / steps, np.float32)
    made = attention_statistics(weights, np.array([steps]))
    assert made.entropy[0] == pytest.approx(1)
    assert made.concentration[0] == pytest.approx(1)
    assert made.std[0] == pytest.approx(0, abs=1e-7)
    assert patterns(weights, np.array([steps])) == ["evenly distributed"]


FOCUSED = {
    30: {0: "early", 9: "early", 10: "middle", 19: "middle", 20: "late", 29: "late"},
    2: {0: "early", 1: "late"},
    4: {0: "early", 1: "middle", 2: "middle", 3: "late"},
}


@pytest.mark.parametrize(
    ("step", "steps", "pattern"),
    [(step, steps, pattern) for steps, found in FOCUSED.items() for step, pattern in found.items()],
)
def test_one_step_has_entropy_zero_and_the_pattern_of_its_third(step, steps, pattern):
    weights, lengths = one_hot(step, steps), np.array([steps])
    made = attention_statistics(weights, lengths)
    assert made.entropy[0] == 0
    assert made.concentration[0] == pytest.approx(steps)
    assert made.peak[0] == step
    assert made.max[0] == 1
    assert made.sparsity[0] == pytest.approx((steps - 1) / steps)
    assert patterns(weights, lengths) == [pattern]


def test_two_far_peaks_are_mixed():
    weights = 0.5 * one_hot(1, 30) + 0.5 * one_hot(28, 30)
    assert patterns(weights, np.array([30])) == ["mixed"]
    assert normalised_entropy(weights, np.array([30]))[0] == pytest.approx(np.log(2) / np.log(30))


def test_exactly_half_of_the_weight_is_not_focused():
    weights = np.array([[0.5, 0.25, 0.25]], np.float32)
    assert patterns(weights, np.array([3])) == ["mixed"]


def test_a_sample_of_one_step_looks_at_all_it_has():
    made = attention_statistics(np.array([[1.0, 0.0, 0.0]], np.float32), np.array([1]))
    assert (made.entropy[0], made.std[0], made.concentration[0], made.peak[0]) == (1, 0, 1, 0)
    assert PATTERNS[made.pattern[0]] == "evenly distributed"


def test_what_lies_beyond_a_sample_changes_nothing():
    weights, lengths = drawn_weights(shortest=3)
    longer = np.full((30, 35), np.nan, np.float32)
    longer[:, :20] = np.where(np.arange(20)[None, :] < lengths[:, None], weights, np.nan)
    one, other = (attention_statistics(each, lengths) for each in (weights, longer))
    for name in ("mean", "std", "max", "entropy", "sparsity", "concentration", "peak", "pattern"):
        assert np.allclose(getattr(one, name), getattr(other, name), rtol=0, atol=1e-12), name


def test_statistics_agree_with_their_definitions():
    weights, lengths = drawn_weights(shortest=3)
    made = attention_statistics(weights, lengths)
    for row, length in enumerate(lengths):
        own = weights[row, :length].astype(float)
        assert made.mean[row] == pytest.approx(own.mean())
        assert made.std[row] == pytest.approx(own.std())
        assert made.sparsity[row] == pytest.approx((own < 0.1).mean())
        assert made.entropy[row] == pytest.approx(-(own * np.log(own)).sum() / np.log(length), abs=1e-5)
    valid = np.concatenate([weights[row, :length] for row, length in enumerate(lengths)])
    overall = made.overall()
    assert overall["mean"] == pytest.approx(valid.mean())
    assert overall["std"] == pytest.approx(valid.std())
    assert overall["max"] == pytest.approx(valid.max())
    assert overall["sparsity"] == pytest.approx((valid < 0.1).mean())


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_reordering_samples_reorders_their_statistics(order):
    weights, lengths = drawn_weights(12, shortest=2)
    order = list(order)
    one, other = attention_statistics(weights, lengths), attention_statistics(weights[order], lengths[order])
    assert np.array_equal(one.entropy[order], other.entropy)
    assert np.array_equal(one.pattern[order], other.pattern)
    assert one.overall() == pytest.approx(other.overall())
    assert one.top_steps() == other.top_steps()


@settings(deadline=None)
@given(st.permutations(range(20)))
def test_reordering_steps_changes_neither_entropy_nor_concentration(order):
    weights, lengths = drawn_weights(5)
    moved = weights[:, list(order)]
    assert normalised_entropy(moved, lengths) == pytest.approx(normalised_entropy(weights, lengths))
    assert concentration(moved, lengths) == pytest.approx(concentration(weights, lengths))


def test_reversing_time_swaps_early_and_late():
    weights, lengths = drawn_weights(40)
    swapped = {"early": "late", "late": "early"}
    turned = patterns(weights[:, ::-1], lengths)
    assert turned == [swapped.get(name, name) for name in patterns(weights, lengths)]


def test_top_steps_come_largest_first_and_the_earlier_of_equals():
    weights = np.array([[0.1, 0.3, 0.3, 0.2, 0.1]], np.float32)
    assert top_steps(weights, np.array([5]), 3).tolist() == [[1, 2, 3]]
    assert peaks(weights, np.array([5])).tolist() == [1]


def test_a_sample_shorter_than_k_has_fewer_top_steps():
    weights = np.array([[0.4, 0.6, 0.0]], np.float32)
    assert top_steps(weights, np.array([2]), 5).tolist() == [[1, 0, -1, -1, -1]]


def test_pattern_counts_name_every_pattern():
    weights, lengths = drawn_weights()
    counts = attention_statistics(weights, lengths).pattern_counts()
    assert list(counts) == ["early", "middle", "late", "evenly distributed", "mixed"]
    assert sum(counts.values()) == 30


def test_long_weights_are_read_in_slices_with_the_same_answer(monkeypatch):
    weights, lengths = drawn_weights(shortest=3)
    whole = attention_statistics(weights, lengths)
    monkeypatch.setattr("core.attention.inputs.CELLS_AT_ONCE", 50)
    sliced = attention_statistics(weights, lengths)
    assert np.array_equal(whole.entropy, sliced.entropy)
    assert sliced.profile == pytest.approx(whole.profile)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.nan, "attention must be finite; sample 3 has nan at step 7"),
        (np.inf, "sample 3 has inf"),
        (-0.2, "attention must not be negative; sample 3 has -0.2 at step 7"),
    ],
)
def test_broken_weights_are_refused_naming_where(value, text):
    weights, lengths = drawn_weights()
    weights[3, 7] = value
    with pytest.raises(ModelError, match=text):
        attention_statistics(weights, lengths)


def test_a_sample_without_any_weight_is_refused():
    weights, lengths = drawn_weights()
    weights[4] = 0
    with pytest.raises(ModelError, match="sample 4"):
        attention_statistics(weights, lengths)


@pytest.mark.parametrize("length", [0, 21])
def test_lengths_outside_the_series_are_refused(length):
    weights, lengths = drawn_weights()
    lengths[2] = length
    with pytest.raises(ShapeError, match=f"sample 2 has {length}"):
        attention_statistics(weights, lengths)


def test_the_table_has_one_row_a_sample():
    weights, lengths = drawn_weights()
    frame = attention_statistics(weights, lengths).to_frame()
    assert len(frame) == 30
    assert {"entropy", "sparsity", "concentration", "peak", "pattern"} <= set(frame.columns)
