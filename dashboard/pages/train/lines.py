"""How the trainings stand, line by line, with what can be done about each."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.errors import NotFoundError
from core.jobs import Job
from dashboard.components import jobbar
from dashboard.components.cards import button, folded, link_button, progress, state_badge
from dashboard.components.format import ago, duration
from dashboard.components.view import ViewState
from dashboard.services import library

LISTED = 12


def lines(jobs: Sequence[Job], view: ViewState, *, alone: bool = True) -> list[Any]:
    """Return a line for each of the latest trainings; older ones that ended well are left out.

    Args:
        jobs: Trainings that belong to no experiment.
        view: What is looked at.
        alone: Whether nothing else is listed, so that a word must say that there is nothing.
    """
    if not jobs:
        return (
            []
            if not alone
            else [
                html.P(
                    "None yet. What you train is listed here until long after it is done.", className="muted"
                )
            ]
        )
    active = [job for job in jobs if jobbar.is_active(job)]
    ended = [job for job in jobs if not jobbar.is_active(job)]
    shown = [_line(job, view) for job in [*reversed(active), *ended[:4]]]
    rest = [_line(job, view) for job in ended[4 : 4 + LISTED]]
    return [*shown, folded(f"{len(rest)} earlier", *rest)] if rest else shown


def _line(job: Job, view: ViewState) -> Any:
    state = job.state
    title = job.spec.title or job.spec.kind
    head = html.Div(
        [
            state_badge(state.state),
            html.Span(title, className="job-title"),
            html.Span(_said(job), className="job-status"),
        ],
        className="job-head",
    )
    parts: list[Any] = [head, html.Div(_steps(job, view), className="job-steps")]
    if jobbar.is_active(job):
        parts.append(progress(state.fraction, f"Progress of {title}"))
    return html.Div(parts, className="job-card")


def _said(job: Job) -> str:
    state = job.state
    if jobbar.is_active(job):
        return jobbar.status(job)
    if state.error is not None:
        return state.error.message
    if state.started is not None and state.ended is not None:
        return f"took {duration((state.ended - state.started).total_seconds())}, {ago(state.ended)}"
    return ago(state.ended)


def _steps(job: Job, view: ViewState) -> list[Any]:
    title = job.spec.title or job.spec.kind
    steps: list[Any] = []
    run = str(job.state.result.get("run", ""))
    if run:
        dataset = str(job.state.result.get("dataset", "")) or view.dataset
        steps += _look(view.changed(dataset=dataset), run, title)
    if job.state.state != "queued":
        words: dict[str, Any] = {"aria-label": f"Curves of {title}"}
        steps.append(link_button("Curves", view.href("/train", job=job.id, experiment=None), **words))
    if jobbar.is_active(job):
        steps.append(_button("Cancel", "cancel", job, disabled=job.cancelling))
    elif job.resumable and job.spec.queue != "here":
        steps.append(_button("Resume" if job.state.state != "failed" else "Try again", "resume", job))
    return steps


def _look(view: ViewState, identifier: str, title: str) -> list[Any]:
    try:
        run = library.run(identifier)
    except NotFoundError:  # it was deleted
        return []
    page, key = ("/attention", {"run": run.id}) if run.attention_layers else ("/compare", {"runs": [run.id]})
    words: dict[str, Any] = {"aria-label": f"Open {title}"}
    return [link_button("Open", view.href(page, **key), **words)]


def _button(words: str, deed: str, job: Job, **attributes: Any) -> Any:
    label = f"{words}: {job.spec.title or job.spec.kind}"
    return button(
        words, {"type": f"train-{deed}", "job": job.id}, "quiet", **{"aria-label": label}, **attributes
    )
