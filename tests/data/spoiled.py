"""Datasets in which nothing is wrong, and in which everything is that is looked for."""

from dataclasses import replace

import numpy as np

from core.data.dataset import Dataset
from tests.data.datasets import tiny


def noise(samples: int = 40, steps: int = 30, width: int = 6, **changes: object) -> Dataset:
    """Return noise in which nothing is wrong."""
    series = np.random.default_rng(5).standard_normal((samples, steps, width)).astype(np.float32)
    return tiny(samples, steps, width, 2, **{"series": series, **changes})


def spoiled() -> Dataset:
    """Return noise of unequal lengths in which everything is wrong that is looked for."""
    made = noise(60, 40, 12)
    rng = np.random.default_rng(6)
    lengths = rng.integers(25, 41, 60)
    series = made.series.copy()
    series[:, :, 1] = 7
    series[:, :, 2] = series[:, :, 0]
    series[:, :, 3] = -2 * series[:, :, 0] + 1
    series[:, :, 4] = np.arange(60)[:, None]
    series[:, 5:15, 5] = 0.25
    series[:, :, 6] = np.clip(series[:, :, 6], -0.8, None)
    series[4, 3, 7] = 1000
    series[4, 5, 7] = -1000
    series[rng.random(series.shape) < 0.1] = np.nan
    series[:, :, 8] = np.nan
    series[:, :, 9] = rng.integers(0, 3, (60, 40))
    series[:, :, 10] = rng.random((60, 40)) < 0.02
    series[:, :, 0] = made.series[:, :, 0]
    series[:, :, 2] = made.series[:, :, 0]
    series[np.arange(40)[None, :] >= lengths[:, None]] = 0
    return replace(
        made,
        series=series,
        lengths=lengths,
        nan_policy="mask",
        categories={made.channels[9]: ("a", "b", "c")},
        entities=np.array([f"e{place // 5:02d}" for place in range(60)]),
        targets={
            "label": (np.arange(60) >= 30).astype(np.int64),
            "state": np.where(np.arange(40)[None, :] < lengths[:, None] - 2, 1, -1),
        },
        classes={"label": ("no", "yes"), "state": ("rest", "move")},
    )
