import numpy as np
import pytest

from core.attention import PATTERNS, Grouping, pattern_counts
from core.errors import ShapeError

EARLY, LATE, EVEN = [0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [1 / 3] * 3


def test_patterns_are_counted_by_group_and_samples_of_no_group_are_left_out():
    weights = np.array([EARLY, LATE, LATE, EVEN, EARLY])
    grouping = Grouping(np.array([0, 0, 2, 2, -1]), ("a", "b", "c"), "class")
    found = pattern_counts(weights, np.full(5, 3), grouping)
    assert found.counts.tolist() == [[1, 0, 1, 0, 0], [0] * 5, [0, 0, 1, 1, 0]]
    assert found.provenance.samples == 4


def test_shares_of_a_group_sum_to_one_and_empty_groups_have_no_rows():
    grouping = Grouping(np.array([1, 1, 1]), ("a", "b"), "outcome")
    frame = pattern_counts(np.array([EARLY, LATE, EVEN]), np.full(3, 3), grouping).to_frame()
    assert frame["outcome"].unique().tolist() == ["b"]
    assert frame["pattern"].tolist() == list(PATTERNS)
    assert frame["share"].sum() == pytest.approx(1.0)


def test_a_group_is_needed_for_every_sample():
    with pytest.raises(ShapeError, match="groups must have axes"):
        pattern_counts(np.array([EARLY, LATE]), np.full(2, 3), Grouping(np.array([0]), ("a",), "class"))
