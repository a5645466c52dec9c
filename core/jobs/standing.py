"""How an experiment stands: its trainings, what its arms reach so far, the time that is left."""

import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.jobs.experiment_shelf import ExperimentManifest, runs_of, unsubmitted
from core.jobs.records import ENDED, Job
from core.jobs.spreads import ArmSummary, best_arm, summaries
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store

if TYPE_CHECKING:
    import pandas as pd

MISSING = "missing"  # trained, and its run was deleted since
UNSUBMITTED = "unsubmitted"  # never written down, since a process died: resume writes it
DAMAGED = "damaged"
_AT_WORK = ("queued", "starting", "running")


@dataclass(frozen=True)
class MemberStatus:
    """One training of an experiment as it stands.

    Attributes:
        id: Id of its job; its finished run has the same.
        arm: Place of its arm, whose name is `label`.
        fold: Which fold, from 0.
        state: A state of jobs, or "missing" if its run was deleted, "unsubmitted" if it was never written
            down, "damaged" if its record can't be read.
        message: What it does, or why it ended.
        position: Place in the queue, from 1; None when it does not wait.
        run: Id of its run in the store, "" without: of a cancelled training the one with the best weights.
        metrics: What the run reaches, by part and name.
        epochs: Passes that were made, None without a run; `seconds` is how long they took.
        fraction: How far it is, from 0 to 1.
    """

    id: str
    arm: int
    label: str
    model: str
    seed: int
    fold: int
    state: str
    fraction: float = 0.0
    message: str = ""
    eta_seconds: float | None = None
    position: int | None = None
    cancelling: bool = False
    run: str = ""
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    epochs: int | None = None
    seconds: float | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing happens any more unless somebody resumes it."""
        return self.state not in _AT_WORK

    @property
    def resumable(self) -> bool:
        """Whether resuming the experiment trains it."""
        return self.state in (ENDED - {"done"}) | {UNSUBMITTED}


@dataclass(frozen=True)
class ExperimentStatus:
    """An experiment as it stands.

    Attributes:
        manifest: What was asked for, with edits of name and notes.
        members: Its trainings in the order in which they were asked for.
        arms: What each arm reaches so far, in the order of the plan.
        counts: Trainings by state.
        fraction: How far the whole is, from 0 to 1.
        seconds_left: Time left on the slots, estimated from those that have ended; None without.
        best: Place of the arm with the lowest mean validation loss so far, controls apart; None without.
    """

    manifest: ExperimentManifest
    members: tuple[MemberStatus, ...]
    arms: tuple[ArmSummary, ...]
    counts: Mapping[str, int]
    fraction: float
    seconds_left: float | None
    best: int | None
    provenance: Provenance

    @property
    def id(self) -> str:
        """The experiment."""
        return self.manifest.id

    @property
    def ended(self) -> bool:
        """Whether all trainings have ended."""
        return all(member.ended for member in self.members)

    @property
    def resumable(self) -> bool:
        """Whether there is a training that ended early."""
        return any(member.resumable for member in self.members)

    @property
    def state(self) -> str:
        """The whole in one word: queued, running, done, or incomplete when trainings ended early."""
        if any(self.counts.get(name) for name in ("starting", "running")):
            return "running"
        if self.counts.get("queued"):
            return "running" if self.counts.get("done") else "queued"
        return "incomplete" if self.resumable else "done"

    @property
    def runs(self) -> tuple[str, ...]:
        """Ids of the finished runs that are in the store, in the order of the members."""
        return tuple(member.run for member in self.members if member.run and member.state == "done")

    @property
    def ranked(self) -> tuple[ArmSummary, ...]:
        """The arms by mean validation loss, the lowest first; those without one, and controls, at the end."""
        return tuple(sorted(self.arms, key=lambda arm: (arm.control, arm.validation_loss, arm.arm)))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a training and part; one without numbers for a training that has no run."""
        import pandas as pd

        rows = []
        for member in self.members:
            facts = {
                "arm": member.label,
                "model": member.model,
                "seed": member.seed,
                "fold": member.fold,
                "state": member.state,
                "run": member.run,
            }
            parts = member.metrics or {"": {}}
            rows += [{**facts, "part": part, **_numbers(values)} for part, values in parts.items()]
        return pd.DataFrame(rows)


def status_of(
    store: Store, manifest: ExperimentManifest, jobs: Sequence[Job], slots: int = 0
) -> ExperimentStatus:
    """Return how an experiment stands.

    Args:
        store: The store.
        manifest: The experiment.
        jobs: All jobs of the store.
        slots: How many trainings run side by side; what the runner takes unless given.
    """
    runs = {run.id: run for run in runs_of(store, manifest)}
    lacking = {member.id for member in unsubmitted(store, manifest)}
    by_id = {job.id: job for job in jobs}
    members = []
    for member in manifest.members:
        job = by_id.get(member.id)
        run = _run_of(member.id, job, runs)
        arm = manifest.arms[member.arm]
        known = MemberStatus(
            id=member.id,
            arm=member.arm,
            label=arm.label or arm.model,
            model=arm.model,
            seed=member.seed,
            fold=member.fold,
            **_progress(job, run, member.id in lacking),
            **({} if run is None else _reached(run)),
        )
        members.append(known)
    told = [by_id[member.id] for member in members if member.id in by_id]
    arms = summaries(manifest, members)
    return ExperimentStatus(
        manifest=manifest,
        members=tuple(members),
        arms=arms,
        counts=dict(Counter(member.state for member in members)),
        fraction=_fraction(members),
        seconds_left=seconds_left(told, slots or usual_slots()),
        best=best_arm(arms),
        provenance=Provenance(
            what="experiment",
            data=next((run.dataset_sha256 for run in runs.values()), ""),
            weights={run.id: run.hashes.get("onnx", "") for run in runs.values()},
            parameters={} if manifest.plan is None else manifest.plan.model_dump(mode="json"),
            versions=next((run.versions for run in runs.values()), {}),
        ),
    )


def seconds_left(jobs: Sequence[Job], slots: int) -> float | None:
    """Return how long the rest takes on some slots, from how long the jobs took that have ended.

    Those that run tell by themselves how long they take where they can. None when there is nothing to tell
    it from, or nothing left.
    """
    left = [job for job in jobs if not job.state.ended_for_now]
    if not left:
        return None
    took = [_seconds(job) for job in jobs if job.state.state == "done"]
    known = [seconds for seconds in took if seconds is not None]
    running = [job for job in left if job.state.state == "running"]
    known += [
        job.state.eta_seconds / (1 - job.state.fraction)
        for job in running
        if not known and job.state.eta_seconds is not None and job.state.fraction < 1
    ]
    if not known:
        return None
    usual = sum(known) / len(known)
    rest = [_rest(job, usual) for job in left]
    return max(sum(rest) / max(1, min(slots, len(left))), *rest)


def usual_slots() -> int:
    """Return how many trainings the runner executes side by side."""
    given = os.environ.get("HEED_SLOTS", "")
    return max(1, int(given)) if given.isdecimal() else os.cpu_count() or 1


def _rest(job: Job, usual: float) -> float:
    if job.state.state != "running":
        return usual
    own = job.state.eta_seconds
    return usual * (1 - job.state.fraction) if own is None else own


def _seconds(job: Job) -> float | None:
    if job.state.started is None or job.state.ended is None:
        return None
    return (job.state.ended - job.state.started).total_seconds()


def _run_of(member: str, job: Job | None, runs: Mapping[str, RunManifest]) -> RunManifest | None:
    named = "" if job is None else str(job.state.result.get("run", ""))
    return runs.get(named or member) or runs.get(member)


def _progress(job: Job | None, run: RunManifest | None, lacking: bool) -> dict[str, Any]:
    """Return how far a member is, from its job; from its run where the job is gone."""
    if job is None:
        finished = run is not None and run.state == "done"
        name = "done" if finished else UNSUBMITTED if lacking else DAMAGED
        return {"state": name, "fraction": float(finished)}
    state = job.state
    return {
        "state": MISSING if state.state == "done" and run is None else state.state,
        "fraction": state.fraction,
        "message": state.message if state.error is None else state.error.message,
        "eta_seconds": state.eta_seconds,
        "position": job.position,
        "cancelling": job.cancelling,
    }


def _reached(run: RunManifest) -> dict[str, Any]:
    return {"run": run.id, "metrics": run.metrics, "epochs": run.epochs, "seconds": run.seconds}


def _fraction(members: Sequence[MemberStatus]) -> float:
    return sum(1.0 if member.ended else member.fraction for member in members) / max(1, len(members))


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    low, high = values.get("accuracy_interval") or (math.nan, math.nan)
    kept = {name: value for name, value in values.items() if isinstance(value, int | float)}
    return {**kept, "accuracy_low": low, "accuracy_high": high} if values else {}
