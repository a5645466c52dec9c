"""Runs that predict several targets: how well and how surely each, and whether errors come together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, IntArray, require_axes
from core.errors import DataError
from core.evaluation.difficulty import wilson_bounds
from core.evaluation.outcomes import confidence
from core.evaluation.scores import ComparedRun, Judged, judge_run
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

BINS = 10
LEAST_PAIRED = 3  # windows that a correlation needs
LEAST_BINNED = 10  # samples, over all runs, of which a bin tells an accuracy


@dataclass(frozen=True)
class TargetComparison:
    """Targets of a run, or of runs that differ in seed only (then means over them).

    Attributes:
        targets: Names of the targets, G of them.
        classes: Number of classes of each (G,).
        samples: Labelled samples of each, steps where labels are per step (G,).
        accuracy: Share predicted right (G,).
        interval: 95 % interval over windows (G, 2).
        majority_rate: What the most frequent training class would reach (G,).
        confidence: Mean confidence, 0 at chance and 1 when sure (G,).
        histogram: Share of samples by confidence, in ten bins from 0 to 1 (G, B).
        bin_accuracy: Accuracy of the samples of each bin (G, B), NaN where it has fewer than ten.
        bin_probability: Mean probability of their predicted class (G, B), NaN as above.
        correlation: Pearson's correlation of being wrong, window by window (G, G); NaN where a target has no
            error or nothing but errors.
        runs: Number of runs.
        label: What they are called.
    """

    targets: tuple[str, ...]
    classes: tuple[int, ...]
    samples: tuple[int, ...]
    accuracy: DoubleArray
    interval: DoubleArray
    majority_rate: DoubleArray
    confidence: DoubleArray
    histogram: DoubleArray
    bin_accuracy: DoubleArray
    bin_probability: DoubleArray
    correlation: DoubleArray
    runs: int
    label: str
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = {"G": len(self.targets), "B": BINS, "E": 2}
        for name, axes in (
            ("accuracy", "G"),
            ("interval", "G E"),
            ("histogram", "G B"),
            ("bin_accuracy", "G B"),
            ("bin_probability", "G B"),
        ):
            require_axes(getattr(self, name), axes, name, sizes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a target: measures, histogram, bins, correlations with the others."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                "target": self.targets,
                "classes": self.classes,
                "samples": self.samples,
                "accuracy": self.accuracy,
                "accuracy_low": self.interval[:, 0],
                "accuracy_high": self.interval[:, 1],
                "majority_rate": self.majority_rate,
                "mean_confidence": self.confidence,
            }
        )
        for place in range(BINS):
            name = f"{place / BINS:.1f}-{(place + 1) / BINS:.1f}"
            frame[f"share with confidence {name}"] = self.histogram[:, place]
            frame[f"accuracy at confidence {name}"] = self.bin_accuracy[:, place]
        for place, other in enumerate(self.targets):
            frame[f"correlation of errors with {other}"] = self.correlation[:, place]
        return frame


def compare_targets(
    runs: Sequence[Mapping[str, ComparedRun]], majority: Mapping[str, int], label: str = ""
) -> TargetComparison:
    """Put the targets of a run beside each other, or of several runs that differ in seed only.

    Args:
        runs: For each run its predictions by target, the same targets in each.
        majority: The most frequent training class of each target.
        label: What the runs are called.
    """
    if not runs or not runs[0]:
        raise DataError("targets are compared of at least one run; got none")
    targets = tuple(runs[0])
    judged = [{name: judge_run(run[name]) for name in targets} for run in runs]
    first = judged[0]
    measured = {name: _measure([one[name] for one in judged]) for name in targets}
    stacked = {key: np.array([measured[name][key] for name in targets]) for key in measured[targets[0]]}
    windows = np.array([first[name].count for name in targets])
    return TargetComparison(
        targets=targets,
        classes=tuple(first[name].chances.shape[1] for name in targets),
        samples=tuple(len(first[name].actual) for name in targets),
        accuracy=stacked["accuracy"],
        interval=_intervals([first[name] for name in targets], stacked["accuracy"], windows),
        majority_rate=np.array([float(np.mean(first[name].actual == majority[name])) for name in targets]),
        confidence=stacked["confidence"],
        histogram=stacked["histogram"],
        bin_accuracy=stacked["bin_accuracy"],
        bin_probability=stacked["bin_probability"],
        correlation=_mean_of([_error_correlation(run, targets) for run in runs]),
        runs=len(runs),
        label=label or runs[0][targets[0]].label,
        provenance=Provenance(
            "comparison of targets",
            data=runs[0][targets[0]].data,
            weights={run[targets[0]].run: run[targets[0]].weights for run in runs},
            parameters={"targets": list(targets)},
            samples=int(windows.max()),
        ),
    )


def _measure(runs: Sequence[Judged]) -> dict[str, DoubleArray]:
    """Return accuracy, confidence, its histogram and the bins of one target, over all runs."""
    right = np.concatenate([run.right for run in runs]).astype(np.float64)
    chances = np.concatenate([run.chances for run in runs])
    sure, chosen = confidence(chances), chances.max(axis=1)
    places = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    count = np.bincount(places, minlength=BINS)
    enough = np.where(count >= LEAST_BINNED, count, np.nan)
    bin_accuracy = np.bincount(places, right, BINS) / enough
    bin_probability = np.bincount(places, chosen, BINS) / enough
    return {
        "accuracy": np.asarray(right.mean()),
        "confidence": np.asarray(sure.mean()),
        "histogram": count / len(places),
        "bin_accuracy": bin_accuracy,
        "bin_probability": bin_probability,
    }


def _intervals(judged: Sequence[Judged], accuracy: DoubleArray, windows: IntArray) -> DoubleArray:
    """Return Wilson's interval; with labels per step its number of samples is what the windows are worth."""
    worth = []
    for run, share, count in zip(judged, accuracy, windows, strict=True):
        if run.windows is None or not 0 < share < 1:
            worth.append(float(count))
            continue
        sizes = np.bincount(run.windows)
        off = np.bincount(run.windows, run.right - run.right.mean()) / sizes.mean()
        deviation = float(off.std()) / np.sqrt(count)
        worth.append(max(1.0, share * (1 - share) / max(deviation**2, 1e-12)))
    return wilson_bounds(accuracy, np.minimum(np.array(worth), 1e9).astype(np.int64))


def _error_correlation(run: Mapping[str, ComparedRun], targets: Sequence[str]) -> DoubleArray:
    """Return the correlation of errors of one run (G, G) over windows that both targets have labels for."""
    errors = {name: _error_rates(run[name]) for name in targets}
    found = np.full((len(targets), len(targets)), np.nan)
    for i, a in enumerate(targets):
        for j, b in enumerate(targets):
            shared, mine, theirs = np.intersect1d(errors[a][0], errors[b][0], return_indices=True)
            x, y = errors[a][1][mine], errors[b][1][theirs]
            if len(shared) >= LEAST_PAIRED and x.std() > 1e-12 and y.std() > 1e-12:
                found[i, j] = np.corrcoef(x, y)[0, 1]
    return found


def _error_rates(run: ComparedRun) -> tuple[IntArray, DoubleArray]:
    """Return what tells the windows apart and the share of wrong rows in each."""
    found = run.predictions
    known = found.actual >= 0
    wrong = (found.predicted != found.actual)[known].astype(np.float64)
    if run.windows is None:
        return found.indices[known], wrong
    if run.samples is None:
        raise DataError("labels per step need the sample of each window to be paired with other targets")
    rows = run.windows[known]
    present = np.unique(rows)
    counts = np.bincount(rows)[present]
    return run.samples[present], np.bincount(rows, wrong)[present] / counts


def _mean_of(tables: Sequence[DoubleArray]) -> DoubleArray:
    stacked = np.stack(tables)
    known = np.isfinite(stacked)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    mean: DoubleArray = np.divide(
        total, known.sum(axis=0), out=np.full(stacked.shape[1:], np.nan), where=known.any(axis=0)
    )
    return mean
