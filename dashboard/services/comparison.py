"""What the page Compare asks: runs beside each other, their curves, their measures, paired tests."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.errors import DataError, NotFoundError
from core.evaluation import (
    ComparedRun,
    Comparison,
    LearningCurves,
    Predictions,
    compare_runs,
    learning_curves,
    run_curve,
)
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import dataset_of, judged

USUALLY_SHOWN = 5
MOST_COMPARED = 12

_compared = AnswerCache(16)


@dataclass(frozen=True)
class Compared:
    """Runs beside each other.

    Attributes:
        comparison: Scores with intervals and paired tests; no tests where they would mean nothing.
        refused: Why there are no tests, in a sentence; "" where there are.
    """

    comparison: Comparison
    refused: str


def chosen(runs: Sequence[str], dataset: str | None) -> tuple[RunManifest, ...]:
    """Return the runs to compare: those named, else the newest of the dataset, else of the newest run's.

    Raises:
        NotFoundError: If there is no run, or one that is named is gone.
    """
    if runs:
        return tuple(library.run(identifier) for identifier in dict.fromkeys(runs))[:MOST_COMPARED]
    entries = library.runs(dataset).entries
    if not entries:
        where = "on this dataset yet" if dataset else "yet"
        raise NotFoundError(f"there is no run {where}: train one on the page Train")
    place = dataset or entries[0].dataset
    return tuple(run for run in entries if run.dataset == place)[:USUALLY_SHOWN]


def labels(runs: Sequence[RunManifest]) -> dict[str, str]:
    """Return what figures call each run: its name or model, its seed, the id where that is not enough."""
    short = {run.id: _short(run) for run in runs}
    often = Counter(short.values())
    return {run: f"{label} #{run[:4]}" if often[label] > 1 else label for run, label in short.items()}


def compare(runs: Sequence[str], dataset: str | None, part: str = "test") -> Compared:
    """Compare runs on the samples of a part that they share."""
    manifests = chosen(runs, dataset)
    key = repr(([(run.id, run.name) for run in manifests], part))
    answer: Compared = _compared.get(key, lambda: _compare(manifests, part))
    return answer


def curves(runs: Sequence[str], dataset: str | None) -> LearningCurves:
    """Return the learning curves of the runs to compare."""
    manifests = chosen(runs, dataset)
    named = labels(manifests)
    source = Provenance(
        "learning curves",
        data=manifests[0].dataset_sha256 if len({run.dataset_sha256 for run in manifests}) == 1 else "",
        weights={run.id: run.hashes.get("onnx", "") for run in manifests},
        parameters={"runs": [run.id for run in manifests]},
        versions=manifests[0].versions,
    )
    return learning_curves([run_curve(run.id, named[run.id], run.history) for run in manifests], source)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _compared.clear()


def _compare(manifests: Sequence[RunManifest], part: str) -> Compared:
    named = labels(manifests)
    runs = [_run(manifest, named[manifest.id], part) for manifest in manifests]
    majority = [_majority_class(manifest) for manifest in manifests]
    try:
        found, refused = compare_runs(runs, majority[0]), ""
    except DataError as error:
        alone = [compare_runs([run], code) for run, code in zip(runs, majority, strict=True)]
        found, refused = _beside(alone), str(error)
    versions = manifests[0].versions
    return Compared(replace(found, provenance=replace(found.provenance, versions=versions)), refused)


def _beside(alone: Sequence[Comparison]) -> Comparison:
    """Put scores of runs that were tested on different samples beside each other, without tests."""
    rates = {found.majority_rate for found in alone}
    counts = {found.samples for found in alone}
    first = alone[0].provenance
    return Comparison(
        scores=tuple(score for found in alone for score in found.scores),
        tests=(),
        majority_rate=rates.pop() if len(rates) == 1 else float("nan"),
        samples=max(counts),
        provenance=replace(
            first,
            data="",
            weights={run: digest for found in alone for run, digest in found.provenance.weights.items()},
            parameters={**first.parameters, "data": [found.provenance.data for found in alone]},
        ),
    )


def _run(manifest: RunManifest, label: str, part: str) -> ComparedRun:
    found = judged(manifest, dataset_of(manifest), part, manifest.positive)
    predictions = Predictions(
        found.actual, found.probabilities, manifest.classes, manifest.positive, found.indices
    )
    return ComparedRun(
        manifest.id,
        label,
        predictions,
        model=manifest.model,
        seed=manifest.seed,
        data=manifest.dataset_sha256,
        weights=manifest.hashes.get("onnx", ""),
    )


def _majority_class(manifest: RunManifest) -> int:
    actual = judged(manifest, dataset_of(manifest), "train", manifest.positive).actual
    return int(np.bincount(actual[actual >= 0], minlength=len(manifest.classes)).argmax())


def _short(run: RunManifest) -> str:
    given = run.name != f"{run.model} on {run.dataset_name}"[:120]
    return run.name if run.name and given else f"{run.model}, seed {run.seed}"
