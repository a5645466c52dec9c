"""Experiments: trainings that are submitted, watched, cancelled, resumed, deleted and restored as one."""

import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from core.errors import HeedError, JobError, NotFoundError, StoreError
from core.jobs.desk import JobDesk
from core.jobs.experiment_shelf import ExperimentManifest, bring_back, discard, partial_runs, unsubmitted
from core.jobs.locks import holding
from core.jobs.planning import checked
from core.jobs.plans import (
    ExperimentPlan,
    Member,
    checked_seeds,
    derived_id,
    member_title,
    members_of,
    request_of,
    require_size,
)
from core.jobs.records import JobSpec
from core.store import Listing, Store, new_id
from core.store.disk import store_errors, sync_directory
from core.store.files import read_json, write_json
from core.store.manifest import MANIFEST

_LOCK = "experiments"
_PATIENCE = 60.0  # seconds: two hundred jobs take some to write down


class Experiments:
    """The experiments of a store; cheap to build.

    Args:
        desk: Where their trainings are submitted.
    """

    def __init__(self, desk: JobDesk) -> None:
        self.desk = desk
        self.store: Store = desk.store

    def submit(
        self,
        plan: ExperimentPlan,
        nonce: str = "",
        owner: str = "local",
        queue: Literal["train", "here"] = "train",
    ) -> str:
        """Write an experiment and all its jobs down and return its id; the caller has a runner look at them.

        What was begun under the same nonce and not finished, since the process died, is finished.

        Raises:
            SettingsError, DataError, NotFoundError: If the plan can't be trained; nothing is written then.
            JobError: If too many jobs wait; nothing is written then.
            StoreError: If it can't be written; nothing of it stays.
        """
        id = derived_id(f"{owner}/{nonce}") if nonce else new_id()
        ready = None if self._known(id) else checked(self.store, plan)
        with holding(self.store.lock(_LOCK), _PATIENCE):
            if ready is None or self._known(id):
                self._complete(self.get(id))
                return id
            manifest = ExperimentManifest(
                id=id,
                name=plan.name,
                owner=owner,
                dataset=ready.dataset,
                dataset_name=ready.dataset_name,
                plan=plan,
                arms=ready.arms,
                members=ready.members(id),
                queue=queue,
            )
            try:
                # The manifest names the jobs before there are any: who finds it can write those that lack.
                with self.store.experiments.publish(manifest):
                    pass
                self._complete(manifest)
            except HeedError:
                self._undo(manifest)
                raise
        return id

    def get(self, id: str) -> ExperimentManifest:
        """Return an experiment; NotFoundError, or StoreError if it is damaged."""
        return self.store.experiments.read(id, ExperimentManifest)

    def list(self) -> Listing[ExperimentManifest]:
        """Return all experiments, newest first; what is damaged is named."""
        return self.store.experiments.list(ExperimentManifest)

    def cancel(self, id: str) -> int:
        """Ask all trainings that have not ended to stop, the last one first; return how many that were."""
        wanted = {member.id for member in self.get(id).members}
        open_jobs = [job for job in self.desk.list() if job.id in wanted and not job.state.ended_for_now]
        # Those that wait go first: else a slot that becomes free would begin one of them.
        for job in sorted(open_jobs, key=lambda job: (job.state.active, -job.state.sequence)):
            self.desk.cancel(job.id)
        return len(open_jobs)

    def resume(self, id: str) -> tuple[str, ...]:
        """Put all trainings that ended early back into the queue, and write down those that never were.

        One whose run is published is not trained again. The runs that cancelled trainings have left, with the
        best weights so far, go to the trash: the trainings go on and publish their own. Returns the ids of
        what waits now.

        Raises:
            JobError: If too many jobs would wait.
        """
        with holding(self.store.lock(_LOCK), _PATIENCE):
            manifest = self.get(id)
            written = self._complete(manifest)
            partial = partial_runs(self.store, manifest)
            back = self.desk.resume_all([member.id for member in manifest.members])
            for run in partial:
                with suppress(NotFoundError):
                    self.store.runs.delete(run)
        return (*written, *back)

    def add_seeds(self, id: str, seeds: Sequence[int]) -> tuple[str, ...]:
        """Train every arm and fold with further seeds; those that are there already change nothing.

        Returns the ids of the new trainings.

        Raises:
            SettingsError: If there would be too many trainings.
            JobError: If the experiment is of an earlier Heed, or too many jobs wait.
        """
        with holding(self.store.lock(_LOCK), _PATIENCE):
            manifest = self.get(id)
            if manifest.plan is None:
                raise JobError(
                    f"experiment {id} was made by an earlier Heed: submit a new one for more seeds"
                )
            new = tuple(seed for seed in checked_seeds(tuple(seeds)) if seed not in manifest.seeds)
            require_size(len(manifest.arms), len(manifest.seeds) + len(new), len(manifest.folds))
            if not new:
                return self._complete(manifest)
            added = members_of(id, manifest.plan.model_copy(update={"seeds": new}), len(manifest.arms))
            grown = manifest.model_copy(update={"members": (*manifest.members, *added)})
            before = read_json(self.store.experiments.directory(id) / MANIFEST)
            members = [member.model_dump(mode="json") for member in grown.members]
            self._replace(id, {**before, "members": members})
            try:
                return self._complete(grown)
            except HeedError:
                for member in added:
                    self._remove_job(member.id)
                self._replace(id, before)
                raise

    def rename(self, id: str, name: str) -> None:
        """Give an experiment another name; those of its runs stay."""
        self.store.experiments.edit(id, name=name)

    def annotate(self, id: str, notes: str) -> None:
        """Write notes to an experiment."""
        self.store.experiments.edit(id, notes=notes)

    def delete(self, id: str) -> int:
        """Move an experiment and its runs to the trash and return how many runs went.

        Raises:
            JobError: If trainings of it have not ended.
        """
        with holding(self.store.lock(_LOCK), _PATIENCE):
            with suppress(StoreError, NotFoundError):  # damaged, or in the trash already
                wanted = {member.id for member in self.get(id).members}
                busy = sum(job.id in wanted and not job.state.ended_for_now for job in self.desk.list())
                if busy:
                    raise JobError(
                        f"an experiment can be deleted when its trainings have ended; {busy} of"
                        f" {len(wanted)} have not: cancel it first"
                    )
            return discard(self.store, id)

    def restore(self, id: str) -> int:
        """Bring an experiment and the runs that were deleted with it back; return how many runs came."""
        with holding(self.store.lock(_LOCK), _PATIENCE):
            return bring_back(self.store, id)

    def _known(self, id: str) -> bool:
        if id in self.store.experiments.trashed():
            raise JobError(f"experiment {id} is in the trash; `heed restore {id}` brings it back")
        return (self.store.experiments.path / id).exists()

    def _complete(self, manifest: ExperimentManifest) -> tuple[str, ...]:
        """Write down the jobs that lack."""
        lacking = unsubmitted(self.store, manifest)
        if not lacking or manifest.plan is None:
            return ()
        places = {member.id: place for place, member in enumerate(manifest.members)}
        return self.desk.submit_named(
            {member.id: self._spec(manifest, member, places[member.id]) for member in lacking}
        )

    def _spec(self, manifest: ExperimentManifest, member: Member, place: int) -> JobSpec:
        assert manifest.plan is not None  # noqa: S101 - for the types: `_complete` asked
        on = manifest.dataset_name
        request = request_of(manifest.plan, manifest.arms, member, manifest.id, on)
        if manifest.dataset:
            request = request.model_copy(update={"dataset": manifest.dataset})
        return JobSpec(
            kind="train",
            payload=request.model_dump(mode="json"),
            title=member_title(manifest.plan, manifest.arms, member, on),
            owner=manifest.owner,
            nonce=f"{manifest.id}.{place}",
            queue=manifest.queue,
        )

    def _undo(self, manifest: ExperimentManifest) -> None:
        """Take back what could not be written whole; the manifest goes last, since it names the others."""
        for member in manifest.members:
            self._remove_job(member.id)
        with suppress(HeedError, OSError):
            self._remove(self.store.experiments.directory(manifest.id))

    def _remove_job(self, id: str) -> None:
        """Remove a job that waits; one that a slot has taken is asked to stop."""
        with suppress(HeedError, OSError):
            if self.desk.get(id).state.state == "queued":
                self._remove(self.store.jobs.directory(id))
            else:
                self.desk.cancel(id)

    def _replace(self, id: str, plain: dict[str, Any]) -> None:
        """Put another manifest in place of an experiment's, by one rename."""
        # Written in tmp, where it is swept: half a file in the directory itself would be a stranger there.
        path = self.store.tmp / f"experiment-{id}-{secrets.token_hex(4)}.json"
        place = self.store.experiments.directory(id) / MANIFEST
        write_json(path, plain)
        with store_errors("write", place):
            path.replace(place)
        sync_directory(place.parent)

    def _remove(self, directory: Path) -> None:
        """Make a directory disappear by one rename, which needs no space."""
        going = self.store.tmp / f"{directory.name}-{secrets.token_hex(4)}"
        directory.rename(going)
        shutil.rmtree(going, ignore_errors=True)
