"""Experiments, line by line: how each stands, and what can be done with it as a whole."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.errors import HeedError
from core.jobs.standing import ExperimentStatus
from dashboard.components.cards import button, folded, link_button, progress, state_badge
from dashboard.components.format import ago, clipped, counted, duration
from dashboard.components.view import ViewState
from dashboard.services import library

OPEN_LINES = 4
STATES = {
    "done": "done",
    "running": "running",
    "starting": "starting",
    "queued": "waiting",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
    "missing": "deleted since",
    "unsubmitted": "not submitted",
    "damaged": "damaged",
}
NAMED_MODELS = 5


def shelf(found: Sequence[ExperimentStatus], shown: str, view: ViewState) -> list[Any]:
    """Return a line for each experiment, newest first; older ones that have ended are folded."""
    first = [one for place, one in enumerate(found) if place < OPEN_LINES or not one.ended or one.id == shown]
    rest = [one for one in found if one not in first]
    lines = [_line(one, one.id == shown, view) for one in first]
    more = [_line(one, False, view) for one in rest]
    return [*lines, folded(f"{len(more)} earlier", *more)] if more else lines


def title_of(found: ExperimentStatus) -> str:
    """Return what an experiment is called: its name, or its arms and its dataset."""
    manifest = found.manifest
    if manifest.name:
        return manifest.name
    models = list(dict.fromkeys(arm.model for arm in manifest.arms))
    words = ", ".join(models) if len(models) <= NAMED_MODELS else f"{len(models)} architectures"
    if len(manifest.arms) == 1:
        words = manifest.arms[0].label or words
    return f"{clipped(words, 90)} on {clipped(manifest.dataset_name or 'a new dataset', 40)}"


def size_of(found: ExperimentStatus) -> str:
    """Return arms x seeds x folds, as far as there are several."""
    manifest = found.manifest
    sizes = ((len(manifest.arms), "arm"), (len(manifest.seeds), "seed"), (len(manifest.folds), "fold"))
    return " \u00d7 ".join(counted(count, noun) for count, noun in sizes if count > 1)


def standing_of(found: ExperimentStatus) -> str:
    """Say how the trainings of an experiment stand and how long the rest takes."""
    if len(found.members) == 1:
        return _alone(found)
    pieces = [f"{found.counts[state]} {words}" for state, words in STATES.items() if found.counts.get(state)]
    if found.seconds_left is not None:
        pieces.append(f"about {duration(max(1, round(found.seconds_left)))} left")
    elif found.ended:
        pieces.append(ago(found.manifest.created))
    failed = next((member.message for member in found.members if member.state == "failed"), "")
    return ", ".join(pieces) + (f". {failed[:1].upper()}{failed[1:]}" if failed else "")


def _alone(found: ExperimentStatus) -> str:
    member = found.members[0]
    if member.state == "queued":
        return f"waiting, number {member.position} in the queue" if member.position else "waiting"
    pieces = ["stopping" if member.cancelling else member.message]
    if member.seconds is not None and member.state == "done":
        pieces = [f"took {duration(member.seconds)}, {ago(found.manifest.created)}"]
    elif not member.ended and member.eta_seconds is not None and not member.cancelling:
        pieces.append(f"about {duration(max(1, round(member.eta_seconds)))} left")
    return ", ".join(filter(None, pieces)) or STATES.get(member.state, member.state)


def outline(found: Sequence[ExperimentStatus], shown: str, view: ViewState) -> str:
    """Return what the lines are made of: equal where only their words and bars differ.

    Lines that are made anew would take a button away from under a pointer, once a second.
    """
    told = [
        (one.id, _state(one), one.ended, one.resumable, _is_stopping(one), len(one.members), bool(one.runs))
        for one in found
    ]
    return repr((told, [title_of(one) for one in found], shown, view.key()))


def said(found: ExperimentStatus) -> tuple[str, Any]:
    """Return what moves in a line: its words, and its bar while it is under way."""
    bar = [] if found.ended else [progress(found.fraction, f"Progress of {title_of(found)}")]
    return standing_of(found), bar


def _line(found: ExperimentStatus, shown: bool, view: ViewState) -> Any:
    title, size = title_of(found), size_of(found)
    words, bar = said(found)
    head = html.Div(
        [
            state_badge(_state(found)),
            html.Span(
                [title, html.Span(f" {size}", className="muted")] if size else title, className="job-title"
            ),
            html.Span(words, id={"type": "train-said", "experiment": found.id}, className="job-status"),
        ],
        className="job-head",
    )
    parts: list[Any] = [
        head,
        html.Div(_steps(found, title, shown, view), className="job-steps"),
        html.Div(bar, id={"type": "train-bar", "experiment": found.id}, className="job-bar-place"),
    ]
    now: dict[str, Any] = {"aria-current": "true"} if shown else {}
    return html.Div(parts, className=f"job-card{' is-shown' if shown else ''}", **now)


def _is_stopping(found: ExperimentStatus) -> bool:
    return all(member.cancelling or member.ended for member in found.members)


def _state(found: ExperimentStatus) -> str:
    """Return the state of the whole as a badge knows it."""
    if len(found.members) == 1:
        return found.members[0].state
    if found.state != "incomplete":
        return found.state
    return next(
        (name for name in ("failed", "interrupted", "cancelled") if found.counts.get(name)), "interrupted"
    )


def _steps(found: ExperimentStatus, title: str, shown: bool, view: ViewState) -> list[Any]:
    steps: list[Any] = []
    if not shown:
        words: dict[str, Any] = {"aria-label": f"Show {title}"}
        steps.append(link_button("Show", view.href("/train", experiment=found.id, job=None), **words))
    steps += _look(found, title, view)
    if not found.ended:
        steps.append(_deed("Cancel", "cancel", found, title, disabled=_is_stopping(found)))
    if found.resumable and found.ended:
        again = found.counts.get("failed", 0) == len(found.members)
        steps.append(_deed("Try again" if again else "Resume", "resume", found, title))
    if found.ended:
        steps.append(_deed("Delete", "delete", found, title))
    return steps


def _look(found: ExperimentStatus, title: str, view: ViewState) -> list[Any]:
    """Return the way to what the trainings left: the attention of a single run, the comparison of several."""
    runs = [member.run for member in found.members if member.run]
    if not runs:
        return []
    dataset = found.manifest.dataset or view.dataset
    keys: dict[str, Any] = {"runs": [found.id]}
    words, page = "Compare", "/compare"
    if len(found.members) == 1:
        run = runs[0]
        try:
            attends = bool(library.run(run).attention_layers)
        except HeedError:  # it was deleted a moment ago
            return []
        words, page, keys = (
            ("Open", "/attention", {"run": run}) if attends else ("Open", page, {"runs": [run]})
        )
    label: dict[str, Any] = {"aria-label": f"{words} {title}"}
    href = view.changed(dataset=dataset).href(page, experiment=None, **keys)
    return [link_button(words, href, **label)]


def _deed(words: str, deed: str, found: ExperimentStatus, title: str, **attributes: Any) -> Any:
    label: dict[str, Any] = {"aria-label": f"{words}: {title}"}
    identifier = {"type": "train-experiment", "deed": deed, "experiment": found.id}
    return button(words, identifier, "quiet", **label, **attributes)
