"""What the section Two models does when the view changes."""

from typing import Any

import numpy as np
from dash import Input, Output, State, callback, dcc, html

from core.attention.beside import AttentionBeside
from core.errors import HeedError
from dashboard.components.cards import link_button
from dashboard.components.controls import change
from dashboard.components.format import clipped, percent, short_id
from dashboard.components.ids import Id as Frame
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.pages.attention.beside.charts import ON_AXIS, besides
from dashboard.pages.attention.beside.ids import Id
from dashboard.pages.attention.sides import said, statistics_rows
from dashboard.pages.attention.steps import hides_axis
from dashboard.services import contrast

LISTED = 100
MARKS = {1: "right", 0: "wrong", -1: "unlabelled"}


@callback(
    Output(Id.OTHER, "options"),
    Output(Id.NONE, "children"),
    watched("dataset", "run", "part"),
    Input(Frame.LIBRARY, "data"),
)
def update_runs(data: Any, _stamp: Any) -> tuple[Any, Any]:
    """Offer the other runs of the dataset that have attention."""
    view = ViewState.parse(data)
    options = [{"value": "", "label": "choose a run"}]
    try:
        found = contrast.offered_runs(view.run)
    except HeedError:
        return options, ""
    options += [
        {
            "value": run.id,
            "label": f"{short_id(run.id)} {clipped(run.name or run.model)}, seed {run.seed},"
            f" {percent(run.metrics.get('test', {}).get('accuracy'))}",
        }
        for run in found
    ]
    if found:
        return options, ""
    none = "No other run on this dataset has attention yet."
    return options, [html.P(none), link_button("Train another model", view.href("/train"))]


@callback(
    Output(Id.SAID, "children"),
    Output(Id.STATISTICS, "rowData"),
    Output(Id.SAMPLES, "rowData"),
    Output(Id.AXIS_FIELD, "hidden"),
    watched(*ON_AXIS),
    Input(Frame.LIBRARY, "data"),
)
def update_samples(data: Any, _stamp: Any) -> tuple[Any, Any, Any, bool]:
    """Tell what may be said of both models, with its statistics, and list the most different samples."""
    view = ViewState.parse(data)
    try:
        found = contrast.agreement(besides(view))
        models = contrast.models(besides(view))
    except HeedError:
        return "", [], [], hides_axis(view)
    told = [*found.in_words(), *(caution for caution in found.cautions if caution not in models.cautions)]
    words = [*said(models), html.P(" ".join(told), className="small")]
    return words, statistics_rows(models.spread), rows(found), hides_axis(view)


@callback(
    Output(Id.OPEN, "children"),
    Input(Id.SAMPLES, "selectedRows"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_focus(selected: Any, data: Any) -> Any:
    """Look at the sample that was chosen, and offer to open it."""
    view = ViewState.parse(data)
    if not selected:
        return ""
    chosen = view.changed(sample=int(selected[0]["sample"]))
    if chosen.sample != view.sample:
        change(view, sample=chosen.sample)
    return dcc.Link(f"Open sample {clipped(str(selected[0]['id']))}", href=chosen.href("/sample"))


def rows(found: AttentionBeside) -> list[dict[str, Any]]:
    """Return the most different samples as rows of the table."""
    return [
        {
            "sample": int(found.samples[place]),
            "id": clipped(str(found.sample_ids[place])),
            "jsd": float(found.jsd[place]),
            "spearman": None if np.isnan(found.spearman[place]) else float(found.spearman[place]),
            "first": _said(found, 0, place),
            "second": _said(found, 1, place),
        }
        for place in found.order[:LISTED]
    ]


def _said(found: AttentionBeside, side: int, place: int) -> str:
    predicted, chance = str(found.predicted[side, place]), float(found.chance[side, place])
    return f"{clipped(predicted, 24)} {percent(chance)}, {MARKS[int(found.correct[side, place])]}"
