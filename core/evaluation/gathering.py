"""Runs of a store made ready for a comparison: their stored predictions, their arms, what to call them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.data import Dataset
from core.evaluation.arms import group_arms
from core.evaluation.scores import ComparedRun
from core.evaluation.stored import StoredPredictions, stored_predictions
from core.models.manifest import RunManifest
from core.store import Store


@dataclass(frozen=True, eq=False)
class Gathered:
    """Runs that are to be compared.

    Attributes:
        runs: One entry a run, in the order asked for.
        majority: The most frequent training class of each.
    """

    runs: tuple[ComparedRun, ...]
    majority: tuple[int, ...]


def gather(
    store: Store,
    manifests: Sequence[RunManifest],
    labels: Mapping[str, str],
    opened: Callable[[RunManifest], Dataset],
    part: str = "test",
    target: str = "",
) -> Gathered:
    """Return runs with their predictions on a part, grouped into arms.

    Args:
        store: Where they are.
        manifests: The runs.
        labels: What to call each.
        opened: Gives the dataset of a run.
        part: Part of their datasets.
        target: Name of the target; the first one of each run unless given.
    """
    arms = {
        run.id: (arm, fold)
        for arm in group_arms(store, manifests)
        for run, fold in zip(arm.runs, arm.folds, strict=True)
    }
    runs, majority = [], []
    for manifest in manifests:
        found = stored_predictions(store, manifest, opened(manifest), part, target)
        arm, fold = arms[manifest.id]
        runs.append(
            ComparedRun(
                run=manifest.id,
                label=labels[manifest.id],
                predictions=found.predictions,
                model=manifest.model,
                seed=manifest.seed,
                data=manifest.dataset_sha256,
                weights=manifest.hashes.get("onnx", ""),
                windows=found.windows,
                samples=found.samples,
                arm=arm.key,
                arm_label=arm.label,
                fold=fold,
                trained_on=found.trained_on,
                area=_area(manifest, found, part),
            )
        )
        majority.append(found.majority)
    return Gathered(tuple(runs), tuple(majority))


def _area(manifest: RunManifest, found: StoredPredictions, part: str) -> float | None:
    """Return the area that was measured when the run was published, if it is of these samples."""
    measured = manifest.metrics if found.target == manifest.target else None
    metrics = (measured or manifest.target_metrics.get(found.target, {})).get(part, {})
    known = int((found.predictions.actual >= 0).sum())
    return metrics.get("auc") if metrics.get("samples") == known else None
