import numpy as np
import pytest

from core.augmentation import AUGMENTATIONS, Windows
from tests.augmentation.samples import plain_windows, rich_windows, rng


def dropped(windows: Windows, **settings: object) -> Windows:
    return AUGMENTATIONS.create("channel-dropout", settings).apply(windows, rng())


def changed(made: Windows, windows: Windows) -> np.ndarray:
    same = (made.series == windows.series) | np.isnan(windows.series)
    return ~same.all(axis=1)  # (N, C)


@pytest.mark.parametrize("fill", ["mean", "zero"])
def test_probability_zero_changes_nothing(fill: str) -> None:
    windows = rich_windows()
    made = dropped(windows, probability=0, fill=fill)
    np.testing.assert_array_equal(made.series, windows.series)
    np.testing.assert_array_equal(made.truth, windows.truth)


def test_as_many_channels_fall_silent_as_the_probability_says() -> None:
    windows = plain_windows(1000, 5, 8, equal=True)
    assert changed(dropped(windows, probability=0.3), windows).mean() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_one_channel_of_each_sample_always_stays(channels: int) -> None:
    windows = plain_windows(200, 6, channels, equal=True)
    away = changed(dropped(windows, probability=1, fill="zero"), windows)
    assert (away.sum(axis=1) == channels - 1).all()
    assert channels == 1 or not away.all(axis=0).any()


def test_a_silent_channel_holds_its_own_mean_over_what_is_there_and_no_truth() -> None:
    windows = rich_windows(100, 12, 5)
    made = dropped(windows, probability=0.5)
    away = changed(made, windows)
    assert away[:, :4].any()
    assert not away[:, 4].any()  # codes
    for sample, channel in np.argwhere(away):
        old = windows.series[sample, : windows.lengths[sample], channel]
        new = made.series[sample, : windows.lengths[sample], channel]
        np.testing.assert_allclose(new[~np.isnan(old)], np.nanmean(old), rtol=1e-5)
        np.testing.assert_array_equal(np.isnan(new), np.isnan(old))
        assert not made.truth[sample, :, channel].any()
    assert made.truth.any()
