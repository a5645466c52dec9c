"""ROC and precision-recall curves of several runs and arms beside each other, as a result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray
from core.evaluation.ranking import CurveKind
from core.evaluation.resampling import Interval
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

AXES = {
    "roc": ("false positive rate", "true positive rate"),
    "precision-recall": ("recall", "precision"),
}


@dataclass(frozen=True, eq=False)
class RankedLine:
    """One curve that is drawn: of a run, or the mean of an arm's seeds.

    Attributes:
        label: What figures call it.
        runs: Ids of its runs.
        x: False positive rates or recalls (P,), at most 300.
        y: True positive rates or precisions (P,).
        low: Lower end of the band (P,); empty without a band.
        high: Upper end of the band (P,).
        thresholds: Score from which a sample is said positive at each point (P,); empty for means.
        area: Area under the ROC curve, or average precision; the mean of the runs.
        interval: 95 % interval of a single run; lowest and highest of several; None where not defined.
        base_rate: Share of positive samples, which the precision of blind guessing would be.
        samples: Number of samples or steps behind each run.
    """

    label: str
    runs: tuple[str, ...]
    x: DoubleArray
    y: DoubleArray
    low: DoubleArray
    high: DoubleArray
    thresholds: DoubleArray
    area: float
    interval: Interval | None
    base_rate: float
    samples: int


@dataclass(frozen=True)
class OperatingPoint:
    """Where a threshold puts a line.

    Attributes:
        line: Place of the line.
        x: False positive rate or recall; the mean of the line's runs.
        y: True positive rate or precision.
    """

    line: int
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class RankedRuns:
    """Curves of one kind.

    Attributes:
        kind: "roc" or "precision-recall".
        lines: The curves.
        of_class: Name of the class against the rest; "" for the mean over all classes.
        absent: Classes without test samples, which the mean leaves out.
        samples: Number of samples or steps of a run.
        used: How many of them the curves were made of.
        per_step: Whether each step has a label; windows are drawn then.
        points: Where a threshold puts the lines; empty where none is meant.
        threshold: The threshold of the points.
        swapped: Whether the class is not the positive one of two, which the threshold is of.
    """

    kind: CurveKind
    lines: tuple[RankedLine, ...]
    of_class: str
    absent: tuple[str, ...]
    samples: int
    used: int
    per_step: bool
    provenance: Provenance
    points: tuple[OperatingPoint, ...] = ()
    threshold: float | None = None
    swapped: bool = False

    @property
    def bands(self) -> str:
        """What the bands are, as a sentence; "" without any."""
        drawn = [line for line in self.lines if len(line.low)]
        said = []
        if any(len(line.runs) > 1 for line in drawn):
            said.append("lowest to highest of the seeds at each place of the mean")
        if any(len(line.runs) == 1 for line in drawn):
            what = "windows" if self.per_step else "test samples"
            said.append(f"95 % of bootstrap draws of {what}, place by place")
        return "; ".join(said)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a point of a curve."""
        import pandas as pd

        across, up = (name.replace(" ", "_") for name in AXES[self.kind])
        frames = []
        for line in self.lines:
            band = line.low if len(line.low) else np.full(len(line.x), np.nan)
            upper = line.high if len(line.low) else band
            known = line.thresholds if len(line.thresholds) else np.full(len(line.x), np.nan)
            columns: dict[str, object] = {
                across: line.x,
                up: line.y,
                f"{up}_low": band,
                f"{up}_high": upper,
                "threshold": known,
            }
            area = "area" if self.kind == "roc" else "average_precision"
            low, high = line.interval or (np.nan, np.nan)
            columns |= {area: line.area, f"{area}_low": low, f"{area}_high": high}
            frames.append(
                pd.DataFrame({"label": line.label, "runs": " ".join(line.runs), **columns}).assign(
                    base_rate=line.base_rate
                )
            )
        return pd.concat(frames, ignore_index=True)
