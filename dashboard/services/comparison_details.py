"""What the page Compare asks beyond scores: agreement, difficulty of classes, several targets, cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.errors import DataError
from core.evaluation import part_metrics
from core.evaluation.agreement import Agreement, agreement
from core.evaluation.arms import RunArm, group_arms
from core.evaluation.costs import CostComparison, compare_costs
from core.evaluation.difficulty import ClassDifficulty, class_difficulty
from core.evaluation.scores import ComparedRun
from core.evaluation.stored import stored_predictions
from core.evaluation.targets import TargetComparison, compare_targets
from core.models.manifest import RunManifest
from dashboard.services import comparison, library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import dataset_of

MOST_AGREEING = 40  # runs beside each other in one table

_measures = AnswerCache(100)


@dataclass(frozen=True)
class Looked:
    """Which runs a detail is about.

    Attributes:
        runs: Ids of runs and experiments to compare.
        dataset: Id of the dataset.
        target: Name of the target, "" for the first.
        arm: Key of the arm that is looked at, "" for the first.
    """

    runs: tuple[str, ...]
    dataset: str | None
    target: str = ""
    arm: str = ""


def agreement_of(asked: Looked) -> Agreement:
    """Return how far the runs to compare agree; runs of one fold where there are several."""
    manifests = comparison.chosen(asked.runs, asked.dataset)
    found = comparison.gathered(manifests, target=asked.target).runs
    folds = {run.fold for run in found}
    kept = [run for run in found if run.fold == found[0].fold] if None not in folds else found
    return agreement(kept[:MOST_AGREEING])


def one_of_each_arm(found: Agreement) -> Agreement:
    """Return the same of the first run of each arm."""
    arms = group_arms(library.store(), [library.run(run) for run in found.runs])
    places = np.array(sorted(found.runs.index(arm.runs[0].id) for arm in arms))
    pairs = np.ix_(places, places)
    return replace(
        found,
        runs=tuple(found.runs[place] for place in places),
        labels=tuple(found.labels[place] for place in places),
        same=found.same[pairs],
        kappa=found.kappa[pairs],
        only=found.only[pairs],
    )


def difficulty_of(asked: Looked) -> ClassDifficulty:
    """Return how hard each class is for the arm that is looked at."""
    arm = arm_of(asked)
    return class_difficulty(_runs_of(asked, arm), arm.label)


def targets_of(asked: Looked) -> TargetComparison:
    """Return the targets of the arm that is looked at beside each other.

    Raises:
        DataError: If its runs have learnt one target only.
    """
    arm = arm_of(asked)
    names = arm.runs[0].targets
    if len(names) < 2:
        raise DataError(
            f"{arm.label:.60} has learnt one target only: train a model on several targets to compare them"
        )
    by_target = {name: comparison.gathered(arm.runs, target=name) for name in names}
    runs = [{name: by_target[name].runs[place] for name in names} for place in range(len(arm.runs))]
    return compare_targets(runs, {name: by_target[name].majority[0] for name in names}, arm.label)


def costs_of(asked: Looked) -> CostComparison:
    """Return what the arms to compare cost beside what they reach."""
    manifests = comparison.chosen(asked.runs, asked.dataset)
    found = comparison.compare(asked.runs, asked.dataset, target=asked.target).comparison
    return compare_costs(found.arms, manifests, found.provenance, found.samples)


def measures_of(run: RunManifest) -> Mapping[str, Mapping[str, Any]]:
    """Return the measures of a run by part; those an older run did not store are computed, once."""
    if all("balanced_accuracy" in metrics for metrics in run.metrics.values()):
        return run.metrics
    found: Mapping[str, Mapping[str, Any]] = _measures.get(run.id, lambda: _measured(run))
    return found


def arm_of(asked: Looked) -> RunArm:
    """Return the arm that is looked at; the first one for a key that none has."""
    found = comparison.arms(asked.runs, asked.dataset)
    return next((arm for arm in found if arm.key == asked.arm), found[0])


def shared_targets(manifests: Sequence[RunManifest]) -> tuple[str, ...]:
    """Return the targets that all runs have learnt, in the order of the first run."""
    return tuple(name for name in manifests[0].targets if all(name in run.targets for run in manifests))


def _measured(run: RunManifest) -> dict[str, dict[str, Any]]:
    dataset, found = dataset_of(run), {}
    for part, known in run.metrics.items():
        stored = stored_predictions(library.store(), run, dataset, part)
        anew = part_metrics(stored.predictions.probabilities, stored.predictions.actual, stored.majority)
        found[part] = {**anew.plain(), **known}
    return found


def _runs_of(asked: Looked, arm: RunArm) -> list[ComparedRun]:
    manifests = comparison.chosen(asked.runs, asked.dataset)
    wanted = set(arm.ids)
    found = comparison.gathered(manifests, target=asked.target).runs
    return [run for run in found if run.run in wanted]
