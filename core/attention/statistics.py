"""How attention is spread: mean, deviation, maximum, entropy, sparsity, concentration, pattern."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, IntArray, require_axes
from core.attention.inputs import check_weights, slices, traced
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

PATTERNS = ("early", "middle", "late", "evenly distributed", "mixed")
SPARSE_BELOW = 0.1
FOCUSED_ABOVE = 0.5
EVEN_FROM = 0.95
ROUNDING = 1e-6  # weights come in float32


@dataclass(frozen=True)
class AttentionStatistics:
    """Statistics of pooled attention, one value a sample, each over the sample's own length.

    Attributes:
        mean: Mean weight (N,).
        std: Standard deviation of the weights (N,).
        max: Largest weight (N,).
        entropy: Entropy divided by that of equal weights (N,): 0 one step, 1 all steps alike.
            A sample of one step has 1.
        sparsity: Share of weights below 0.1 (N,).
        concentration: Largest weight by mean weight (N,).
        peak: Step of the largest weight, the first of equals (N,).
        pattern: Index into PATTERNS (N,).
        lengths: Number of valid steps (N,).
        early: Share of the weight in the first third of the sample's own length (N,).
        middle: The same of the middle third (N,).
        late: The same of the last third (N,).
        profile: Mean weight of each step over the samples that have it (T,); empty where only the numbers
            of each sample are known.
    """

    mean: DoubleArray
    std: DoubleArray
    max: DoubleArray
    entropy: DoubleArray
    sparsity: DoubleArray
    concentration: DoubleArray
    peak: IntArray
    pattern: IntArray
    lengths: IntArray
    early: DoubleArray
    middle: DoubleArray
    late: DoubleArray
    profile: DoubleArray = field(default_factory=lambda: np.zeros(0))
    provenance: Provenance = field(default_factory=lambda: Provenance("attention statistics"))

    def __post_init__(self) -> None:
        sizes = require_axes(self.mean, "N", "mean")
        for entry in fields(self):
            if entry.name not in {"profile", "provenance"}:
                require_axes(getattr(self, entry.name), "N", entry.name, sizes)

    def rows(self, indices: NDArray[Any]) -> "AttentionStatistics":
        """Return the statistics of some samples, in the order of `indices`; their profile is not known."""
        chosen = np.asarray(indices)
        if len(chosen) == len(self.mean) and bool((np.diff(chosen, prepend=-1) == 1).all()):
            return self
        kept = {
            entry.name: getattr(self, entry.name)[chosen]
            for entry in fields(self)
            if entry.name not in {"profile", "provenance"}
        }
        return AttentionStatistics(
            **kept, provenance=traced(self.provenance, self.provenance.what, len(chosen))
        )

    def overall(self) -> dict[str, float]:
        """Return the statistics over all valid weights; entropy and concentration are means over samples."""
        steps = self.lengths / max(1, self.lengths.sum())
        mean = float(np.sum(steps * self.mean))
        square = float(
            np.sum(steps * (np.square(self.std, dtype=np.float64) + np.square(self.mean, dtype=np.float64)))
        )
        return {
            "mean": mean,
            "std": float(np.sqrt(max(0.0, square - mean**2))),
            "max": float(self.max.max()),
            "entropy": float(self.entropy.mean(dtype=np.float64)),
            "sparsity": float(np.sum(steps * self.sparsity)),
            "concentration": float(self.concentration.mean(dtype=np.float64)),
        }

    def top_steps(self, k: int = 5) -> tuple[int, ...]:
        """Return the steps with the largest mean weight, largest first."""
        return tuple(int(step) for step in np.argsort(-self.profile, kind="stable")[:k])

    def pattern_counts(self) -> dict[str, int]:
        """Return the number of samples of each pattern, every pattern named."""
        return {name: int(np.sum(self.pattern == code)) for code, name in enumerate(PATTERNS)}

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample."""
        import pandas as pd

        columns: Mapping[str, Any] = {
            entry.name: getattr(self, entry.name)
            for entry in fields(self)
            if entry.name not in {"profile", "provenance", "pattern"}
        }
        return pd.DataFrame({**columns, "pattern": [PATTERNS[code] for code in self.pattern]})


def attention_statistics(
    weights: NDArray[Any], lengths: NDArray[Any], source: Provenance | None = None
) -> AttentionStatistics:
    """Measure how the attention of each sample is spread over its steps.

    Args:
        weights: Pooled or received attention (N, T); what lies beyond a sample's length is not read.
        lengths: Number of valid steps (N,).
        source: Hashes of the data and the model, for the provenance.

    Raises:
        ModelError: If a weight is not finite or negative, naming the sample and the step.
    """
    sizes = check_weights(weights, lengths)
    values = np.zeros((sizes["N"], 6))
    shares = np.zeros((sizes["N"], 3))
    peak = np.zeros(sizes["N"], np.int64)
    pattern = np.zeros(sizes["N"], np.int64)
    total, present = np.zeros(sizes["T"]), np.zeros(sizes["T"])
    for part, block, mask in slices(weights, lengths):
        values[part] = _spread(block, mask)
        peak[part] = block.argmax(axis=1)
        shares[part] = thirds(block, np.asarray(lengths[part]))
        pattern[part] = _patterns(shares[part], values[part, 3])
        total += block.sum(axis=0)
        present += mask.sum(axis=0)
    profile = np.divide(total, present, out=np.zeros_like(total), where=present > 0)
    return AttentionStatistics(
        mean=values[:, 0],
        std=values[:, 1],
        max=values[:, 2],
        entropy=values[:, 3],
        sparsity=values[:, 4],
        concentration=values[:, 5],
        peak=peak,
        pattern=pattern,
        lengths=np.asarray(lengths, np.int64),
        early=shares[:, 0],
        middle=shares[:, 1],
        late=shares[:, 2],
        profile=profile,
        provenance=traced(source, "attention statistics", sizes["N"], sparse_below=SPARSE_BELOW),
    )


def normalised_entropy(weights: NDArray[Any], lengths: NDArray[Any]) -> DoubleArray:
    """Return the entropy of each sample over that of equal weights on its own length (N,)."""
    return np.concatenate(
        [np.zeros(0), *(_entropy(block, mask) for _, block, mask in slices(weights, lengths))]
    )


def peaks(weights: NDArray[Any], lengths: NDArray[Any]) -> IntArray:
    """Return the step of the largest weight of each sample (N,), the first of equals."""
    found = [block.argmax(axis=1) for _, block, _ in slices(weights, lengths)]
    steps: IntArray = np.concatenate([np.zeros(0, np.int64), *found]).astype(np.int64)
    return steps


def concentration(weights: NDArray[Any], lengths: NDArray[Any]) -> DoubleArray:
    """Return the largest weight by the mean weight of each sample (N,): 1 for equal weights."""
    return attention_statistics(weights, lengths).concentration


def top_steps(weights: NDArray[Any], lengths: NDArray[Any], k: int = 5) -> IntArray:
    """Return the k steps with the largest weights of each sample (N, k), largest first, equals in order.

    Samples shorter than k have -1 at the end.
    """
    sizes = check_weights(weights, lengths)
    found = np.full((sizes["N"], k), -1, np.int64)
    for part, block, mask in slices(weights, lengths):
        order = np.argsort(np.where(mask, -block, np.inf), axis=1, kind="stable")[:, :k]  # (n, k)
        valid = np.arange(order.shape[1])[None, :] < mask.sum(axis=1)[:, None]
        found[part, : order.shape[1]] = np.where(valid, order, -1)
    return found


def patterns(weights: NDArray[Any], lengths: NDArray[Any]) -> list[str]:
    """Return the attention pattern of each sample, a name out of PATTERNS.

    Early, middle or late: that third holds more than half of the weight. Evenly distributed: no third does
    and the normalised entropy is at least 0.95. Mixed otherwise.
    """
    codes = attention_statistics(weights, lengths).pattern
    return [PATTERNS[code] for code in codes]


def thirds(weights: DoubleArray, lengths: IntArray) -> DoubleArray:
    """Return the share of weight in each third of a sample's own length (N, 3).

    A step that lies across a border is shared out in proportion, so equal weights give equal thirds.
    """
    rows = np.arange(len(weights))
    sums = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)  # (N, T + 1)

    def up_to(border: DoubleArray) -> DoubleArray:
        step = np.minimum(border.astype(np.int64), weights.shape[1] - 1)
        below: DoubleArray = sums[rows, step] + (border - step) * weights[rows, step]
        return below

    first, second, whole = up_to(lengths / 3), up_to(2 * lengths / 3), sums[rows, lengths]
    shares: DoubleArray = np.stack([first, second - first, whole - second], axis=1) / whole[:, None]  # (N, 3)
    return shares


def _patterns(shares: DoubleArray, entropy: DoubleArray) -> IntArray:
    focused = shares.max(axis=1) > FOCUSED_ABOVE + ROUNDING
    even = entropy >= EVEN_FROM - ROUNDING
    codes: IntArray = np.where(focused, shares.argmax(axis=1), np.where(even, 3, 4)).astype(np.int64)
    return codes


def _entropy(block: DoubleArray, mask: BoolArray) -> DoubleArray:
    lengths = mask.sum(axis=1)
    shares = block / block.sum(axis=1, keepdims=True)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy = -(shares * logs).sum(axis=1)
    scale = np.log(np.maximum(lengths, 2))
    spread: DoubleArray = np.where(lengths == 1, 1.0, np.clip(entropy / scale, 0.0, 1.0))
    return spread


def _spread(block: DoubleArray, mask: BoolArray) -> DoubleArray:
    lengths = mask.sum(axis=1)
    mean = block.sum(axis=1) / lengths
    deviation = np.where(mask, block - mean[:, None], 0.0)
    std = np.sqrt((deviation**2).sum(axis=1) / lengths)
    largest = block.max(axis=1)
    sparse = (mask & (block < SPARSE_BELOW)).sum(axis=1) / lengths
    columns = [mean, std, largest, _entropy(block, mask), sparse, largest / mean]
    return np.stack(columns, axis=1)  # (n, 6), in the order of AttentionStatistics
