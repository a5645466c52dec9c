"""What the section Overview does when the view changes."""

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, no_update

from core.attention import AttentionHeatmap
from core.attention.ordering import METADATA
from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.plain import plain_output
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.pages.attention import words
from dashboard.pages.attention.asking import asked
from dashboard.pages.attention.heatmap_chart import LAID_OUT
from dashboard.pages.attention.overview.ids import Id
from dashboard.pages.attention.overview.layout import SORTS
from dashboard.pages.attention.steps import hides_axis
from dashboard.services import attention, library
from dashboard.services.samples import EACH_ITS_OWN, dataset_of, reference_class


@callback(
    Output(Id.SORT, "options"),
    Output(Id.SHOW_FIELD, "hidden"),
    Output(Id.AXIS_FIELD, "hidden"),
    Output(Id.CRUMBS, "children"),
    Output(Id.ALL, "hidden"),
    Output(Id.NEAR, "hidden"),
    watched(*LAID_OUT, "show"),
)
def update_heatmap_controls(data: Any) -> tuple[Any, ...]:
    """Offer the orders and axes of the run, and say which part of the samples is shown."""
    view = ViewState.parse(data)
    sorts = [{"value": value, "label": label} for value, label in SORTS]
    try:
        dataset = dataset_of(library.run(view.run))
        picture = attention.heatmap(asked(view))
    except HeedError:
        zoomed = bool(view.rows or view.steps)
        return sorts, no_update, no_update, "", not zoomed, True
    columns = [{"value": f"{METADATA}{name}", "label": clipped(name, 40)} for name in dataset.metadata]
    return (
        sorts + columns,
        not picture.aggregated,
        hides_axis(view),
        crumbs(picture),
        not (view.rows or view.steps),
        not picture.aggregated,
    )


@callback(
    Output(Id.FOCUS, "data"),
    Output(Id.PLACE, "children"),
    Output(Id.VERDICT, "children"),
    plain_output(Id.TEXT),
    watched(*LAID_OUT, "show", "sample"),
    Input(Id.CLUSTERED, "data"),
)
def update_focus(data: Any, _clustered: Any = None) -> tuple[Any, ...]:
    """Tell the focused sample, its place among the others, and what is known of it."""
    view = ViewState.parse(data)
    question = asked(view)
    try:
        answer = attention.sample(question, view.sample)
        focus = attention.focus(question, answer.sample)
        own = reference_class(library.run(view.run), view.klass) == EACH_ITS_OWN
    except HeedError:
        return None, "", "", ""
    marked = {
        "row": focus.row,
        "rank": focus.rank,
        "total": focus.total,
        "sample": focus.sample,
        "near": list(focus.near),
    }
    return marked, words.place(focus, answer), words.verdict(answer, own), words.in_words(answer)


def crumbs(picture: AttentionHeatmap) -> str:
    """Return which part of the samples and of the steps is shown, in words."""
    start, stop = picture.shown
    said = f"all {picture.total:,} samples"
    if stop - start < picture.total:
        said += f" \u203a places {start + 1:,} to {stop:,} of the order"
    steps = len(picture.axis.labels)
    first, last = int(picture.first_steps[0]), picture.last_step - 1
    if last - first + 1 < steps:
        labels = [clipped(picture.axis.labels[step], 20) for step in (first, last)]
        said += f" \u203a {clipped(picture.axis.name, 24)} {labels[0]} to {labels[1]}"
    return said


clientside_callback(
    ClientsideFunction("heed", "walk"),
    Input(Id.PREVIOUS, "n_clicks"),
    Input(Id.NEXT, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("heed", "zoomRows"),
    Input(Id.ALL, "n_clicks"),
    Input(Id.NEAR, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("heed", "markRow"),
    Output(Id.MARK, "data"),
    Input(Id.FOCUS, "data"),
    Input(Id.HEATMAP, "figure"),
)
