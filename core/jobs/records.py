"""A job as it is written down: what was asked, how it stands, and which changes are legal."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.errors import JobError

StateName = Literal["queued", "starting", "running", "done", "failed", "cancelled", "interrupted"]

ACTIVE: frozenset[str] = frozenset({"starting", "running"})
ENDED: frozenset[str] = frozenset({"done", "failed", "cancelled", "interrupted"})
RESUMABLE: frozenset[str] = ENDED - {"done"}

# A state that is not named on the right of another can't follow it.
FOLLOWS: Mapping[str, frozenset[str]] = {
    "queued": frozenset({"starting", "running", "failed", "cancelled"}),
    "starting": frozenset({"queued", "running", "failed", "cancelled", "interrupted"}),
    "running": ENDED | {"running"},
    "done": frozenset(),
    "failed": frozenset({"queued"}),
    "cancelled": frozenset({"queued"}),
    "interrupted": frozenset({"queued"}),
}


class ConflictError(JobError):
    """Somebody else changed the job's state first."""

    kind = "job"


class JobProcess(BaseModel):
    """The process that executes a job; its time of creation tells it from a later one of the same number."""

    model_config = ConfigDict(frozen=True)

    pid: int
    create_time: float


class Problem(BaseModel):
    """Why a job did not end well, in words for its owner."""

    model_config = ConfigDict(frozen=True)

    kind: str
    message: str


class JobSpec(BaseModel):
    """What was asked for; never changes.

    Attributes:
        kind: Name in `core.jobs.kinds.KINDS`.
        payload: Plain values for the function of this kind.
        title: What lists show.
        owner: Who asked.
        nonce: Two submissions of one owner with the same nonce are one job.
        queue: "train" waits for one of the slots, "quick" has one more slot of its own, "here" is executed by
            the process that submits it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(max_length=60)
    payload: dict[str, Any] = Field(default_factory=dict)
    title: str = Field(default="", max_length=300)
    owner: str = Field(default="local", max_length=200)
    nonce: str = Field(default="", max_length=200)
    queue: Literal["train", "quick", "here"] = "train"


class JobState(BaseModel):
    """How a job stands; every change raises the version by one.

    Attributes:
        fraction: How far it is, from 0 to 1.
        eta_seconds: How long the rest takes, estimated; None when there is nothing to tell it from.
        stopping: Whether the job has seen the wish to cancel and is on its way out.
        result: What it made, for example {"run": id}; of a cancelled job what is usable all the same.
        attempt: 1 the first time, one more after each resume.
        sequence: The order of the queue.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: StateName = "queued"
    version: int = 1
    fraction: float = 0.0
    message: str = ""
    eta_seconds: float | None = None
    submitted: datetime
    started: datetime | None = None
    updated: datetime
    ended: datetime | None = None
    result: dict[str, Any] = Field(default_factory=dict)
    error: Problem | None = None
    process: JobProcess | None = None
    stopping: bool = False
    attempt: int = 1
    sequence: int = 0

    @property
    def active(self) -> bool:
        """Whether a process has the job in hand."""
        return self.state in ACTIVE

    @property
    def ended_for_now(self) -> bool:
        """Whether nothing happens any more unless somebody resumes it."""
        return self.state in ENDED

    def followed_by(self, **changes: Any) -> "JobState":
        """Return the next state; JobError if it can't follow this one."""
        name = changes.get("state", self.state)
        if name not in FOLLOWS[self.state] and (name != self.state or self.state in ENDED):
            raise ConflictError(f"a job that is {self.state} can't become {name}")
        now = datetime.now(UTC)
        plain = {**self.model_dump(), **changes, "version": self.version + 1, "updated": now}
        if name in ENDED:
            plain |= {"ended": now, "eta_seconds": None}
        return JobState.model_validate(plain)


class Job(BaseModel):
    """One job as lists show it.

    Attributes:
        position: Place in its queue, from 1; None when it does not wait.
        cancelling: Whether somebody asked it to stop and it has not stopped yet.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    spec: JobSpec
    state: JobState
    position: int | None = None
    cancelling: bool = False

    @property
    def resumable(self) -> bool:
        """Whether it can go back to its queue."""
        return self.state.state in RESUMABLE


def new_state(sequence: int) -> JobState:
    """Return the state of a job just submitted."""
    now = datetime.now(UTC)
    return JobState(submitted=now, updated=now, sequence=sequence)


def damaged_state() -> JobState:
    """Return what stands for a state that can't be read: the job does not run, and may be resumed."""
    epoch = datetime.fromtimestamp(0, UTC)
    problem = Problem(kind="store", message="the record of this job is damaged")
    return JobState(state="interrupted", version=0, submitted=epoch, updated=epoch, error=problem)


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def plain_text(text: str, limit: int = 2000) -> str:
    """Return text fit for a record: no control characters, not longer than a screen."""
    return _CONTROLS.sub(" ", text)[:limit]
