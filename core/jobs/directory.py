"""One job's directory: the files that are the truth about it."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import StoreError
from core.jobs.locks import holding, is_held
from core.jobs.records import ConflictError, JobSpec, JobState, damaged_state
from core.store import FileLock, Manifest, Store, new_id
from core.store.disk import open_read
from core.store.files import append_line, read_json, read_lines, write_json

SPEC = "job.json"
STATE = "state.json"
ROWS = "metrics.jsonl"
LOG = "log.txt"
CANCEL = "cancel"
LOCK = "lock"
STATE_LOCK = "state.lock"
SCRATCH = "scratch"

Rows = tuple[list[dict[str, Any]], int]

M = TypeVar("M", bound=BaseModel)


class JobDirectory:
    """Reads and changes the files of one job.

    job.json never changes; state.json changes by comparing its version under a lock; `lock` is held by the
    process that executes the job, so the kernel says whether it lives; `cancel` exists once somebody asked
    for an end; scratch/ keeps checkpoints from one attempt to the next.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / LOG

    @property
    def id(self) -> str:
        """The job's id."""
        return self.path.name

    def spec(self) -> JobSpec:
        """Return what was asked for; StoreError if it can't be read."""
        return self._read(SPEC, JobSpec)

    def state(self) -> JobState:
        """Return how the job stands; StoreError if it can't be read."""
        return self._read(STATE, JobState)

    def state_or_damaged(self) -> JobState:
        """Return how the job stands, or the state that stands for a damaged one."""
        try:
            return self.state()
        except StoreError:
            return damaged_state()

    def change(self, seen: JobState, **changes: Any) -> JobState:
        """Write the state that follows the one that was seen.

        Raises:
            ConflictError: If somebody else changed it since, or the change is not legal.
            StoreError: If it can't be written.
        """
        with holding(FileLock(self.path / STATE_LOCK)):
            present = self.state_or_damaged()
            # A damaged record (version 0) is repaired by whoever still knows the state.
            if present.version not in {seen.version, 0}:
                raise ConflictError(f"job {self.id} has changed: it is {present.state} now")
            following = seen.followed_by(**changes)
            write_json(self.path / STATE, following.model_dump(mode="json"))
            return following

    def request_cancel(self) -> None:
        """Ask the executing process to stop."""
        (self.path / CANCEL).touch(mode=0o600)

    def forget_cancel(self) -> None:
        """Take back that somebody asked for an end: the job is resumed."""
        (self.path / CANCEL).unlink(missing_ok=True)

    def cancel_requested(self) -> bool:
        """Return whether somebody asked for an end."""
        return (self.path / CANCEL).exists()

    def lock(self) -> FileLock:
        """Return the lock whose holder executes the job."""
        return FileLock(self.path / LOCK)

    def alive(self) -> bool:
        """Return whether a process executes the job."""
        return is_held(self.path / LOCK)

    def scratch(self) -> Path:
        """Return the directory for checkpoints, made when missing."""
        path = self.path / SCRATCH
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def append_row(self, row: dict[str, Any]) -> None:
        """Add one row of metrics."""
        append_line(self.path / ROWS, row)

    def rows(self, offset: int = 0) -> Rows:
        """Return the whole rows from a byte offset on, and the offset to go on from."""
        return read_lines(self.path / ROWS, offset)

    def log_text(self, limit: int = 20_000) -> str:
        """Return the end of the job's log."""
        if not self.log.exists():
            return ""
        with open_read(self.log) as file:
            file.seek(max(0, self.log.stat().st_size - limit))
            return file.read(limit).decode("utf-8", "replace")

    def _read(self, name: str, model: type[M]) -> M:
        try:
            return model.model_validate(read_json(self.path / name))
        except ValidationError as error:
            raise StoreError(f"{name} of job {self.id} is damaged: {error.error_count()} fields") from error


def create_directory(store: Store, spec: JobSpec, state: JobState, id: str = "") -> str:
    """Make a job's directory appear whole, by one rename, and return its id: the given one, or a new one."""
    manifest = Manifest(id=id or new_id(), name=spec.title[:120], owner=spec.owner)
    with store.jobs.publish(manifest) as staging:
        staging.save_json(SPEC, spec.model_dump(mode="json"))
        staging.save_json(STATE, state.model_dump(mode="json"))
    return manifest.id
