"""One sample in depth: its series over every layer and head that looks at it, before and after edits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import DoubleArray, FloatArray, require_axes
from core.attention.inputs import OUTCOME_NAMES, StepAxis
from core.attention.samples import SampleAttention
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class LayerRows:
    """What each step of a sample receives from one layer.

    Attributes:
        name: The layer.
        heads: Attention by head (H, T); one row where only the mean is known.
        before: The mean over heads (T,) before edits; None without edits.
        edited: Whether the weights were put in place by an edit.
    """

    name: str
    heads: FloatArray
    before: FloatArray | None = None
    edited: bool = False

    @property
    def mean(self) -> FloatArray:
        """The mean over heads (T,)."""
        found: FloatArray = self.heads.mean(axis=0)
        return found

    @property
    def largest(self) -> float:
        """Largest mean weight, before edits or after them."""
        return max(float(side.max()) for side in (self.mean, self.before) if side is not None)


@dataclass(frozen=True, eq=False)
class SampleDepth:
    """One sample with everything that is drawn of it on one axis.

    Attributes:
        sample: Place in the dataset.
        sample_id: Name of the sample.
        series: Raw values over its own length (T, C).
        changed: The same after edits; None without edits of the signal.
        channels: Names of the channels.
        shown: Indices of the channels that are drawn, in order.
        axis: Labels of its steps.
        classes: Names of the classes.
        probabilities: Probability of each class (K,), after edits.
        actual: Code of the class, -1 where unknown.
        outcome: 0 TP, 1 TN, 2 FP, 3 FN, 4 right, 5 wrong of the prediction without edits, -1 where unknown.
        layers: The attention layers that look at these steps; none where the model has no attention.
        layer: Name of the layer whose mean is drawn large; "" without attention.
        words: The analysis of the prediction without edits; None without attention.
        spans: Steps [start, stop) that were edited.
        limits: Least and largest value that is drawn, by channel; those of the sample where there is none.
        steps: Steps of the axis that is drawn; as many as the sample has, or more beside a longer one.
        provenance: Where the numbers come from.
        overlaid: Whether channels are drawn in one panel, in common units.
        largest: End of the axis of attention; 0 for its own largest weight.
    """

    sample: int
    sample_id: str
    series: FloatArray
    changed: FloatArray | None
    channels: tuple[str, ...]
    shown: tuple[int, ...]
    axis: StepAxis
    classes: tuple[str, ...]
    probabilities: DoubleArray
    actual: int
    outcome: int
    layers: tuple[LayerRows, ...]
    layer: str
    words: SampleAttention | None
    spans: tuple[tuple[int, int], ...]
    limits: Mapping[int, tuple[float, float]]
    steps: int
    provenance: Provenance
    overlaid: bool = False
    largest: float = 0.0

    def __post_init__(self) -> None:
        """Check the axes."""
        sizes = require_axes(self.series, "T C", "series", {"C": len(self.channels)})
        if self.changed is not None:
            require_axes(self.changed, "T C", "changed series", sizes)
        for layer in self.layers:
            require_axes(layer.heads, "H T", f"attention of {layer.name}", {"T": sizes["T"]})
        require_axes(self.probabilities, "K", "probabilities", {"K": len(self.classes)})

    @property
    def predicted(self) -> int:
        """Code of the likeliest class."""
        return int(self.probabilities.argmax())

    @property
    def outcome_name(self) -> str | None:
        """TP, TN, FP or FN, right or wrong; None where unknown."""
        return None if self.outcome < 0 else OUTCOME_NAMES[self.outcome]

    @property
    def edited(self) -> bool:
        """Whether it is shown after edits."""
        return self.changed is not None or any(layer.before is not None for layer in self.layers)

    @property
    def main(self) -> LayerRows | None:
        """The layer whose mean is drawn large."""
        return next((layer for layer in self.layers if layer.name == self.layer), None)

    @property
    def length(self) -> int:
        """Number of steps of the sample."""
        return len(self.series)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a step: channels, after edits too, and what each layer and head gives it."""
        import pandas as pd

        columns: dict[str, Any] = {"step": np.arange(self.length), "label": self.axis.labels}
        for place, name in enumerate(self.channels):
            columns[name] = self.series[:, place]
            if self.changed is not None:
                columns[f"{name} (edited)"] = self.changed[:, place]
        for layer in self.layers:
            columns[f"attention {layer.name}"] = layer.mean
            if layer.before is not None:
                columns[f"attention {layer.name} before"] = layer.before
            if len(layer.heads) > 1:
                for head, weights in enumerate(layer.heads):
                    columns[f"attention {layer.name} head {head}"] = weights
        return pd.DataFrame(columns)
