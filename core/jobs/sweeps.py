"""A sweep: chosen settings varied on a grid or at random."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from core.errors import SettingsError

MOST_COMBINATIONS = 200
MOST_AXES = 8
DIGITS = 3  # of a number that is drawn or spread: enough to try, short enough to read
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"(?P<log>log:)?(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})(?::(?P<points>\d+))?\Z")
_DRAWS = 50  # tries for each trial until one differs from those before
_LISTED = 1000  # combinations that are looked through where tries were in vain

Combination = Mapping[str, Any]


class Sweep(BaseModel):
    """Settings to be varied, and how.

    Attributes:
        axes: Values by setting: "model.units": "16,32,64", "training.learning_rate": "log:1e-4..1e-2".
            Without a prefix it is a setting of the model, or else of the training. A range of a grid needs
            its number of points: "0..0.4:3".
        search: "grid" takes every combination, "random" draws `trials` of them with `seed`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    axes: dict[str, str] = Field(min_length=1, max_length=MOST_AXES)
    search: Literal["grid", "random"] = "grid"
    trials: int = Field(10, ge=1, le=MOST_COMBINATIONS)
    seed: int = Field(0, ge=0, le=2**31 - 1)

    def combinations(self, whole: frozenset[str] = frozenset()) -> tuple[Combination, ...]:
        """Return the values to try, by axis.

        Args:
            whole: Axes that take whole numbers.

        Raises:
            SettingsError: If the values of an axis can't be read, or there are too many combinations.
        """
        axes = {name: read_axis(name, text, name in whole) for name, text in self.axes.items()}
        if self.search == "grid":
            return _grid(axes)
        return tuple(self._drawn(axes))

    def _drawn(self, axes: "Mapping[str, Axis]") -> Iterator[Combination]:
        rng = np.random.default_rng(self.seed)
        seen: set[tuple[Any, ...]] = set()
        for _ in range(self.trials):
            for _ in range(_DRAWS):
                drawn = tuple(axis.draw(rng) for axis in axes.values())
                if drawn not in seen:
                    break
            else:
                left = _left(axes, seen)
                if not left:
                    return
                drawn = left[int(rng.integers(len(left)))]
            seen.add(drawn)
            yield dict(zip(axes, drawn, strict=True))


@dataclass(frozen=True)
class Axis:
    """The values of one setting: chosen ones, or a range.

    Attributes:
        values: Values as they were written; empty for a range.
        points: How many points of a range a grid takes; 0 if it was not said.
    """

    name: str
    values: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    points: int = 0
    whole: bool = False

    def draw(self, rng: np.random.Generator) -> Any:
        """Return a value drawn from the axis."""
        if self.values:
            return self.values[int(rng.integers(len(self.values)))]
        if self.log:
            return self._tidy(float(np.exp(rng.uniform(np.log(self.low), np.log(self.high)))))
        if self.whole:
            return int(rng.integers(math.ceil(self.low), math.floor(self.high) + 1))
        return self._tidy(float(rng.uniform(self.low, self.high)))

    def every(self) -> Sequence[Any]:
        """Return all values there are; none for a range of fractions, which never ends."""
        return self.values or (range(math.ceil(self.low), math.floor(self.high) + 1) if self.whole else ())

    def spread(self) -> tuple[Any, ...]:
        """Return the values that a grid takes."""
        if self.values:
            return self.values
        if not self.points:
            raise SettingsError(
                f"a grid needs values or a number of points: {self.name}=16,32,64 or {self.name}=LOW..HIGH:5;"
                f" got a range, which a random search draws from"
            )
        between = np.geomspace if self.log else np.linspace
        found = between(self.low, self.high, self.points)
        return tuple(dict.fromkeys(self._tidy(float(value)) for value in found))

    def _tidy(self, value: float) -> float | int:
        if self.whole:
            return min(max(round(value), math.ceil(self.low)), math.floor(self.high))
        # A narrow range far from 0 takes more digits to have values between its ends.
        narrow = math.log10(max(abs(self.low), abs(self.high)) / (self.high - self.low))
        rounded = float(f"{value:.{DIGITS + max(0, math.ceil(narrow - 0.3))}g}")
        return min(max(rounded, self.low), self.high)


def read_axis(name: str, text: str, whole: bool = False) -> Axis:
    """Return an axis from its values as text: "16,32,64", "0..0.4:3" or "log:1e-4..1e-2".

    Raises:
        SettingsError: If it names no value, one twice, or a range that ends before it begins.
    """
    found = _RANGE.match(text.strip())
    if found is None:
        values = tuple(piece.strip() for piece in text.split(","))
        if not all(values) or len(set(values)) != len(values) or "..." in text or text.startswith("log:"):
            raise SettingsError(
                f"{name:.80} takes different values like 16,32,64 or a range like 1..8 or log:1e-4..1e-2;"
                f" got {text!r:.80}"
            )
        return Axis(name, values)
    low, high, log = float(found["low"]), float(found["high"]), found["log"] is not None
    if not low < high or (log and low <= 0) or not np.isfinite(high):
        raise SettingsError(f"a range goes from low to high, log from above 0; got {name:.80}={text!r:.80}")
    if whole and math.ceil(low) > math.floor(high):
        raise SettingsError(f"{name:.80} takes whole numbers; no whole number lies in {text!r:.80}")
    points = int(found["points"] or 0)
    if points > MOST_COMBINATIONS or points == 1:
        raise SettingsError(f"a range takes 2 to {MOST_COMBINATIONS} points; got {name:.80}={text!r:.80}")
    return Axis(name, (), low, high, log, points, whole)


def _left(axes: Mapping[str, Axis], seen: Set[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the combinations that were not drawn yet, as many as can be listed."""
    spread = [axis.every() for axis in axes.values()]
    listed = itertools.islice(itertools.product(*spread), len(seen) + _LISTED)
    return [values for values in listed if values not in seen]


def _grid(axes: Mapping[str, Axis]) -> tuple[Combination, ...]:
    spread: Sequence[tuple[Any, ...]] = [axis.spread() for axis in axes.values()]
    count = 1
    for values in spread:
        count *= len(values)
    if count > MOST_COMBINATIONS:
        raise SettingsError(f"a sweep tries at most {MOST_COMBINATIONS} combinations; this grid has {count}")
    return tuple(dict(zip(axes, values, strict=True)) for values in itertools.product(*spread))
