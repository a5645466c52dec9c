"""What narrows the selection: chips and bars that are clicked, lassoed points, rows that are kept."""

from collections.abc import Mapping
from typing import Any

from dash import Input, State, callback

from core.arrays import IntArray
from core.errors import HeedError, SettingsError
from core.evaluation import OUTCOME_NAMES
from core.expressions import narrowed, one_of, switched
from dashboard.components.controls import change
from dashboard.components.format import counted
from dashboard.components.ids import Id
from dashboard.components.notices import notify, sentence
from dashboard.components.view import MAX_LONG_TEXT, ViewState
from dashboard.services import attention, cohorts, library
from dashboard.services.attention import AttentionView
from dashboard.services.samples import dataset_of
from dashboard.services.selection import Selection

MOST_IN_LINK = 1500  # characters of a condition; a longer one becomes a cohort
NOTHING: dict[str, Any] = {
    "where": "",
    "cohort": "",
    "klass": "",
    "outcome": "",
    "predicted": "",
    "against": None,
}
"""The keys of the view that narrow the samples, as they are where nothing does."""


@callback(Input(Id.NARROW, "data"), State(Id.VIEW, "data"), prevent_initial_call=True)
def update_narrowed(order: Any, data: Any) -> None:
    """Narrow the condition as a chip, a point or a lasso asks."""
    asked = order if isinstance(order, Mapping) else {}
    view = ViewState.parse(data)
    try:
        # A part that is added to one condition is added to another alike; picked samples are not.
        again = {str(Id.NARROW): asked} if {"narrow", "toggle"} & set(asked) else None
        show_narrowed(view, narrowing(view, asked), again)
    except HeedError as error:
        notify(sentence(error), kind="error")


def show_narrowed(view: ViewState, values: Mapping[str, Any], again: Mapping[str, Any] | None = None) -> None:
    """Change the view as narrowing says; a cohort that it made goes when the step is taken back."""
    made = values.get("cohort")
    change(view, again=again, moved={"now": made} if made else None, **values)


def narrowing(view: ViewState, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes when a condition is put beside a view's own, toggled in it, or samples are picked.

    Raises:
        HeedError: If the condition or the samples can't be understood.
    """
    if "narrow" in asked:
        return {"where": _short(narrowed(view.where, str(asked["narrow"])))}
    if "toggle" in asked:
        return toggled(view, str(asked["toggle"]))
    if "samples" in asked:
        return picked(view, str(asked["samples"]))
    if "places" in asked:
        return picked(view, _places(view, str(asked["places"])), "Rows")
    return {}


def toggled(view: ViewState, condition: str) -> dict[str, Any]:
    """Return what changes when a part is added to the condition or taken away.

    An outcome that a link has set becomes part of the condition: one chip stands for both.
    """
    if view.outcome not in OUTCOME_NAMES:
        return {"where": _short(switched(view.where, condition))}
    where = narrowed(view.where, one_of("outcome", [view.outcome]))
    return {"where": _short(switched(where, condition)), "outcome": ""}


def _short(where: str) -> str:
    if len(where) > MAX_LONG_TEXT:
        raise SettingsError(
            f"a condition must have at most {MAX_LONG_TEXT} characters; with this it would have {len(where)}."
            " Save what is selected as a cohort first, and narrow that"
        )
    return where


def picked(view: ViewState, samples: str | IntArray, stem: str = "Lasso") -> dict[str, Any]:
    """Return what of a view shows picked samples: a condition that lists them, or a cohort of many.

    Args:
        view: What is looked at.
        samples: Their numbers, ascending, or a text of them like "0-9,12".
        stem: What such a cohort is called, before a number.
    """
    asked = Selection.of(view)
    total = dataset_of(library.run(view.run)).samples
    rows = cohorts.rows_of(samples, total) if isinstance(samples, str) else samples
    where = cohorts.with_samples(asked, rows.tolist()) if len(rows) <= cohorts.MOST_LISTED else ""
    if where and len(where) <= MOST_IN_LINK:
        return {"where": where}
    made = cohorts.save_samples(asked, rows, cohorts.free_name(str(view.run), stem))
    notify(f"{counted(made.count, 'sample')} picked; saved as cohort {made.name}.", kind="success")
    return {"where": "", "cohort": made.name}


def _places(view: ViewState, places: str) -> IntArray:
    """Return the samples that stand at some places of the order in which the view shows them."""
    question = AttentionView(Selection.of(view), view.layer, view.sort, axis=view.axis)
    samples = attention.order(question)
    return samples[cohorts.rows_of(places, len(samples))]
