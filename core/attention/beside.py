"""Two models on the same samples: how far their attention agrees, sample by sample, against a floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, require_axes
from core.attention.inputs import traced
from core.attention.row_ranks import row_ranks
from core.attention.rows import OrderedRows
from core.errors import DataError, ShapeError
from core.intervals import wilson_interval
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

CELLS_AT_ONCE = 100_000  # stay in the cache of a core
MOST_FLOOR = 5000  # samples of which the floor is measured, drawn where there are more


@dataclass(frozen=True, eq=False)
class ModelSide:
    """One model on the samples.

    Attributes:
        name: What it is called.
        rows: Its attention (N, T).
        predicted: Name of the predicted class of each sample (N,).
        chance: Probability of that class (N,).
        correct: 1 right, 0 wrong, -1 unknown (N,).
    """

    name: str
    rows: OrderedRows
    predicted: NDArray[Any]
    chance: DoubleArray
    correct: IntArray


@dataclass(frozen=True, eq=False)
class AttentionBeside:
    """The attention and the predictions of two models on the same samples.

    The floor is what unrelated attention would give: that of the second model on another sample of the same
    length, drawn at random.

    Attributes:
        names: Names of the models.
        samples: Positions in the dataset (N,).
        sample_ids: Names of the samples (N,).
        jsd: Jensen-Shannon divergence of the two maps by its bound ln 2 (N,): 0 the same, 1 nothing shared.
        spearman: Rank correlation of the weights over the sample's own length (N,); NaN where a map is flat.
        floor_jsd: The same with another sample's attention (N,); NaN where no other has the length, and
            where it was not among the 5,000 drawn.
        floor_spearman: The same (N,).
        predicted: Names of the predicted classes (2, N).
        chance: Their probabilities (2, N).
        correct: 1 right, 0 wrong, -1 unknown (2, N).
        cautions: What a reader must know, one sentence each.
    """

    names: tuple[str, str]
    samples: IntArray
    sample_ids: NDArray[Any]
    jsd: DoubleArray
    spearman: DoubleArray
    floor_jsd: DoubleArray
    floor_spearman: DoubleArray
    predicted: NDArray[Any]
    chance: DoubleArray
    correct: IntArray
    cautions: tuple[str, ...]
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.samples, "N", "samples")
        for name in ("sample_ids", "jsd", "spearman", "floor_jsd", "floor_spearman"):
            require_axes(getattr(self, name), "N", name, sizes)
        for name in ("predicted", "chance", "correct"):
            require_axes(getattr(self, name), "M N", name, {"M": 2, **sizes})

    @property
    def order(self) -> IntArray:
        """Places of the samples, most different attention first (N,)."""
        found: IntArray = np.argsort(-self.jsd, kind="stable").astype(np.int64)
        return found

    @property
    def same_prediction(self) -> float:
        """Share of samples for which both models predict the same class."""
        return float(np.mean(self.predicted[0] == self.predicted[1]))

    @property
    def above_floor(self) -> tuple[int, int]:
        """In how many samples the models agree more than on unlike samples, and out of how many.

        By the rank correlation; a half would be chance.
        """
        known = np.isfinite(self.spearman) & np.isfinite(self.floor_spearman)
        return int(np.sum(self.spearman[known] > self.floor_spearman[known])), int(known.sum())

    def plain(self) -> dict[str, Any]:
        """Return the summary as plain values; None where there is none."""
        above, known = self.above_floor
        return {
            "samples": len(self.samples),
            "same_prediction": self.same_prediction,
            "jsd": _median(self.jsd),
            "spearman": _median(self.spearman),
            "floor_jsd": _median(self.floor_jsd),
            "floor_spearman": _median(self.floor_spearman),
            "floor_samples": known,
            "above_floor": above / known if known else None,
            "above_floor_interval": list(wilson_interval(above, known)) if known else None,
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample, most different attention first."""
        import pandas as pd

        columns: dict[str, Any] = {
            "sample": self.samples,
            "id": self.sample_ids,
            "jsd": self.jsd,
            "spearman": self.spearman,
            "floor_jsd": self.floor_jsd,
            "floor_spearman": self.floor_spearman,
        }
        for place, side in enumerate("ab"):
            columns[f"predicted_{side}"] = self.predicted[place]
            columns[f"probability_{side}"] = self.chance[place]
            columns[f"correct_{side}"] = self.correct[place]
        return pd.DataFrame(columns).iloc[self.order].reset_index(drop=True)

    def in_words(self) -> tuple[str, ...]:
        """Return what may be said of it, a sentence each."""
        found = self.plain()
        same = 100 * found["same_prediction"]
        said = [f"Both models predict the same class for {same:.1f} % of the samples."]
        if found["spearman"] is not None:
            said.append(
                f"Half of the samples have a rank correlation of attention above {found['spearman']:.2f}"
                f" and a divergence (JSD) below {found['jsd']:.2f} of its bound."
            )
        if found["above_floor"] is None:
            return (*said, "There is no other sample of the same length to hold this against.")
        low, high = found["above_floor_interval"]
        verdict = "more than" if low > 0.5 else "less than" if high < 0.5 else "no more than"
        said.append(
            f"That is {verdict} chance: in {100 * found['above_floor']:.1f} % of {found['floor_samples']:,}"
            f" samples (95 % CI {100 * low:.1f} to {100 * high:.1f} %; chance 50 %) the models agree more"
            " than the first does with the attention of the second on another sample, where the rank"
            f" correlation is {found['floor_spearman']:.2f} and the divergence {found['floor_jsd']:.2f}."
        )
        return tuple(said)


def beside(
    models: Sequence[ModelSide],
    samples: IntArray,
    sample_ids: NDArray[Any],
    rng: np.random.Generator,
    source: Provenance | None = None,
    cautions: tuple[str, ...] = (),
) -> AttentionBeside:
    """Hold the attention of two models against each other on the same samples.

    Args:
        models: Two models on the same samples in the same order.
        samples: Positions in the dataset (N,).
        sample_ids: Names of the samples (N,).
        rng: Draws whose attention is the floor.
        source: Hashes of the data and of the models, for the provenance.
        cautions: What is known to stand against believing it.

    Raises:
        DataError: If there is no sample.
    """
    first, second = models
    if not len(samples):
        raise DataError("two models need samples to be held against each other; got none")
    if first.rows.columns != second.rows.columns or len(first.rows) != len(second.rows):
        raise ShapeError("two models must have looked at the same steps of the same samples")
    jsd, spearman = agreement_of(first.rows, second.rows)
    partners = _partners(first.rows, rng)
    known = np.flatnonzero(partners >= 0)
    if len(known) > MOST_FLOOR:
        known = np.sort(rng.choice(known, MOST_FLOOR, replace=False))
    floor = np.full((2, len(samples)), np.nan)
    if len(known):
        floor[:, known] = agreement_of(_some(first.rows, known), _some(second.rows, partners[known]))
    return AttentionBeside(
        names=(first.name, second.name),
        samples=np.asarray(samples, np.int64),
        sample_ids=np.asarray(sample_ids),
        jsd=jsd,
        spearman=spearman,
        floor_jsd=floor[0],
        floor_spearman=floor[1],
        predicted=np.stack([np.asarray(side.predicted) for side in models]),
        chance=np.stack([np.asarray(side.chance, np.float64) for side in models]),
        correct=np.stack([np.asarray(side.correct, np.int64) for side in models]),
        cautions=cautions,
        provenance=traced(source, "attention of two models", len(samples), a=first.name, b=second.name),
    )


def agreement_of(first: OrderedRows, second: OrderedRows) -> tuple[DoubleArray, DoubleArray]:
    """Return divergence by its bound and rank correlation of two maps of each sample, each (N,)."""
    both = np.zeros((2, len(first)))
    step = max(1, CELLS_AT_ONCE // first.columns)
    for start in range(0, len(first), step):
        one, mask = first.read(start, start + step)
        other, _ = second.read(start, start + step)
        both[0, start : start + step] = _divergence(one, other)
        both[1, start : start + step] = _rank_correlation(one, other, mask)
    return both[0], both[1]


def _divergence(one: FloatArray, other: FloatArray) -> DoubleArray:
    """Return the entropy of the mean map less the mean entropy of both, by its bound (n,)."""
    p, q = (block / block.sum(axis=1, keepdims=True) for block in (one, other))
    spread = _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2
    found: DoubleArray = np.clip(spread / np.log(2), 0.0, 1.0)
    return found


def _entropy(shares: FloatArray) -> DoubleArray:
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    found: DoubleArray = -np.einsum("nt,nt->n", shares, logs).astype(np.float64)
    return found


def _rank_correlation(one: FloatArray, other: FloatArray, mask: BoolArray | None) -> DoubleArray:
    ranks = [_centred_ranks(block, mask) for block in (one, other)]
    squares = [np.einsum("nt,nt->n", block, block).astype(np.float64) for block in ranks]
    spread = np.sqrt(squares[0] * squares[1])
    covered = np.einsum("nt,nt->n", ranks[0], ranks[1]).astype(np.float64)
    found: DoubleArray = np.divide(covered, spread, out=np.full(len(one), np.nan), where=spread > 0)
    correlation: DoubleArray = np.clip(found, -1.0, 1.0)
    return correlation


def _centred_ranks(block: FloatArray, mask: BoolArray | None) -> FloatArray:
    """Return the ranks of each row less their mean, 0 where masked (n, T)."""
    ranks = row_ranks(block, mask)
    if mask is None:
        ranks -= np.float32((block.shape[1] + 1) / 2)
        return ranks
    middle = (mask.sum(axis=1, keepdims=True, dtype=np.float32) + 1) / 2
    return np.where(mask, ranks - middle, np.float32(0))


def _partners(rows: OrderedRows, rng: np.random.Generator) -> IntArray:
    """Return for each row another one of the same length (N,), drawn at random; -1 where there is none."""
    alike = rows.lengths is None or rows.shares
    lengths = np.zeros(len(rows), np.int64) if alike or rows.lengths is None else rows.lengths
    found = np.full(len(rows), -1, np.int64)
    for length in np.unique(lengths):
        group = rng.permutation(np.flatnonzero(lengths == length))
        if len(group) > 1:
            found[group] = np.roll(group, 1)
    return found


def _some(rows: OrderedRows, places: IntArray) -> OrderedRows:
    lengths = None if rows.lengths is None else rows.lengths[places]
    return OrderedRows(rows.weights, rows.rows[places], lengths, rows.shares)


def _median(values: DoubleArray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None
