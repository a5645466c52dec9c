import numpy as np
import pytest

from core.augmentation.family import AUGMENTATIONS


def test_the_noise_is_as_large_as_the_level_says_in_units_of_each_channel() -> None:
    rng = np.random.default_rng(0)
    series = (rng.normal(size=(400, 50, 2)) * [1.0, 100.0] + [5, -7]).astype(np.float32)
    lengths = np.full(400, 50)
    noisy = AUGMENTATIONS.create("gaussian-noise", {"level": 0.3}).apply(series, lengths, rng)
    np.testing.assert_allclose((noisy - series).std(axis=(0, 1)), [0.3, 30.0], rtol=0.05)
    np.testing.assert_allclose((noisy - series).mean(axis=(0, 1)) / [1, 100], 0, atol=0.01)


def test_the_spread_is_measured_over_valid_steps() -> None:
    series = np.full((200, 10, 1), 1000.0, dtype=np.float32)
    series[:, 1, 0] = 1002
    series[:, 2:] = 0
    noisy = AUGMENTATIONS.create("gaussian-noise", {"level": 1}).apply(
        series, np.full(200, 2), np.random.default_rng(0)
    )
    assert (noisy - series)[:, :2].std() == pytest.approx(1, rel=0.15)


def test_level_zero_and_constant_channels_change_nothing() -> None:
    series = np.random.default_rng(0).normal(size=(5, 6, 1)).astype(np.float32)
    flat = np.ones((5, 6, 1), dtype=np.float32)
    for level, values in ((0, series), (1, flat)):
        part = AUGMENTATIONS.create("gaussian-noise", {"level": level})
        np.testing.assert_array_equal(part.apply(values, np.full(5, 6), np.random.default_rng(1)), values)
