import numpy as np
import pytest

from core.augmentation.family import AUGMENTATIONS, Windows


def noised(series: np.ndarray, lengths: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    windows = Windows(series, lengths, np.zeros(len(series), np.int64))
    part = AUGMENTATIONS.create("gaussian-noise", {"level": level})
    return part.apply(windows, np.random.default_rng(seed)).series


def test_the_noise_is_as_large_as_the_level_says_in_units_of_each_channel() -> None:
    rng = np.random.default_rng(0)
    series = (rng.normal(size=(400, 50, 2)) * [1.0, 100.0] + [5, -7]).astype(np.float32)
    lengths = np.full(400, 50)
    noisy = noised(series, lengths, 0.3)
    np.testing.assert_allclose((noisy - series).std(axis=(0, 1)), [0.3, 30.0], rtol=0.05)
    np.testing.assert_allclose((noisy - series).mean(axis=(0, 1)) / [1, 100], 0, atol=0.01)


def test_the_spread_is_measured_over_valid_steps() -> None:
    series = np.full((200, 10, 1), 1000.0, dtype=np.float32)
    series[:, 1, 0] = 1002
    series[:, 2:] = 0
    noisy = noised(series, np.full(200, 2), 1)
    assert (noisy - series)[:, :2].std() == pytest.approx(1, rel=0.15)


def test_level_zero_and_constant_channels_change_nothing() -> None:
    series = np.random.default_rng(0).normal(size=(5, 6, 1)).astype(np.float32)
    flat = np.ones((5, 6, 1), dtype=np.float32)
    for level, values in ((0, series), (1, flat)):
        np.testing.assert_array_equal(noised(values, np.full(5, 6), level), values)


def test_the_spread_is_measured_over_what_is_there_and_what_is_missing_stays_missing() -> None:
    series = np.tile(np.array([[1, np.nan], [3, 5]], np.float32), (500, 1, 1))
    noisy = noised(series, np.full(500, 2), 0.5)
    assert (noisy - series)[..., 0].std() == pytest.approx(0.5, rel=0.1)
    np.testing.assert_array_equal(noisy[..., 1], series[..., 1])
