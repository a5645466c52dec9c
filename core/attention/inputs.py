"""What the questions about attention take: weights that were checked, labels, the axis of steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.errors import ModelError, ShapeError
from core.evaluation.outcomes import OUTCOME_NAMES as OUTCOME_NAMES  # noqa: PLC0414 - handed on
from core.results import Provenance

CELLS_AT_ONCE = 2_000_000  # memory-mapped weights are read in slices of this many cells


class SampleLabels(Protocol):
    """What is known of each sample beside its weights; `evaluation.Judgement` is one."""

    @property
    def indices(self) -> IntArray:
        """Position of each sample in its dataset (N,)."""

    @property
    def actual(self) -> IntArray:
        """Class codes (N,), -1 where unknown."""

    @property
    def predicted(self) -> IntArray:
        """Codes of the likeliest classes (N,)."""

    @property
    def probabilities(self) -> DoubleArray:
        """Class probabilities (N, K)."""

    @property
    def outcomes(self) -> IntArray:
        """0 TP, 1 TN, 2 FP, 3 FN, or 4 right, 5 wrong (N,), -1 where unknown."""

    @property
    def confidence(self) -> DoubleArray:
        """Confidence of each prediction, 0 to 1 (N,)."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""

    @property
    def of_class(self) -> int:
        """Code of the class that counts as positive."""


class SeriesData(Protocol):
    """The part of a dataset that is shown beside attention; `data.Dataset` is one."""

    @property
    def series(self) -> FloatArray:
        """Series (N, T, C), padded on the right."""

    @property
    def lengths(self) -> IntArray:
        """Number of valid steps (N,)."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""

    @property
    def sample_ids(self) -> NDArray[Any]:
        """Names of the samples (N,)."""

    @property
    def step_labels(self) -> tuple[str, ...]:
        """Labels of the steps, numbers or dates."""

    @property
    def step_name(self) -> str:
        """What a step is called: step, day, hour."""

    def labels_of(self, sample: int) -> tuple[str, ...]:
        """Return the labels of a sample's valid steps, its own dates where it has some."""


@dataclass(frozen=True)
class StepAxis:
    """The axis of steps as it is printed.

    Attributes:
        labels: One label for each step, numbers or dates.
        name: What a step is called.
    """

    labels: tuple[str, ...]
    name: str = "step"

    @classmethod
    def of(cls, data: SeriesData) -> "StepAxis":
        """Return the axis of a dataset."""
        return cls(tuple(data.step_labels), data.step_name)

    @classmethod
    def counted(cls, steps: int) -> "StepAxis":
        """Return an axis of the numbers 0 to steps - 1."""
        return cls(tuple(str(step) for step in range(steps)))


def check_weights(weights: NDArray[Any], lengths: NDArray[Any]) -> dict[str, int]:
    """Check pooled attention (N, T) and the lengths of its samples; return the sizes.

    Raises:
        ShapeError: If the axes differ or a length lies outside 1 to T.
        ModelError: If a weight within its sample's length is not finite or negative, or all are zero.
    """
    sizes = require_axes(weights, "N T", "attention")
    require_axes(lengths, "N", "lengths", sizes)
    unfit = (np.asarray(lengths) < 1) | (np.asarray(lengths) > sizes["T"])
    if unfit.any():
        row = int(np.argmax(unfit))
        raise ShapeError(f"lengths must lie between 1 and {sizes['T']}; sample {row} has {lengths[row]}")
    return sizes


def slices(weights: NDArray[Any], lengths: NDArray[Any]) -> Iterator[tuple[slice, DoubleArray, BoolArray]]:
    """Yield rows of checked weights in float64, zero on padding, with their mask (n, T)."""
    sizes = check_weights(weights, lengths)
    rows = max(1, CELLS_AT_ONCE // max(1, sizes["T"]))
    for start in range(0, sizes["N"], rows):
        part = slice(start, start + rows)
        mask = length_mask(lengths[part], sizes["T"])
        block = np.where(mask, weights[part], 0.0).astype(np.float64)  # (n, T)
        _check_values(block, start)
        yield part, block, mask


def traced(source: Provenance | None, what: str, samples: int, **parameters: Any) -> Provenance:
    """Return where a result comes from: the hashes of the source, and this computation's own parameters."""
    source = source or Provenance(what)
    return replace(source, what=what, samples=samples, parameters={**source.parameters, **parameters})


def check_axis(axis: StepAxis, steps: int) -> None:
    """Raise ShapeError unless there is a label for every step."""
    if len(axis.labels) != steps:
        raise ShapeError(f"step labels must be as many as steps ({steps}); got {len(axis.labels)}")


def check_labels(labels: SampleLabels, samples: int) -> None:
    """Raise ShapeError unless every label has one value a sample."""
    for name in ("indices", "actual", "predicted", "outcomes", "confidence"):
        require_axes(getattr(labels, name), "N", name, {"N": samples})


def names_of(codes: IntArray, names: Sequence[str]) -> NDArray[Any]:
    """Return the name of each code; -1 has none and reads as an empty text."""
    table = np.array([*names, ""], dtype=object)
    return table[codes]


def _check_values(block: DoubleArray, start: int) -> None:
    bad = ~np.isfinite(block)
    if bad.any():
        row, step = np.argwhere(bad)[0]
        raise ModelError(
            f"attention must be finite; sample {start + row} has {block[row, step]} at step {step}"
        )
    if (block < 0).any():
        row, step = np.argwhere(block < 0)[0]
        raise ModelError(
            f"attention must not be negative; sample {start + row} has {block[row, step]:.3g} at step {step}"
        )
    if (block.sum(axis=1) <= 0).any():
        row = int(np.argmin(block.sum(axis=1)))
        raise ModelError(f"attention must not be zero everywhere; sample {start + row} is")
