"""What sections of the page Compare ask: curves, calibration, matrices, thresholds of the chosen runs."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.errors import DataError, NotFoundError
from core.evaluation import USUAL_THRESHOLD, ComparedRun
from core.evaluation.calibration import Binning, CalibratedRun, Calibration, reliability
from core.evaluation.confusions import Confusions, Scale, confusions
from core.evaluation.rank_runs import rank_runs
from core.evaluation.ranked import OperatingPoint, RankedRuns
from core.evaluation.ranking import CurveKind
from core.evaluation.temperature import Temperature, fit_temperature, scaled
from core.evaluation.thresholds import ThresholdSweep, counts_at, sweep
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services.cache import AnswerCache
from dashboard.services.comparison import target_of
from dashboard.services.gathered import Chosen, key_of, manifests, one, predictions

MATRICES = 8  # on one page

_ranked = AnswerCache(12)
_calibrated = AnswerCache(8)
_reliable = AnswerCache(240)  # single runs, so that another run beside them costs only itself
_swept = AnswerCache(8)


def classes_of(chosen: Chosen) -> tuple[str, ...]:
    """Return the classes that all chosen runs know; () where they know others."""
    found = manifests(chosen)
    target = target_of(found, chosen.target)
    known = {_classes(run, target) for run in found}
    return known.pop() if len(known) == 1 else ()


def is_binary(chosen: Chosen) -> bool:
    """Say whether a threshold means something for all chosen runs."""
    return len(classes_of(chosen)) == 2


def ranked(chosen: Chosen, kind: CurveKind, klass: str, threshold: float = USUAL_THRESHOLD) -> RankedRuns:
    """Return the ROC or the precision-recall curves of the chosen runs, for two classes with the threshold.

    Args:
        chosen: The runs.
        kind: "roc" or "precision-recall".
        klass: Name of the class against the rest; one that no run knows is taken for the usual.
        threshold: What the marks stand for.
    """
    code = _code(classes_of(chosen), klass)
    key = f"{key_of(chosen)} {code}"
    both = _ranked.get(key, lambda: rank_runs(predictions(chosen), code))
    found: RankedRuns = both[0 if kind == "roc" else 1]
    if not is_binary(chosen):
        return found
    return _marked(found, predictions(chosen), threshold)


def calibration(chosen: Chosen, binning: str, run: str | None) -> Calibration:
    """Return the calibration of the chosen runs, before and after their temperatures.

    Args:
        chosen: The runs.
        binning: "mass" for bins of equally many samples, else of equal width.
        run: Id of the run that is looked at; the first one unless it is among them.
    """
    bins: Binning = "mass" if binning == "mass" else "width"
    found: Calibration = _calibrated.get(f"{key_of(chosen)} {bins}", lambda: _calibrate(chosen, bins))
    return replace(found, focus=_place([entry.run for entry in found.runs], run))


def matrices(chosen: Chosen, scale: str, threshold: float, page: int = 0) -> Confusions:
    """Return a page of confusion matrices of the chosen runs."""
    runs = predictions(chosen)
    last = (len(runs) - 1) // MATRICES
    offset = min(page, last) * MATRICES
    shown: Scale = "count" if scale == "count" else "share"
    at = threshold if is_binary(chosen) else USUAL_THRESHOLD
    return confusions(runs[offset : offset + MATRICES], shown, at, offset, len(runs))


def thresholds(chosen: Chosen, threshold: float, run: str | None = None) -> ThresholdSweep:
    """Return what each threshold makes of the chosen runs' test samples.

    Raises:
        DataError: If they have not two classes.
    """
    runs = predictions(chosen)
    usual: ThresholdSweep = _swept.get(key_of(chosen), lambda: sweep(runs))
    at = tuple(
        replace(entry, at=counts_at(of.predictions, threshold))
        for entry, of in zip(usual.runs, runs, strict=True)
    )
    source = replace(usual.provenance, parameters={"threshold": threshold})
    focus = _place([entry.run for entry in usual.runs], run)
    return replace(usual, runs=at, threshold=threshold, provenance=source, focus=focus)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    for cache in (_ranked, _calibrated, _reliable, _swept):
        cache.clear()


def _classes(run: RunManifest, target: str) -> tuple[str, ...]:
    return run.heads.get(target, run.classes) if target else run.classes


def _code(classes: Sequence[str], klass: str) -> int | None:
    return classes.index(klass) if klass in classes else None


def _place(runs: Sequence[str], run: str | None) -> int:
    return runs.index(run) if run in runs else 0


def _marked(found: RankedRuns, runs: Sequence[ComparedRun], threshold: float) -> RankedRuns:
    """Return curves with the points that a threshold of the positive class puts them at."""
    of = {run.run: run.predictions for run in runs}
    first = runs[0].predictions
    swapped = found.of_class != first.classes[first.positive]
    points = []
    for place, line in enumerate(found.lines):
        at = [_point(counts_at(of[run], threshold), found.kind, swapped=swapped) for run in line.runs]
        x, y = np.mean(at, axis=0)
        if np.isfinite(x) and np.isfinite(y):
            points.append(OperatingPoint(place, float(x), float(y)))
    source = replace(found.provenance, parameters={**found.provenance.parameters, "threshold": threshold})
    return replace(found, points=tuple(points), threshold=threshold, swapped=swapped, provenance=source)


def _point(counts: tuple[int, int, int, int], kind: CurveKind, *, swapped: bool) -> tuple[float, float]:
    hits, passes, alarms, misses = counts
    if swapped:
        hits, passes, alarms, misses = passes, hits, misses, alarms
    recall = hits / (hits + misses) if hits + misses else np.nan
    if kind == "roc":
        return (alarms / (alarms + passes) if alarms + passes else np.nan), recall
    return recall, (hits / (hits + alarms) if hits + alarms else np.nan)


def _calibrate(chosen: Chosen, binning: Binning) -> Calibration:
    runs = predictions(chosen)
    target = target_of(manifests(chosen), chosen.target)
    entries = []
    for run, manifest in zip(runs, manifests(chosen), strict=True):
        entry = _reliable.get(
            f"{run.run} {target} {binning}", lambda: _calibrated_run(run, manifest, target, binning)  # noqa: B023
        )  # fmt: skip
        entries.append(replace(entry, label=run.label))
    return Calibration(
        runs=tuple(entries),
        binning=binning,
        focus=0,
        per_step=any(run.windows is not None for run in runs),
        provenance=Provenance(
            "calibration",
            data=runs[0].data if len({run.data for run in runs}) == 1 else "",
            weights={run.run: run.weights for run in runs},
            parameters={"bins": binning},
            samples=max(entry.before.samples for entry in entries),
        ),
    )


def _calibrated_run(run: ComparedRun, manifest: RunManifest, target: str, binning: Binning) -> CalibratedRun:
    found = _temperature(manifest, target)
    after = None if found.value is None else reliability(scaled(run.predictions, found.value), binning)
    return CalibratedRun(
        run=run.run,
        label=run.label,
        before=reliability(run.predictions, binning),
        after=after,
        temperature=found.value,
        fitted_on=found.samples,
        caution=found.caution,
    )


def _temperature(manifest: RunManifest, target: str) -> Temperature:
    try:
        validation = one(manifest, "validation", target)
    except (NotFoundError, DataError):
        return fit_temperature(None)
    windows = None if validation.windows is None else int(validation.windows.max()) + 1
    return fit_temperature(validation.predictions, windows)
