import numpy as np
import pytest

from core.augmentation import AUGMENTATIONS, Windows
from tests.augmentation.samples import plain_windows, rng


def times(samples: int, lengths: np.ndarray, steps: int, **settings: object) -> np.ndarray:
    """Return the time that each step of a warped sample reads: series that count their steps tell it."""
    series = np.tile(np.arange(steps, dtype=np.float32)[:, None], (samples, 1, 1))
    series[np.arange(steps)[None, :] >= lengths[:, None]] = 0
    windows = Windows(series, lengths, np.zeros(samples, np.int64))
    return AUGMENTATIONS.create("time-warp", settings).apply(windows, rng()).series[:, :, 0]


def test_strength_zero_changes_nothing() -> None:
    windows = plain_windows(50, 30)
    made = AUGMENTATIONS.create("time-warp", {"strength": 0}).apply(windows, rng())
    np.testing.assert_array_equal(made.series, windows.series)


@pytest.mark.parametrize("strength", [0.2, 1, 2])
def test_time_runs_forward_from_the_first_step_to_the_last(strength: float) -> None:
    lengths = rng(1).integers(2, 51, 100)
    warped = times(100, lengths, 50, strength=strength, knots=5)
    for line, length in zip(warped, lengths, strict=True):
        assert line[0] == 0
        assert line[length - 1] == pytest.approx(length - 1, abs=1e-4)
        assert (np.diff(line[:length]) > 0).all()


def test_a_greater_strength_warps_more() -> None:
    lengths = np.full(200, 40)
    away = [np.abs(times(200, lengths, 40, strength=one) - np.arange(40)).mean() for one in (0.1, 0.3, 1)]
    assert away[0] < away[1] < away[2]


def test_all_channels_are_warped_alike() -> None:
    one = plain_windows(10, 20, 1)
    both = one.with_series(np.repeat(one.series, 2, axis=2))
    made = AUGMENTATIONS.create("time-warp").apply(both, rng()).series
    np.testing.assert_array_equal(made[..., 0], made[..., 1])
