"""The chart of the page Train: curves that grow while models learn."""

from typing import Any

import plotly.graph_objects as go
from dash import (
    ClientsideFunction,
    Input,
    Output,
    Patch,
    State,
    callback,
    clientside_callback,
    html,
    no_update,
)

from core.errors import HeedError
from core.figures.arm_curves import CurveLine, arm_curves_figure, curve_lines, missing_words
from core.figures.palette import ThemeName
from dashboard.components.chart import Chart
from dashboard.components.controls import choice
from dashboard.components.ids import Id as Frame
from dashboard.components.view import ViewState
from dashboard.pages.train.ids import Id
from dashboard.services import training
from dashboard.services.curves import LiveCurves

SINGLE = "runs"
SHOWN = (
    ("", "Loss and accuracy"),
    ("gradient", "Norm of the gradient"),
    ("entropy", "Entropy of attention"),
    ("rate", "Learning rate"),
    ("speed", "Samples per second"),
)
SIDES = (("", "Usual sides"), ("validation", "Validation"), ("training", "Training"), ("both", "Both"))
MOST_STEPS = 40
"""Values of a trace that are sent one by one; of more the trace is sent whole."""


def _draw(result: LiveCurves, theme: ThemeName) -> go.Figure:
    """Draw the curves and write down how far they are, so that the page can ask for what comes after."""
    figure = arm_curves_figure(result.curves, theme)
    known = {"key": result.key(), "seen": dict(result.seen)}
    figure.layout.meta = {**figure.layout.meta, "known": known}
    return figure


def answer(view: ViewState) -> LiveCurves:
    """Return the curves of a view."""
    return training.curves(view.experiment, view.job, (view.metric, view.show), single=view.group == SINGLE)


CURVES = Chart(
    id=Id.CURVES,
    title="Curves, epoch by epoch",
    reading="A line is the mean over the runs of an arm that have reached the epoch, its band goes from the "
    "least to the greatest of them. A run that ends early ends its own line there.",
    answer=answer,
    draw=_draw,
    uses=("job", "experiment", "metric", "show", "group"),
    height=380,
    live=True,
)


def curve_controls() -> list[Any]:
    """Return what is chosen of the curves: the measure, the part of the samples, single runs."""
    return [
        html.P([html.Strong(id=Id.OPENED)], className="curves-of"),
        choice(Id.MEASURE, "metric", "Show", SHOWN, ""),
        choice(Id.SIDES, "show", "Samples", SIDES, ""),
        choice(Id.SINGLE, "group", "Arms as", (("", "mean and band"), (SINGLE, "single runs")), ""),
    ]


@callback(
    Output(Id.CURVES, "figure", allow_duplicate=True),
    Output(f"{Id.CURVES}-note", "children", allow_duplicate=True),
    Output(f"{Id.CURVES}-frame", "aria-label", allow_duplicate=True),
    Output(f"{Id.CURVES}-empty", "children", allow_duplicate=True),
    Output(f"{Id.CURVES}-body", "className", allow_duplicate=True),
    Input(Frame.JOBS, "data"),
    State(f"{Id.CURVES}-request", "data"),
    State(Id.KNOWN, "data"),
    prevent_initial_call=True,
)
def update_growth(_jobs: Any, request: Any, known: Any) -> tuple[Any, ...]:
    """Send what the curves have gained since they were drawn; draw anew when others are to be shown."""
    nothing = (no_update,) * 5
    if not isinstance(request, dict):
        return nothing
    known = known if isinstance(known, dict) else {}
    try:
        result = answer(ViewState.parse(request.get("view")))
    except HeedError as error:
        return nothing if not known else CURVES.fail(error)
    if result.key() != known.get("key"):
        return CURVES.update(request)
    seen = known.get("seen")
    fresh = result.fresh(seen if isinstance(seen, dict) else {})
    return (growth(result, fresh), *nothing[1:]) if fresh else nothing


def growth(result: LiveCurves, fresh: dict[int, set[int]]) -> Patch:
    """Return the change of the drawn figure that brings the new epochs of some arms into it."""
    patch = Patch()
    lines = curve_lines(result.curves)
    for place, line in enumerate(lines):
        if line.arm in fresh:
            _extend(patch["data"][place], line, fresh[line.arm])
    words = missing_words(lines)
    if words:
        patch["layout"]["annotations"][0]["text"] = words
    else:
        patch["layout"]["annotations"] = []
    patch["layout"]["meta"]["known"]["seen"] = dict(result.seen)
    return patch


def _extend(trace: Any, line: CurveLine, epochs: set[int]) -> None:
    """Set the values of new epochs in a trace, or all where places have moved or there are many."""
    columns: dict[str, tuple[Any, ...]] = {"x": line.epoch, "y": line.values}
    if line.runs:
        columns["customdata"] = line.runs
    unbroken = line.epoch == tuple(range(1, len(line.epoch) + 1))
    new = sorted(epoch for epoch in epochs if epoch <= len(line.epoch))
    if not unbroken or len(new) > MOST_STEPS:
        for name, values in columns.items():
            trace[name] = list(values)
        return
    for epoch in new:
        for name, values in columns.items():
            trace[name][epoch - 1] = values[epoch - 1]


clientside_callback(
    ClientsideFunction("heed", "curvesKnown"), Output(Id.KNOWN, "data"), Input(Id.CURVES, "figure")
)
