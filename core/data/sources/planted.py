"""Series whose deciding cells are known: what every explanation can be held against."""

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from core.arrays import IntArray
from core.data.conjunction import CHANNELS, GROUPS, MOTIF, Rule, draw_conjunction
from core.data.constructions import CONSTRUCTIONS, Planted
from core.data.dataset import NO_PART, Dataset
from core.data.families import SOURCES, DataSource
from core.errors import LimitError, SettingsError

CONJUNCTION = "conjunction"
_ABOUT = {
    "freqshapes": "Spikes with period 10 or 17, pointing up or down: direction and period make the class.",
    "seqcomb-uv": "Two trends after each other in one channel; rising or falling makes the class.",
    "seqcomb-mv": "Two trends in two of four channels; rising or falling makes the class.",
    "lowvar": "A quiet stretch in one of two channels: its level and its channel make the class.",
    CONJUNCTION: "One motif in each of two groups of channels, a fixed lag apart: the class needs both.",
}  # fmt: skip


@SOURCES.register("planted")
class PlantedSeries(DataSource):
    """Series with planted cells that decide the class, and nothing else does."""

    kind: Literal["freqshapes", "seqcomb-uv", "seqcomb-mv", "lowvar", "conjunction"] = Field(
        "freqshapes", title="Construction", description="what is planted; the first four are published sets"
    )
    samples: int = Field(1000, ge=8, le=50_000, description="number of series, equally many of each class")
    shuffled_labels: bool = Field(
        False,
        title="Control with shuffled labels",
        description="classes drawn anew: nothing decides them, so any confident explanation is wrong",
    )
    steps: int = Field(
        100, ge=30, le=2_000, description="steps of the construction conjunction; the others have their own"
    )
    lag: int = Field(15, ge=0, le=1_000, description="conjunction: steps from the first motif to the second")
    noise: float = Field(0.4, ge=0, le=10, description="conjunction: deviation of the noise")
    rule: Rule = Field(
        "xor", description="conjunction: xor, class 1 where the motifs differ; and, where both are of kind 1"
    )

    largest: ClassVar[int] = 40_000_000

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.kind == CONJUNCTION and self.lag + MOTIF > self.steps // 2:
            raise SettingsError(
                f"lag must leave room for the motifs to move: at most {self.steps // 2 - MOTIF} "
                f"with {self.steps} steps; got {self.lag}"
            )
        cells = self.samples * self.steps * len(CHANNELS) if self.kind == CONJUNCTION else 0
        if cells > self.largest:
            raise LimitError(f"samples times steps times 4 may be at most {self.largest:,}; got {cells:,}")
        return self

    def make(self, rng: np.random.Generator) -> Dataset:
        """Draw the series; with shuffled labels no cell is salient."""
        classes = self._classes()
        labels = rng.permutation(np.arange(self.samples) % len(classes)).astype(np.int64)
        drawn = self._draw(labels, rng)
        truth = drawn.truth
        if self.shuffled_labels:
            labels, truth = rng.permutation(labels), np.zeros_like(truth)
        steps, channels = drawn.series.shape[1:]
        paired = self.kind == CONJUNCTION
        control = " Labels are shuffled: nothing decides them." if self.shuffled_labels else ""
        return Dataset(
            series=drawn.series.astype(np.float32),
            lengths=np.full(self.samples, steps, dtype=np.int64),
            targets={"label": labels},
            classes={"label": classes},
            channels=CHANNELS if paired else tuple(f"channel {number}" for number in range(1, channels + 1)),
            sample_ids=np.arange(self.samples).astype(np.str_),
            step_labels=tuple(map(str, range(steps))),
            parts=np.full(self.samples, NO_PART, dtype=np.int8),
            name=f"{self.kind}{' shuffled' if self.shuffled_labels else ''}",
            description=_ABOUT[self.kind] + control,
            groups=GROUPS if paired else {},
            truth=truth,
        )

    def _classes(self) -> tuple[str, ...]:
        if self.kind == CONJUNCTION:
            return ("0 alike", "1 different") if self.rule == "xor" else ("0 not both", "1 both")
        return CONSTRUCTIONS[self.kind].classes

    def _draw(self, labels: IntArray, rng: np.random.Generator) -> Planted:
        if self.kind == CONJUNCTION:
            return draw_conjunction(labels, rng, self.steps, self.lag, self.noise, self.rule)
        return CONSTRUCTIONS[self.kind].draw(labels, rng)
