"""Two modalities of which one drives the other: the lag at which attention should look is known."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from core.arrays import DoubleArray
from core.data.dataset import NO_PART, Dataset
from core.data.families import SOURCES, DataSource
from core.errors import LimitError, SettingsError

CLASSES = ("0 against", "1 along")
LARGEST = 40_000_000


@SOURCES.register("two-modal")
class TwoModal(DataSource):
    """Two groups of channels; the second follows the first after a known lag, along or against it.

    Source: "first drives others" of Baric et al. (2021), Entropy 23, 143, made a classification: the sign of
    the coupling is the class, so that neither group alone tells it.
    """

    samples: int = Field(600, ge=8, le=100_000, description="number of pairs of series")
    steps: int = Field(80, ge=10, le=5_000, description="steps of each")
    lag: int = Field(6, ge=0, le=1_000, description="steps after which the follower answers")
    driver_channels: int = Field(2, ge=1, le=64, description="channels of the driving modality")
    follower_channels: int = Field(2, ge=1, le=64, description="channels of the following modality")
    coupling: float = Field(
        0.8, ge=0, le=1, description="share of the follower's deviation that comes from the driver"
    )
    smoothness: float = Field(
        0.6, ge=0, lt=1, description="how much of a value of the driver stays in its next one"
    )

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.lag >= self.steps // 2:
            raise SettingsError(f"lag must be less than half of the steps, {self.steps // 2}; got {self.lag}")
        cells = self.samples * self.steps * (self.driver_channels + self.follower_channels)
        if cells > LARGEST:
            raise LimitError(f"samples times steps times channels may be at most {LARGEST:,}; got {cells:,}")
        return self

    def make(self, rng: np.random.Generator) -> Dataset:
        """Draw the driver, and the follower from it: follower(t) = +- coupling driver(t - lag) + noise."""
        labels = rng.permutation(np.arange(self.samples) % 2).astype(np.int64)
        sign = np.where(labels == 1, 1.0, -1.0)[:, None, None]
        whole = self._driver(rng)  # (N, T + lag, D)
        noise = rng.standard_normal((self.samples, self.steps, self.follower_channels))
        places = np.arange(self.follower_channels) % self.driver_channels
        past = whole[:, : self.steps, places]  # what the driver was `lag` steps earlier
        follower = sign * self.coupling * past + np.sqrt(1 - self.coupling**2) * noise
        series = np.concatenate([whole[:, self.lag :], follower], axis=2).astype(np.float32)
        width = self.driver_channels
        return Dataset(
            series=series,
            lengths=np.full(self.samples, self.steps, dtype=np.int64),
            targets={"label": labels},
            classes={"label": CLASSES},
            channels=(
                *(f"driver {number}" for number in range(1, width + 1)),
                *(f"follower {number}" for number in range(1, self.follower_channels + 1)),
            ),
            sample_ids=np.arange(self.samples).astype(np.str_),
            step_labels=tuple(map(str, range(self.steps))),
            parts=np.full(self.samples, NO_PART, dtype=np.int8),
            name=f"two-modal, lag {self.lag}",
            description=(
                f"The follower is the driver {self.lag} steps later, along it (1) or against it (0), "
                "with noise; the class is in neither of them alone."
            ),
            groups={
                "driver": tuple(range(width)),
                "follower": tuple(range(width, width + self.follower_channels)),
            },
        )

    def _driver(self, rng: np.random.Generator) -> DoubleArray:
        shocks = rng.standard_normal((self.samples, self.steps + self.lag, self.driver_channels))
        shocks[:, 1:] *= np.sqrt(1 - self.smoothness**2)
        for step in range(1, shocks.shape[1]):
            shocks[:, step] += self.smoothness * shocks[:, step - 1]
        return shocks
