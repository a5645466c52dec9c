"""Samples for tests of augmentations: unequal lengths, missing values, codes, truth, step targets."""

import numpy as np

from core.augmentation import Windows

CODES = 3


def plain_windows(samples=10, steps=8, channels=2, seed=5, equal=False) -> Windows:
    """Return samples of random values around 3, of three classes in turn."""
    rng = np.random.default_rng(seed)
    lengths = np.full(samples, steps) if equal else rng.integers(1, steps + 1, samples)
    series = rng.normal(size=(samples, steps, channels)).astype(np.float32) + 3
    series[beyond(lengths, steps)] = 0
    return Windows(series, lengths, np.arange(samples) % 3)


def rich_windows(samples=10, steps=8, channels=4, seed=5) -> Windows:
    """Return samples with missing values, truth, step targets, and codes in the last of several channels."""
    plain = plain_windows(samples, steps, channels, seed)
    rng = np.random.default_rng(seed + 1)
    series = plain.series.copy()
    series[rng.random(series.shape) < 0.15] = np.nan
    categorical = (channels - 1,) if channels > 1 else ()
    for channel in categorical:
        series[..., channel] = rng.integers(0, CODES, (samples, steps))
    truth = rng.random(series.shape) < 0.3
    targets = rng.integers(-1, 3, (samples, steps))
    padding = beyond(plain.lengths, steps)
    series[padding], truth[padding], targets[padding] = 0, False, -1
    return Windows(series, plain.lengths, plain.labels, truth, targets, categorical)


def beyond(lengths, steps) -> np.ndarray:
    """Return the mask (N, T) of padding."""
    return np.arange(steps)[None, :] >= np.asarray(lengths)[:, None]


def rng(seed=0) -> np.random.Generator:
    """Return a generator."""
    return np.random.default_rng(seed)


def frozen(windows: Windows) -> Windows:
    """Return samples whose arrays can't be written to."""
    for array in (windows.series, windows.lengths, windows.labels, windows.truth, windows.step_targets):
        if array is not None:
            array.flags.writeable = False
    return windows
