import numpy as np
import pytest

from core.augmentation import AUGMENTATIONS, Windows
from tests.augmentation.samples import plain_windows, rng


def test_the_whole_sample_as_its_part_changes_nothing() -> None:
    windows = plain_windows(50, 30)
    made = AUGMENTATIONS.create("window-slice", {"size": 1}).apply(windows, rng())
    np.testing.assert_array_equal(made.series, windows.series)


@pytest.mark.parametrize("size", [0.1, 0.5, 0.9])
def test_a_part_of_the_right_size_is_stretched_evenly_over_the_sample(size: float) -> None:
    lengths = rng(1).integers(2, 61, 200)
    series = np.tile(np.arange(60, dtype=np.float32)[:, None], (200, 1, 1))
    series[np.arange(60)[None, :] >= lengths[:, None]] = 0
    windows = Windows(series, lengths, np.zeros(200, np.int64))
    made = AUGMENTATIONS.create("window-slice", {"size": size}).apply(windows, rng()).series[:, :, 0]
    for line, length in zip(made, lengths, strict=True):
        kept = max(2, round(size * length))
        assert 0 <= line[0] <= length - kept
        np.testing.assert_allclose(line[:length], np.linspace(line[0], line[0] + kept - 1, length), atol=1e-4)


def test_truth_outside_the_part_is_lost() -> None:
    truth = np.zeros((50, 20, 1), np.bool_)
    truth[:, 0] = True
    windows = Windows(np.ones((50, 20, 1), np.float32), np.full(50, 20), np.zeros(50), truth)
    made = AUGMENTATIONS.create("window-slice", {"size": 0.5}).apply(windows, rng())
    assert 0 < made.truth.any(axis=(1, 2)).sum() < 25
