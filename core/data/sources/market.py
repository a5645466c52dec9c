"""Windows of an invented stock market, in which late surges of volume announce a rise."""

from typing import Any, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from pydantic import Field, model_validator

from core.arrays import BoolArray, IntArray
from core.data.dataset import NO_PART, Dataset, date_labels
from core.data.families import SOURCES, DataSource
from core.data.limits import CELLS
from core.data.trading import (
    FEATURES,
    SURGE_DAYS,
    VOLUME_FEATURES,
    WARM_UP,
    business_days,
    draw_prices,
    features,
)
from core.errors import DataError, LimitError

CLASSES = ("0 not up", "1 up")
FIRST_DAY = "2022-01-03"
LARGEST_DRAW = 5_000_000  # shares times days


@SOURCES.register("market")
class Market(DataSource):
    """Daily windows of invented shares with twenty features; a late surge of volume announces a rise."""

    shares: int = Field(60, ge=2, le=2_000, description="number of shares, the entities of the windows")
    days: int = Field(220, ge=20, le=5_000, description="trading days of each share")
    window: int = Field(30, ge=5, le=500, description="days of a window")
    stride: int = Field(5, ge=1, le=500, description="days from the start of a window to that of the next")
    horizon: int = Field(5, ge=1, le=60, description="days after a window over which the rise is measured")
    threshold: float = Field(
        0.02, ge=-1, le=1, description="a rise above it is labelled up, as a share of the price"
    )
    surges: float = Field(
        0.05, ge=0, le=0.5, title="Surges", description="share of days on which a surge of volume begins"
    )
    drift: float = Field(
        0.08, ge=0, le=1, description="rise after a surge, spread over the horizon, as a share of the price"
    )

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.shares * (self.days + WARM_UP) > LARGEST_DRAW:
            raise LimitError(
                f"shares times days may be at most {LARGEST_DRAW:,}; got {self.shares:,} x {self.days:,}"
            )
        if self.days < self.window + self.horizon:
            raise DataError(
                f"days must cover a window and its horizon, {self.window + self.horizon}; got {self.days}"
            )
        cells = self.shares * self._windows * self.window * len(FEATURES)
        if cells > CELLS:
            raise LimitError(
                f"a dataset may hold at most {CELLS:,} values; these settings make {cells:,}: "
                "choose a larger stride"
            )
        return self

    @property
    def _windows(self) -> int:
        """Windows of each share."""
        return (self.days - self.horizon - self.window) // self.stride + 1

    def make(self, rng: np.random.Generator) -> Dataset:
        """Draw the market and cut its windows; spans, dates and the days of planted surges are kept."""
        prices = draw_prices(self.shares, self.days, self.surges, self.drift, self.horizon, rng)
        values = features(prices)[:, WARM_UP:].astype(np.float32)  # (S, D, C)
        close = prices.close[:, WARM_UP:]
        starts = np.arange(self._windows) * self.stride
        ends = starts + self.window - 1
        rise = close[:, ends + self.horizon] / close[:, ends] - 1  # (S, W)
        labels = (rise > self.threshold).astype(np.int64).reshape(-1)
        if labels.min() == labels.max():
            raise DataError(
                "there must be windows of both classes; with these settings all are "
                f"{CLASSES[int(labels[0])]!r}: choose another threshold"
            )
        days = business_days(FIRST_DAY, self.days)
        names = np.array([f"S{number:03d}" for number in range(1, self.shares + 1)])
        dates = np.array(date_labels(days))
        shape = (self.shares * self._windows, self.window, len(FEATURES))
        return Dataset(
            series=self._cut(values, starts).reshape(shape),
            lengths=np.full(shape[0], self.window, dtype=np.int64),
            targets={"label": labels},
            classes={"label": CLASSES},
            channels=FEATURES,
            sample_ids=np.array([f"{name} {dates[end]}" for name in names for end in ends]),
            step_labels=tuple(map(str, range(1 - self.window, 1))),
            step_name="trading day",
            parts=np.full(shape[0], NO_PART, dtype=np.int8),
            name=f"market of {self.shares} shares",
            description=(
                f"Invented shares: up means a rise of more than {self.threshold:.1%} over the {self.horizon} "
                f"days after the window. After a surge of volume prices rise by {self.drift:.1%}."
            ),
            groups={
                "volume": tuple(FEATURES.index(name) for name in VOLUME_FEATURES),
                "price": tuple(place for place, name in enumerate(FEATURES) if name not in VOLUME_FEATURES),
            },
            entities=np.repeat(names, len(ends)),
            spans=np.tile(np.stack([days[starts], days[ends]], axis=1), (self.shares, 1)),
            timestamps=np.tile(self._cut(days[None, :, None], starts)[0, :, :, 0], (self.shares, 1)),
            truth=self._truth(prices.begins[:, WARM_UP:], starts).reshape(shape),
        )

    def _cut(self, values: NDArray[Any], starts: IntArray) -> NDArray[Any]:
        """Return windows (S, W, T, C) of records (S, D, C)."""
        views = sliding_window_view(values, self.window, axis=1)[:, starts]
        return np.ascontiguousarray(views.transpose(0, 1, 3, 2))

    def _truth(self, begins: BoolArray, starts: IntArray) -> BoolArray:
        """Return the cells (S, W, T, C) of surges whose rise reaches into the horizon of their window."""
        windows = self._cut(begins[:, :, None], starts)[:, :, :, 0]  # (S, W, T)
        windows[:, :, : max(0, self.window - self.horizon - SURGE_DAYS + 1)] = False
        days = np.zeros_like(windows)
        for later in range(SURGE_DAYS):
            days[:, :, later:] |= windows[:, :, : self.window - later]
        truth = np.zeros((*days.shape, len(FEATURES)), dtype=np.bool_)
        truth[:, :, :, [FEATURES.index(name) for name in VOLUME_FEATURES]] = days[:, :, :, None]
        return truth
