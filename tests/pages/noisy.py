"""A small dataset whose classes stand far apart, for previews of augmentations."""

from dataclasses import replace
from typing import Any

import numpy as np

from core.data import Dataset


def waves(samples: int = 40, steps: int = 30, channels: int = 2, **changes: Any) -> Dataset:
    """Return samples of noise around 10, those of the second class 20 higher in the first channel."""
    rng = np.random.default_rng(0)
    codes = np.arange(samples) % 2
    series = 10 + 4 * rng.standard_normal((samples, steps, channels)).astype(np.float32)
    series[:, :, 0] += 20 * codes[:, None]
    plain = Dataset(
        series=series,
        lengths=np.full(samples, steps),
        targets={"label": codes},
        classes={"label": ("down", "up")},
        channels=tuple(f"c{place}" for place in range(channels)),
        sample_ids=np.array([f"s{place}" for place in range(samples)]),
        step_labels=tuple(map(str, range(steps))),
        parts=np.full(samples, -1, np.int8),
        name="waves",
    )
    return replace(plain, **changes)
