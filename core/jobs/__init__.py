"""Train, make and import as durable steps with progress; the runner that executes them."""

from core.jobs.body import execute
from core.jobs.context import Cancelled, JobContext
from core.jobs.desk import JobDesk
from core.jobs.kinds import KINDS
from core.jobs.launch import RunnerOptions
from core.jobs.records import ConflictError, Job, JobProcess, JobSpec, JobState, Problem

__all__ = [
    "KINDS",
    "Cancelled",
    "ConflictError",
    "Job",
    "JobContext",
    "JobDesk",
    "JobProcess",
    "JobSpec",
    "JobState",
    "Problem",
    "RunnerOptions",
    "execute",
]
