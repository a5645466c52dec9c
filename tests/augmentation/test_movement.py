import numpy as np
import pytest

from core.augmentation.family import Windows
from core.augmentation.movement import moved, smooth_curves
from tests.augmentation.samples import beyond, plain_windows, rich_windows


def test_whole_places_are_read_exactly() -> None:
    windows = plain_windows(20, 9, 3)
    back = moved(windows, lambda rows: windows.lengths[rows, None] - 1 - np.arange(9)[None, :])
    for row, length in enumerate(windows.lengths):
        np.testing.assert_array_equal(back.series[row, :length], windows.series[row, :length][::-1])


def test_between_steps_values_are_interpolated_and_codes_come_from_the_nearest() -> None:
    series = np.array([[[0, 5], [10, 6], [20, 7], [0, 0]]], np.float32)
    windows = Windows(
        series, np.array([3]), np.zeros(1, np.int64),
        np.array([[[True] * 2, [False] * 2, [True] * 2, [False] * 2]]), np.array([[4, 5, 6, -1]]), (1,),
    )  # fmt: skip
    made = moved(windows, lambda rows: np.array([[0.25, 0.75, 1.5, 9.0]]))
    np.testing.assert_allclose(made.series[0], [[2.5, 5], [7.5, 6], [15, 7], [0, 0]])
    assert made.truth[0, :, 0].tolist() == [True, False, True, False]
    assert made.step_targets[0].tolist() == [4, 5, 6, -1]


def test_places_beyond_the_ends_read_the_ends() -> None:
    windows = plain_windows(20, 9, 3)
    ends = windows.series[np.arange(20), windows.lengths - 1]
    far = moved(windows, lambda rows: np.full((len(windows.lengths[rows]), 9), 99.0))
    np.testing.assert_array_equal(
        far.series, np.where(beyond(windows.lengths, 9)[:, :, None], 0, ends[:, None])
    )


def test_what_reads_nearest_to_a_missing_value_is_missing_and_nothing_else() -> None:
    line = np.array([1, np.nan, 3, 4], np.float32)[None, :, None]
    made = moved(
        Windows(line, np.array([4]), np.zeros(1, np.int64)), lambda rows: np.array([[0.4, 0.6, 1.6, 2.5]])
    )
    np.testing.assert_allclose(made.series[0, :, 0], [1, np.nan, 3, 3.5])


def test_fractions_that_are_whole_change_nothing() -> None:
    windows = rich_windows(20, 9, 3)
    made = moved(windows, lambda rows: np.tile(np.arange(9.0), (len(windows.lengths[rows]), 1)))
    np.testing.assert_array_equal(made.series, windows.series)
    np.testing.assert_array_equal(made.truth, windows.truth)
    np.testing.assert_array_equal(made.step_targets, windows.step_targets)


@pytest.mark.parametrize("length", [1, 2, 7, 50])
def test_curves_meet_their_knots_and_stay_between_neighbours(length: int) -> None:
    knots = np.random.default_rng(0).normal(size=(20, 4, 2))
    curves = smooth_curves(knots, np.full(20, length), 50)
    np.testing.assert_allclose(curves[:, 0], knots[:, 0])
    if length == 1:
        return
    np.testing.assert_allclose(curves[:, length - 1], knots[:, -1])
    assert (curves <= knots.max(axis=1, keepdims=True) + 1e-12).all()
    assert (curves >= knots.min(axis=1, keepdims=True) - 1e-12).all()


def test_curves_of_short_and_long_samples_have_the_same_shape() -> None:
    knots = np.tile(np.random.default_rng(0).normal(size=(1, 5, 1)), (2, 1, 1))
    curves = smooth_curves(knots, np.array([11, 21]), 21)
    np.testing.assert_allclose(curves[0, :11], curves[1, ::2])
