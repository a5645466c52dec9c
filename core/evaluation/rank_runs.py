"""Make ROC and precision-recall curves of several runs and arms, with areas, bands and intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray
from core.errors import DataError
from core.evaluation.areas import area_interval
from core.evaluation.ranked import RankedLine, RankedRuns
from core.evaluation.ranking import GRID, CurveKind, RankCurve, drawn_curves, rank_curve
from core.evaluation.resampling import Interval, Resampling
from core.evaluation.scores import ComparedRun
from core.results import Provenance

KINDS: tuple[CurveKind, ...] = ("roc", "precision-recall")
MOST_CELLS = 6_000_000  # samples x classes x runs that curves of all classes are made of
MOST_DRAWN = 12  # classes times single runs; beyond, means over classes have no band
MOST_BANDS = 6  # lines; more bands would hide each other


@dataclass(frozen=True, eq=False)
class _Ranked:
    """One run's curves on the grid, with what a line of a single run needs."""

    run: str
    grids: dict[CurveKind, DoubleArray]
    points: dict[CurveKind, tuple[DoubleArray, DoubleArray, DoubleArray]]
    bands: dict[CurveKind, tuple[DoubleArray, DoubleArray]]
    areas: dict[CurveKind, float]
    intervals: dict[CurveKind, Interval | None]
    base_rate: float
    samples: int
    used: int


def rank_runs(
    runs: Sequence[ComparedRun], of_class: int | None = None, seed: int = 0
) -> tuple[RankedRuns, RankedRuns]:
    """Return the ROC and the precision-recall curves of runs, those of one arm as one line.

    The line of several seeds is the mean of their true positive rates at equal false positive rates (of
    their precisions at equal recalls), its band their lowest and highest. The band of a single run comes from
    windows drawn anew. The interval of a single run's area is DeLong's, by windows for labels per step.

    Args:
        runs: The runs; all know the same classes.
        of_class: Code of the class against the rest; None for the positive of two, else for the mean over
            all classes that have samples.
        seed: Seed of the draws.

    Raises:
        DataError: If the runs know different classes, or the class has no samples or all of them.
    """
    classes = shared_classes(runs)
    if len(classes) == 2 and of_class is None:
        of_class = runs[0].predictions.positive
    named = "" if of_class is None else classes[of_class]
    arms: dict[str, list[ComparedRun]] = {}
    for run in runs:
        arms.setdefault(run.arm or run.run, []).append(run)
    banded = len(arms) <= MOST_BANDS
    singles = sum(len(members) == 1 for members in arms.values())
    codes = {run.run: _codes(run, of_class) for run in runs}
    ranked = [
        [
            _rank(
                run,
                codes[run.run],
                len(runs),
                seed,
                banded=banded and len(members) == 1 and _worth(codes[run.run], singles),
            )
            for run in members
        ]
        for members in arms.values()
    ]
    present = {code for found in codes.values() for code in found}
    absent = [name for code, name in enumerate(classes) if code not in present and not named]
    roc, precision = (
        RankedRuns(
            kind=kind,
            lines=tuple(
                _line(members, found, kind, banded=banded)
                for members, found in zip(arms.values(), ranked, strict=True)
            ),
            of_class=named,
            absent=tuple(absent),
            samples=max(run.samples for found in ranked for run in found),
            used=max(run.used for found in ranked for run in found),
            per_step=any(run.windows is not None for run in runs),
            provenance=_provenance(runs, kind, named, seed),
        )
        for kind in KINDS
    )
    return roc, precision


def shared_classes(runs: Sequence[ComparedRun]) -> tuple[str, ...]:
    """Return the classes of all runs; DataError if some know others."""
    if not runs:
        raise DataError("curves need at least one run; got none")
    classes = runs[0].predictions.classes
    for run in runs[1:]:
        if run.predictions.classes != classes:
            raise DataError(
                f"curves of one class need runs that know the same classes; {runs[0].label:.60} and "
                f"{run.label:.60} do not"
            )
    return classes


def _codes(run: ComparedRun, of_class: int | None) -> list[int]:
    """Return the classes whose curves make a run's line: those with samples, but not all of them."""
    actual = run.predictions.actual
    counts = np.bincount(actual[actual >= 0], minlength=len(run.predictions.classes))
    defined = [code for code, count in enumerate(counts) if 0 < count < counts.sum()]
    if of_class is not None:
        defined = [code for code in defined if code == of_class]
    if not defined:
        named = "every class" if of_class is None else f"the class {run.predictions.classes[of_class]!r:.80}"
        raise DataError(
            f"a curve needs test samples of a class and others; of {run.label:.60}, {named} has none or all"
        )
    return defined


def _worth(codes: Sequence[int], singles: int) -> bool:
    """Say whether the band of a run is drawn: of one class always, of several unless there are too many."""
    return len(codes) == 1 or len(codes) * singles <= MOST_DRAWN


def _rank(run: ComparedRun, codes: Sequence[int], runs: int, seed: int, *, banded: bool) -> _Ranked:
    found = run.predictions
    most = max(1000, MOST_CELLS // (len(codes) * runs))
    known = np.flatnonzero(found.actual >= 0)
    rows = known
    if len(known) > most and len(codes) > 1:
        rows = np.sort(np.random.default_rng(seed).choice(known, most, replace=False))
    actual = found.actual[rows]
    windows = None if run.windows is None else run.windows[rows]
    chances = np.asarray(found.probabilities)
    curves, draws = [], []
    for code in codes:
        scores, positive = chances[rows, code], actual == code
        curves.append(rank_curve(scores, positive))
        if banded:
            rng = np.random.default_rng(seed)
            draws.append(drawn_curves(scores, positive, windows, rng, len(codes)))
    grids = {kind: np.mean([curve.on_grid(kind) for curve in curves], axis=0) for kind in KINDS}
    bands: dict[CurveKind, tuple[DoubleArray, DoubleArray]] = {}
    precision_interval = None
    if draws:
        bands["roc"] = _middle(np.mean([draw.roc for draw in draws], axis=0))
        bands["precision-recall"] = _middle(np.mean([draw.precision for draw in draws], axis=0))
        drawn_precision = np.mean([draw.average_precision for draw in draws], axis=0)
        low, high = _middle(drawn_precision[:, None])
        precision_interval = (float(low[0]), float(high[0]))
    area = float(np.mean([curve.area for curve in curves]))
    return _Ranked(
        run=run.run,
        grids=grids,
        points={kind: _points(curves, grids, kind) for kind in KINDS},
        bands=bands,
        areas={"roc": area, "precision-recall": float(np.mean([c.average_precision for c in curves]))},
        intervals={
            "roc": _area_interval(area, chances[rows], actual, codes, windows),
            "precision-recall": precision_interval,
        },
        base_rate=float(np.mean([c.positives / (c.positives + c.negatives) for c in curves])),
        samples=len(known),
        used=len(rows),
    )


def _points(
    curves: Sequence[RankCurve], grids: dict[CurveKind, DoubleArray], kind: CurveKind
) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return the points of a run's own line: exact for one class, on the grid for the mean of several."""
    return curves[0].points(kind) if len(curves) == 1 else _from_origin(grids[kind], kind)


def _from_origin(values: DoubleArray, kind: CurveKind) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return values on the grid as points; an ROC curve begins at (0, 0)."""
    if kind == "roc":
        return np.concatenate([[0.0], GRID]), np.concatenate([[0.0], values]), np.empty(0)
    return GRID, values, np.empty(0)


def _area_interval(
    area: float, chances: DoubleArray, actual: IntArray, codes: Sequence[int], windows: IntArray | None
) -> Interval | None:
    count = len(actual) if windows is None else int(windows.max()) + 1
    draws = Resampling(count, windows, None)
    if len(codes) == 1:
        score = chances[:, codes[0]]
        ours: BoolArray = actual == codes[0]
        return area_interval(area, np.stack([1 - score, score], axis=1), ours.astype(np.int64), draws)
    places = np.full(chances.shape[1], -1)
    places[list(codes)] = np.arange(len(codes))
    return area_interval(area, chances[:, list(codes)], places[actual], draws)


def _line(
    members: Sequence[ComparedRun], ranked: Sequence[_Ranked], kind: CurveKind, *, banded: bool
) -> RankedLine:
    first = ranked[0]
    if len(ranked) == 1:
        x, y, thresholds = first.points[kind]
        label, area, interval = members[0].label, first.areas[kind], first.intervals[kind]
        band = first.bands.get(kind)
    else:
        grids = np.stack([found.grids[kind] for found in ranked])
        x, y, thresholds = _from_origin(grids.mean(axis=0), kind)
        areas = [found.areas[kind] for found in ranked]
        label = f"{members[0].arm_label or members[0].label}, {len(ranked)} runs"
        area, interval = float(np.mean(areas)), (min(areas), max(areas))
        band = (grids.min(axis=0), grids.max(axis=0)) if banded else None
    low, high = (np.empty(0), np.empty(0)) if band is None else _along(band, x)
    return RankedLine(
        label=label,
        runs=tuple(found.run for found in ranked),
        x=x,
        y=y,
        low=low,
        high=high,
        thresholds=thresholds,
        area=area,
        interval=interval,
        base_rate=float(np.mean([found.base_rate for found in ranked])),
        samples=max(found.samples for found in ranked),
    )


def _along(band: tuple[DoubleArray, DoubleArray], x: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Return the ends of a band on the grid at the points of its line."""
    low, high = (np.interp(x, GRID, end) for end in band)
    return low, high


def _middle(drawn: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Return the middle 95 % of draws (B, P); draws that are not defined are left out."""
    defined = drawn[~np.isnan(drawn).any(axis=1)].astype(np.float64)
    if not len(defined):
        return np.full(drawn.shape[1], np.nan), np.full(drawn.shape[1], np.nan)
    low, high = np.quantile(defined, [0.025, 0.975], axis=0)
    return low, high


def _provenance(runs: Sequence[ComparedRun], kind: CurveKind, of_class: str, seed: int) -> Provenance:
    return Provenance(
        "ROC curves" if kind == "roc" else "precision-recall curves",
        data=runs[0].data if len({run.data for run in runs}) == 1 else "",
        weights={run.run: run.weights for run in runs},
        parameters={"class": of_class or "mean over the classes", "seed": seed},
        samples=len(runs[0].predictions.actual),
    )
