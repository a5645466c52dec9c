import numpy as np
import pytest

from core.augmentation import AUGMENTATIONS, Windows
from tests.augmentation.samples import plain_windows, rng


def shifted(windows: Windows, seed: int = 0, **settings: object) -> Windows:
    return AUGMENTATIONS.create("shift", settings).apply(windows, rng(seed))


def counting(samples: int = 300, steps: int = 10, length: int = 10) -> Windows:
    series = np.tile(np.arange(1, steps + 1, dtype=np.float32)[:, None], (samples, 1, 1))
    series[:, length:] = 0
    return Windows(series, np.full(samples, length), np.zeros(samples, np.int64))


@pytest.mark.parametrize("ends", ["edge", "roll"])
def test_a_shift_by_nothing_changes_nothing(ends: str) -> None:
    windows = plain_windows()
    np.testing.assert_array_equal(shifted(windows, most=0, ends=ends).series, windows.series)


def test_a_shift_reaches_as_far_as_the_share_says_in_both_directions() -> None:
    middle = shifted(counting(), most=0.3).series[:, 5, 0] - 6
    assert set(middle) == {-3, -2, -1, 0, 1, 2, 3}


def test_the_edge_fills_what_comes_free() -> None:
    made = shifted(counting(length=6), most=0.5).series[:, :, 0]
    kinds = {tuple(line) for line in made.astype(int).tolist()}
    assert (1, 1, 1, 2, 3, 4, 0, 0, 0, 0) in kinds
    assert (3, 4, 5, 6, 6, 6, 0, 0, 0, 0) in kinds


def test_rolled_samples_keep_all_their_values_in_their_circle() -> None:
    windows = plain_windows(50, 12)
    made = shifted(windows, most=1, ends="roll")
    for row, length in enumerate(windows.lengths):
        turned = [np.roll(windows.series[row, :length], by, axis=0) for by in range(length)]
        assert any(np.array_equal(made.series[row, :length], one) for one in turned)
