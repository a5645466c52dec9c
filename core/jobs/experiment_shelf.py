"""Experiments on disk: their manifest, and how they go to the trash and back with their runs."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Literal

from pydantic import ValidationError, model_validator

from core.errors import NotFoundError, StoreError
from core.jobs.plans import Arm, ExperimentPlan, Member
from core.models.manifest import RunManifest
from core.store import Manifest, Store
from core.store.files import read_json
from core.store.manifest import MANIFEST


class ExperimentManifest(Manifest):
    """An experiment as it was asked for; replaced as a whole when seeds are added, and at no other time.

    Attributes:
        dataset: Id of the dataset; "" when a source makes it.
        plan: What was asked for; None for an experiment of an earlier Heed.
        arms: The arms it came to, each with all its settings and its label.
        members: Its trainings in the order of the queue.
        queue: Where its jobs wait.
    """

    kind: str = "experiment"
    dataset: str = ""
    dataset_name: str = ""
    plan: ExperimentPlan | None = None
    arms: tuple[Arm, ...]
    members: tuple[Member, ...]
    queue: Literal["train", "here"] = "train"

    @model_validator(mode="before")
    @classmethod
    def _controls_by_arm(cls, plain: Any) -> Any:
        """Read a plan of an earlier Heed, which said of all its arms at once that they are controls."""
        plan = plain.get("plan") if isinstance(plain, dict) else None
        if not isinstance(plan, dict) or "control" not in plan:
            return plain
        plan = dict(plan)
        also = {"control": True} if plan.pop("control") else {}
        arms = [{**arm, **also} for arm in plan.get("arms", ())]
        return {
            **plain,
            "plan": {**plan, "arms": arms},
            "arms": [{**arm, **also} for arm in plain.get("arms", ())],
        }

    @model_validator(mode="before")
    @classmethod
    def _of_one_arm(cls, plain: Any) -> Any:
        """Read an experiment of an earlier Heed, which named one model, its seeds, and the job of each."""
        if not isinstance(plain, dict) or "arms" in plain or "runs" not in plain:
            return plain
        members = [
            {"id": id, "seed": seed} for id, seed in zip(plain["runs"], plain.get("seeds", ()), strict=True)
        ]
        arm = {"model": plain.get("model"), "settings": plain.get("settings"), "label": plain.get("model")}
        return {**plain, "arms": [arm], "members": members}

    @model_validator(mode="after")
    def _known_arms(self) -> "ExperimentManifest":
        if not all(member.arm < len(self.arms) for member in self.members):
            raise ValueError("every member must belong to an arm")
        return self

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in the order in which they were asked for."""
        return tuple(dict.fromkeys(member.seed for member in self.members))

    @property
    def folds(self) -> tuple[int, ...]:
        """The folds that are trained."""
        return tuple(dict.fromkeys(member.fold for member in self.members))


def runs_of(store: Store, manifest: ExperimentManifest) -> tuple[RunManifest, ...]:
    """Return the runs in the store that belong to an experiment, newest first."""
    names = {member.id for member in manifest.members}
    listed = store.runs.list(RunManifest).entries
    return tuple(run for run in listed if run.id in names or run.experiment == manifest.id)


def partial_runs(store: Store, manifest: ExperimentManifest) -> tuple[str, ...]:
    """Return the runs that unfinished trainings of an experiment have left beside the finished ones."""
    members = {member.id for member in manifest.members}
    found = runs_of(store, manifest)
    return tuple(run.id for run in found if run.state != "done" and run.id not in members)


def unsubmitted(store: Store, manifest: ExperimentManifest) -> tuple[Member, ...]:
    """Return the trainings that were never written down, since a process died."""
    return tuple(
        member
        for member in manifest.members
        if not (store.jobs.path / member.id).exists()
        and not (store.runs.path / member.id).exists()
        and not (store.trash / f"run-{member.id}").exists()
    )


def discard(store: Store, id: str) -> int:
    """Move an experiment and its runs to the trash and return how many runs went.

    The experiment goes first: should the process die, the same call moves the runs that are left.
    """
    if id in store.experiments.trashed():
        return _discard_runs(store, id, left_behind(store).get(id, ()))
    try:
        manifest: ExperimentManifest | None = store.experiments.read(id, ExperimentManifest)
    except StoreError:
        manifest = None  # damaged, which must not hinder its deletion; its runs stay
    store.experiments.delete(id)
    return 0 if manifest is None else _discard_runs(store, id, [run.id for run in runs_of(store, manifest)])


def left_behind(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the runs that a deletion has not moved to the trash, by the experiment that is there already.

    One that was restored alone since is none of them: its directory was touched then.
    """
    deleted = {id: _deleted_at(store, id) for id in store.experiments.trashed()}
    found: dict[str, tuple[str, ...]] = {}
    for run in store.runs.list(RunManifest).entries if deleted else ():
        with suppress(FileNotFoundError):  # deleted a moment ago
            changed = (store.runs.path / run.id).stat().st_mtime_ns
            if changed <= deleted.get(run.experiment, 0):
                found[run.experiment] = (*found.get(run.experiment, ()), run.id)
    return found


def bring_back(store: Store, id: str) -> int:
    """Bring an experiment and the runs that were deleted with it back; return how many runs came.

    The experiment comes last: should the process die, the same call brings what is left.

    Raises:
        NotFoundError: If it is not in the trash.
    """
    if id not in store.experiments.trashed():
        raise NotFoundError(f"the trash holds no experiment {id[:60]!r}")
    deleted = _deleted_at(store, id)
    there = set(store.runs.ids())
    count = 0
    for run in store.runs.trashed():
        place = store.trash / f"run-{run}"
        # Runs that were deleted alone went before their experiment.
        if run not in there and place.stat().st_mtime_ns >= deleted and _belongs(store, run, id):
            store.runs.restore(run)
            count += 1
    store.experiments.restore(id)
    return count


def _discard_runs(store: Store, experiment: str, runs: Iterable[str]) -> int:
    """Move runs to the trash at the time of their experiment, by which a cut-off deletion can be told."""
    count = 0
    deleted = _deleted_at(store, experiment)
    for run in runs:
        with suppress(NotFoundError):  # deleted alone a moment ago
            store.runs.delete(run, deleted)
            count += 1
    return count


def _deleted_at(store: Store, experiment: str) -> int:
    return (store.trash / f"experiment-{experiment}").stat().st_mtime_ns


def _belongs(store: Store, run: str, experiment: str) -> bool:
    try:
        found = RunManifest.model_validate(read_json(store.trash / f"run-{run}" / MANIFEST))
    except (StoreError, ValidationError):
        return False
    return found.experiment == experiment
