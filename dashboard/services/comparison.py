"""What the page Compare asks: runs and arms beside each other, their curves, paired tests."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import DataError, HeedError, NotFoundError
from core.evaluation import Comparison, compare_runs, run_curve
from core.evaluation.arm_curves import Arm, ArmCurves, arm_curves
from core.evaluation.arms import RunArm, group_arms
from core.evaluation.gathering import Gathered, gather
from core.jobs.experiment_shelf import ExperimentManifest, runs_of
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import dataset_of

USUALLY_SHOWN = 5
MOST_COMPARED = 100
BASELINE = "lstm"

_compared = AnswerCache(16)
_gathered = AnswerCache(4)


@dataclass(frozen=True)
class Compared:
    """Runs beside each other.

    Attributes:
        comparison: Scores with intervals and paired tests; no tests where they would mean nothing.
        refused: Why there are no tests, in a sentence; "" where there are.
    """

    comparison: Comparison
    refused: str


@dataclass(frozen=True)
class Candidate:
    """What may be chosen for a comparison: a run or an experiment."""

    id: str
    name: str
    runs: int = 0


def chosen(runs: Sequence[str], dataset: str | None) -> tuple[RunManifest, ...]:
    """Return the runs to compare: those named, else the newest of the dataset, else of the newest run's.

    An experiment's id stands for all its runs; without a wish the newest experiment is taken where the
    newest run belongs to one.

    Raises:
        NotFoundError: If there is no run, or one that is named is gone.
    """
    if runs:
        found = [run for identifier in dict.fromkeys(runs) for run in _meant(identifier)]
        return tuple({run.id: run for run in found}.values())[:MOST_COMPARED]
    entries = library.runs(dataset).entries
    if not entries:
        where = "on this dataset yet" if dataset else "yet"
        raise NotFoundError(f"there is no run {where}: train one on the page Train")
    place, experiment = dataset or entries[0].dataset, entries[0].experiment
    kin = [run for run in entries if run.dataset == place]
    members = [run for run in kin if run.experiment == experiment] if experiment else []
    return tuple(members[:MOST_COMPARED] if len(members) > 1 else kin[:USUALLY_SHOWN])


def candidates(dataset: str | None) -> tuple[Candidate, ...]:
    """Return the experiments with several runs that may be compared, newest first."""
    counts = Counter(run.experiment for run in library.runs(dataset).entries if run.experiment)
    listed = library.store().experiments.list(ExperimentManifest).entries
    return tuple(
        Candidate(entry.id, entry.name or entry.id, counts[entry.id])
        for entry in listed
        if counts[entry.id] > 1
    )


def labels(runs: Sequence[RunManifest]) -> dict[str, str]:
    """Return what figures call each run: its name or model, its seed, the id where that is not enough."""
    given = Counter(_short(run) for run in runs)
    short = {
        run.id: name if given[name := _short(run)] == 1 or ", seed" in name else f"{name}, seed {run.seed}"
        for run in runs
    }
    often = Counter(short.values())
    return {run: f"{label} #{run[:4]}" if often[label] > 1 else label for run, label in short.items()}


def arms(runs: Sequence[str], dataset: str | None) -> tuple[RunArm, ...]:
    """Return the runs to compare as arms: what differs in seed and fold only is one."""
    return group_arms(library.store(), chosen(runs, dataset))


def compare(runs: Sequence[str], dataset: str | None, part: str = "test", target: str = "") -> Compared:
    """Compare runs on the samples of a part that they share."""
    manifests = chosen(runs, dataset)
    key = repr(([(run.id, run.name) for run in manifests], part, target))
    answer: Compared = _compared.get(key, lambda: _compare(manifests, part, target))
    return answer


def gathered(manifests: Sequence[RunManifest], part: str = "test", target: str = "") -> Gathered:
    """Return runs with their predictions, read once; a target that some have not learnt is passed over."""
    target = target_of(manifests, target)
    key = repr(([(run.id, run.name) for run in manifests], part, target))
    answer: Gathered = _gathered.get(
        key, lambda: gather(library.store(), manifests, labels(manifests), dataset_of, part, target)
    )
    return answer


def target_of(manifests: Sequence[RunManifest], target: str) -> str:
    """Return the target that is meant: the named one if every run has learnt it, else "" for their first."""
    return target if all(target in run.targets for run in manifests) else ""


def curves(runs: Sequence[str], dataset: str | None) -> ArmCurves:
    """Return the learning curves of the runs to compare, seeds of one arm as one band."""
    manifests = chosen(runs, dataset)
    named = labels(manifests)
    if not any(run.history for run in manifests):
        raise NotFoundError("these runs have no learning curves: reference classifiers learn without epochs")
    source = Provenance(
        "learning curves",
        data=manifests[0].dataset_sha256 if len({run.dataset_sha256 for run in manifests}) == 1 else "",
        weights={run.id: run.hashes.get("onnx", "") for run in manifests},
        parameters={"runs": [run.id for run in manifests]},
        versions=manifests[0].versions,
    )
    drawn = [
        Arm(
            arm.label if len(arm.runs) > 1 else named[arm.runs[0].id],
            tuple(run_curve(run.id, named[run.id], run.history) for run in arm.runs),
        )
        for arm in group_arms(library.store(), manifests)
    ]
    return replace(arm_curves(drawn, sides=("validation", "training")), provenance=source)


def baselines(runs: Sequence[RunManifest]) -> tuple[RunManifest, ...]:
    """Return the newest baseline runs on the data and split of the first run: all seeds of their arm."""
    first = runs[0]
    kin = [
        run
        for run in library.runs(first.dataset).entries
        if run.model == BASELINE
        and run.split == first.split
        and run.target == first.target
        and not run.control
    ]
    newest = group_arms(library.store(), kin)[:1]
    return newest[0].runs if newest else ()


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _compared.clear()
    _gathered.clear()


def _meant(identifier: str) -> tuple[RunManifest, ...]:
    """Return the run of an id, or the runs of the experiment of this id."""
    try:
        return (library.run(identifier),)
    except NotFoundError as error:
        try:
            experiment = library.store().experiments.read(identifier, ExperimentManifest)
        except HeedError:
            raise error from None
    found = runs_of(library.store(), experiment)
    if not found:
        raise NotFoundError(f"the experiment {experiment.name or identifier!s:.80} has no run yet")
    return tuple(sorted(found, key=lambda run: (run.created, run.seed)))


def _compare(manifests: Sequence[RunManifest], part: str, target: str) -> Compared:
    found = gathered(manifests, part, target)
    try:
        result, refused = compare_runs(found.runs, found.majority[0]), ""
    except DataError as error:
        alone = [compare_runs([run], code) for run, code in zip(found.runs, found.majority, strict=True)]
        result, refused = _beside(alone), str(error)
    versions = manifests[0].versions
    return Compared(replace(result, provenance=replace(result.provenance, versions=versions)), refused)


def _beside(alone: Sequence[Comparison]) -> Comparison:
    """Put scores of runs that were tested on different samples beside each other, without tests."""
    rates = {found.majority_rate for found in alone}
    counts = {found.samples for found in alone}
    first = alone[0].provenance
    scores = tuple(score for found in alone for score in found.scores)
    return Comparison(
        scores=scores,
        tests=(),
        majority_rate=rates.pop() if len(rates) == 1 else float("nan"),
        samples=max(counts),
        provenance=replace(
            first,
            data="",
            weights={run: digest for found in alone for run, digest in found.provenance.weights.items()},
            parameters={**first.parameters, "data": [found.provenance.data for found in alone]},
        ),
        arms=tuple(
            replace(arm, key=score.run, label=score.label)
            for found, score in zip(alone, scores, strict=True)
            for arm in found.arms
        ),
        per_step=any(found.per_step for found in alone),
        windows=max(found.windows for found in alone),
    )


def _short(run: RunManifest) -> str:
    given = run.name != f"{run.model} on {run.dataset_name}"[:120]
    return run.name if run.name and given else f"{run.model}, seed {run.seed}"
