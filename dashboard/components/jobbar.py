"""Jobs at the bottom of every page: what runs, how far it is, how to stop it."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.errors import HeedError
from core.jobs import Job
from dashboard.components.cards import button, progress
from dashboard.components.format import counted, duration
from dashboard.components.notices import notify, sentence
from dashboard.services import jobs

LISTED = 60
ACTIVE = frozenset({"queued", "starting", "running"})
UNSEEN = "inspect"
"""Kind of the jobs that look at a file: quick, large in what they find, shown where they were asked for."""


def is_active(job: Job) -> bool:
    """Say whether a job waits or runs."""
    return job.state.state in ACTIVE


def plain(job: Job) -> dict[str, Any]:
    """Return a job as plain values, as the store ``Id.JOBS`` holds it."""
    state = job.state
    return {
        "id": job.id,
        "kind": job.spec.kind,
        "title": job.spec.title or job.spec.kind,
        "state": state.state,
        "fraction": round(state.fraction, 4),
        "message": state.error.message if state.error else state.message,
        "eta": state.eta_seconds,
        "position": job.position,
        "submitted": state.submitted.isoformat(),
        "result": state.result,
        "cancelling": job.cancelling,
        "attempt": state.attempt,
        "experiment": str(job.spec.payload.get("experiment") or ""),
    }


def status(job: Job) -> str:
    """Say how a job stands, in one short phrase: epoch 12 of 40, about 50 s left."""
    state = job.state
    if job.cancelling:
        return "stopping"
    if state.state == "queued":
        return f"waiting, number {job.position} in the queue" if job.position else "waiting"
    pieces = [state.message or state.state]
    if state.eta_seconds is not None:
        pieces.append(f"about {duration(max(1, round(state.eta_seconds)))} left")
    return ", ".join(pieces)


def underway(job: Job) -> list[Any]:
    """Return how a job stands and its progress, for the place where it was asked for."""
    return [status(job), progress(job.state.fraction, job.spec.title)]


def failure(job: Job) -> str:
    """Return why a job ended without what was asked for, as a sentence."""
    state = job.state
    problem = state.error.message if state.error else f"It was {state.state}."
    return problem[:1].upper() + problem[1:]


def stop_asked(clicks: Any, asked: Any, *kinds: str) -> None:
    """Cancel the job that a section's store names, when its button was clicked; what fails is noticed."""
    if not clicks or not isinstance(asked, dict):
        return
    try:
        jobs.stop(asked.get("job"), *kinds)
    except HeedError as error:
        notify(sentence(error), kind="error")


def bar(known: Sequence[Job]) -> list[Any]:
    """Return the content of the job bar: nothing, one line, or one line and a fold with the others."""
    running = [job for job in known if job.state.state in {"starting", "running"}]
    waiting = [job for job in known if job.state.state == "queued"]
    shown = [*reversed(running), *reversed(waiting)]
    if not shown:
        return []
    lines = [_line(job) for job in shown]
    if len(lines) == 1:
        return lines
    words = [counted(len(running), "job") + " running"] if running else []
    words += [f"{len(waiting)} waiting"] if waiting else []
    rest = html.Details([html.Summary(", ".join(words)), html.Div(lines[1:])], className="job-rest")
    return [lines[0], rest]


def _line(job: Job) -> html.Div:
    title = job.spec.title or job.spec.kind
    cancel = button(
        "Cancel",
        id={"type": "job-cancel", "job": job.id},
        kind="quiet",
        disabled=job.cancelling,
        **{"aria-label": f"Cancel {title}"},
    )
    return html.Div(
        [
            html.Span(title, className="job-title"),
            html.Span(status(job), className="job-status"),
            progress(job.state.fraction, f"Progress of {title}"),
            cancel,
        ],
        className="job-line",
    )
