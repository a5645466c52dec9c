import numpy as np
import pytest

from core.errors import DataError, SettingsError
from core.verbs.selection import selected

PARTS = np.array([0, 0, 1, 2, 2, 2, -1], np.int8)
MEETING = {"outcome == TP": [3], "outcome == FN": [5], "outcome == FP": [], "late > 0.5": [1, 2]}


def meeting(where: str) -> np.ndarray:
    return np.isin(np.arange(7), MEETING[where])


@pytest.mark.parametrize(
    ("samples", "indices"),
    [
        ("train", [0, 1]),
        ("validation", [2]),
        ("test", [3, 4, 5]),
        ("all", [0, 1, 2, 3, 4, 5, 6]),
        ("TP", [3]),
        ("FN", [5]),
        ("late > 0.5", [1, 2]),
        ("0-2,6", [0, 1, 2, 6]),
        ("6, 0", [0, 6]),
        ([5, 1, 5], [1, 5]),
        (np.array([2]), [2]),
    ],
)
def test_samples_are_chosen_by_part_outcome_or_number(samples: object, indices: list[int]) -> None:
    assert selected(samples, PARTS, meeting).tolist() == indices


@pytest.mark.parametrize("samples", ["", "nobody", "7", "2-1", "0-7", "-1", "1-", "٣", [7], [-1], [0.5], []])
def test_other_samples_are_refused(samples: object) -> None:
    with pytest.raises(SettingsError, match="samples"):
        selected(samples, PARTS, meeting)


def test_a_choice_without_samples_says_so() -> None:
    with pytest.raises(DataError, match="no sample"):
        selected("FP", PARTS, meeting)
