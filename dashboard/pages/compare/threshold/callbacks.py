"""What the section of the threshold does: counts for the browser, which draws them while the slider moves."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update

from core.errors import HeedError
from dashboard.components.format import clipped, count
from dashboard.components.ids import Id as Frame
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.compare.threshold.ids import Id
from dashboard.services import assessing
from dashboard.services.gathered import Chosen, key_of


@callback(
    Output(Id.SWEEP, "data"),
    Output(Id.NOTE, "children"),
    Output(Id.BODY, "className"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
    State(Id.SWEEP, "data"),
)
def update_sweep(data: Any, _stamp: Any, known: Any) -> tuple[Any, Any, Any]:
    """Send the counts at every threshold, once for the chosen runs."""
    view = ViewState.parse(data)
    try:
        key = key_of(Chosen.of(view))
        if isinstance(known, dict) and known.get("key") == key:
            return (no_update,) * 3
        classes = assessing.classes_of(Chosen.of(view))
        if len(classes) != 2:
            return {"key": key, "runs": []}, no_slider(len(classes)), "is-without-threshold"
        found = assessing.thresholds(Chosen.of(view), view.threshold, view.run)
    except HeedError:
        return None, "", "is-hidden"
    runs = [
        {"run": run.run, "label": clipped(run.label, 48), "counts": run.counts.ravel().tolist()}
        for run in found.runs
    ]
    said = ["A test sample is predicted ", html.Strong(clipped(found.positive, 40)),
            f" from this probability of it on; n = {count(sum(found.runs[0].at))}."]  # fmt: skip
    return {"key": key, "runs": runs}, said, ""


def no_slider(classes: int) -> str:
    """Return why there is no slider."""
    if not classes:
        return "A threshold needs two classes; these runs know different ones."
    return (
        f"A threshold moves the predictions of two classes; with {classes} the likeliest class is predicted."
    )


clientside_callback(
    ClientsideFunction("heed", "thresholdTable"),
    Output(Id.TABLE, "children"),
    Input(Id.SLIDER, "drag_value"),
    viewed("compare"),
    Input(Id.SWEEP, "data"),
)
