"""Alignment of two directions of attention held against what chance and strangers reach."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.arrays import DoubleArray
from core.attention.alignment import MEASURES
from core.attention.effects import rank_biserial
from core.attention.modalities import PairMeasures
from core.attention.rank_tests import wilcoxon
from core.evaluation.pairs import holm
from core.models.family import head_name

ALPHA = 0.05
KEPT_FROM = 0.95  # correlation of a map with that of strangers, from which it hardly depends on the other
LEAST_PAIRS = 5  # samples from which a paired test says anything
AGREEING, CONFLICTING, CHANCE, EVEN = "agreeing", "conflicting", "no more than chance", "even"


@dataclass(frozen=True, eq=False)
class Compared:
    """The same samples with one modality of a stranger.

    Attributes:
        measures: What was measured of the strangers.
        kept: How alike the map of a looking at b is with the stranger in b's place, Pearson (N, 1 + H).
    """

    measures: PairMeasures
    kept: DoubleArray


@dataclass(frozen=True)
class AlignedHead:
    """Alignment of one head of both directions, or of the mean over heads, over samples.

    Attributes:
        head: Its number; None for the mean over heads.
        values: Mean of each of MEASURES over the samples where it is known; NaN where it never is.
        count: Number of samples whose maps could be correlated: those where neither is even.
        deviation: Standard deviation of the alignment over samples.
        shifted: Mean alignment under circular shifts of one axis, alike for all samples.
        shift_p: Share of shifts that reach as much; with no shift among them, so that 1 over their number is
            the least.
        conflict_p: Share that reach as little.
        strangers: Mean alignment with one modality of another sample; NaN where it was not asked.
        strangers_p: One-sided p of the paired Wilcoxon test that it falls; of heads, adjusted by Holm.
        kept: How alike the map stays with a stranger: near 1 it does not depend on the other modality.
    """

    head: int | None
    values: dict[str, float]
    count: int
    deviation: float
    shifted: float
    shift_p: float
    conflict_p: float
    strangers: float
    strangers_p: float
    kept: float

    @property
    def alignment(self) -> float:
        """Mean Pearson correlation of both directions on their joint grid, -1 to 1."""
        return self.values["pearson"]

    @property
    def name(self) -> str:
        """What it is called."""
        return head_name(self.head)

    @property
    def word(self) -> str:
        """Whether the directions agree, conflict, or neither."""
        if not np.isfinite(self.alignment):
            return EVEN
        if self.shift_p < ALPHA and self.alignment > 0:
            return AGREEING
        return CONFLICTING if self.conflict_p < ALPHA and self.alignment < 0 else CHANCE

    @property
    def falls(self) -> bool | None:
        """Whether alignment falls for strangers; None where that could not be tested."""
        return bool(self.strangers_p < ALPHA) if np.isfinite(self.strangers_p) else None

    @property
    def sentence(self) -> str:
        """What may be said of it, both nulls counted."""
        if self.word == EVEN:
            return "A map is even, so that there is nothing to correlate."
        said = {
            AGREEING: "Both directions agree more than under circular shifts",
            CONFLICTING: "Both directions look where the other does not",
            CHANCE: "No evidence that both directions agree more than under circular shifts",
        }[self.word]
        said += f" ({self.alignment:+.2f} against {self.shifted:+.2f}, n = {self.count:,}). "
        if self.falls is None:
            return f"{said}Too few samples to hold it against mismatched pairs."
        strange = f"{self.strangers:+.2f}, p = {self.strangers_p:.2g}"
        if self.word != AGREEING:
            said += f"With another sample's modality it is {self.strangers:+.2f}."
        elif self.falls:
            said += (
                f"It falls when one modality is another sample's ({strange}): what they share comes from what"
                " belongs together."
            )
        else:
            said += (
                f"No evidence that it falls when one modality is another sample's ({strange}): nothing shows"
                " that what they share comes from what belongs together."
            )
        if self.kept >= KEPT_FROM:
            said += f" The map itself stays as it is (r = {self.kept:.2f}): it hardly depends on the input."
        return said

    def row(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "head": self.head,
            **self.values,
            "n": self.count,
            "deviation": self.deviation,
            "shifted": self.shifted,
            "shift_p": self.shift_p,
            "mismatched": self.strangers,
            "mismatched_p": self.strangers_p,
            "kept": self.kept,
            "word": self.word,
            "in_words": self.sentence,
        }


def aligned_heads(measures: PairMeasures, compared: Compared | None) -> tuple[AlignedHead, ...]:
    """Return the mean over heads and each head with both nulls.

    Args:
        measures: What was measured of the samples.
        compared: What was measured of strangers; None where there was only one sample.
    """
    found = [_head(measures, compared, place) for place in range(measures.alignment.shape[1])]
    tested = [place for place, one in enumerate(found) if place and np.isfinite(one.strangers_p)]
    for place, p in zip(tested, holm([found[place].strangers_p for place in tested]), strict=True):
        found[place] = replace(found[place], strangers_p=float(p))
    return tuple(found)


def mean_known(values: DoubleArray) -> float:
    """Return the mean of what is known; NaN where nothing is."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else float("nan")


def _head(measures: PairMeasures, compared: Compared | None, place: int) -> AlignedHead:
    own = measures.alignment[:, place]
    pearson = own[:, MEASURES.index("pearson")]
    there = ~np.isnan(pearson)
    mean, drawn = mean_known(pearson), measures.shifted[:, place]
    nan = float("nan")
    strange, p, kept = nan, nan, nan
    if compared is not None:
        other = compared.measures.alignment[:, place, MEASURES.index("pearson")]
        strange, kept = mean_known(other), mean_known(compared.kept[:, place])
        p = _falls(pearson, other)
    return AlignedHead(
        None if place == 0 else place - 1,
        {name: mean_known(own[:, column]) for column, name in enumerate(MEASURES)},
        int(there.sum()),
        float(pearson[there].std()) if there.any() else nan,
        mean_known(drawn),
        float((1 + np.sum(drawn >= mean)) / (1 + len(drawn))) if there.any() else nan,
        float((1 + np.sum(drawn <= mean)) / (1 + len(drawn))) if there.any() else nan,
        strange,
        p,
        kept,
    )


def _falls(own: DoubleArray, other: DoubleArray) -> float:
    both = ~np.isnan(own) & ~np.isnan(other)
    differences = (own - other)[both]
    if len(differences) < LEAST_PAIRS:
        return float("nan")
    return wilcoxon(differences, rank_biserial(differences)[0], greater=True)
