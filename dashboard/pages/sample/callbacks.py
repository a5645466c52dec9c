"""What the page Sample does when the view changes."""

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html, no_update

from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.guard import guarded
from dashboard.components.notices import sentence
from dashboard.components.plain import plain_output
from dashboard.components.sample_words import in_words
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.sample import words
from dashboard.pages.sample.charts import NEAREST, asked
from dashboard.pages.sample.ids import Id
from dashboard.pages.sample.layout import notice
from dashboard.services import library, sample
from dashboard.services.samples import EACH_ITS_OWN, layers_of, reference_class

guarded(Id.NOTICE, Id.BODY, notice)

UNEDITED = "Of the sample as its dataset has it, before any edit; what edits change is told beside them."


@callback(
    Output(Id.LAYER, "options"),
    Output(Id.LAYER_FIELD, "hidden"),
    Output(Id.CHANNELS, "options"),
    Output(Id.CHANNELS_FIELD, "hidden"),
    Output(Id.SHOW_FIELD, "hidden"),
    viewed("sample"),
)
def update_controls(data: Any) -> tuple[Any, ...]:
    """Offer the layers and channels of the run."""
    view = ViewState.parse(data)
    try:
        run = library.run(view.run)
    except HeedError:
        return (no_update,) * 5
    layers = [{"value": layer.name, "label": clipped(layer.name)} for layer in layers_of(run)]
    first = [{"value": "", "label": layers[0]["label"]}] if layers else []
    channels = [{"value": place, "label": clipped(name, 30)} for place, name in enumerate(run.channels)]
    return first + layers[1:], len(layers) < 2, channels, len(channels) < 2, len(channels) < 2


@callback(
    Output(Id.NEAR, "data"),
    Output(Id.PLACE, "children"),
    Output(Id.VERDICT, "children"),
    plain_output(Id.TEXT),
    Output(Id.PIN, "children"),
    Output(Id.SERIES_FRAME, "className"),
    Output(Id.PINNED_FRAME, "className"),
    Output(Id.SIDE_FRAME, "className"),
    viewed("sample"),
)
def update_sample(data: Any) -> tuple[Any, ...]:
    """Tell the focused sample, its place among the others, and make room for the pinned one."""
    view = ViewState.parse(data)
    question = asked(view)
    try:
        place, said, found = sample.place(question), sample.stored(question), sample.words(question)
        own = reference_class(library.run(view.run), view.klass) == EACH_ITS_OWN
    except HeedError as error:
        return None, "", sentence(error), "", "Pin", "column span-8", "is-hidden", "column span-4 sample-side"
    beside = bool(view.pinned) and view.pinned[0] != place.sample
    text = in_words(found) if found is not None else html.P("This model has no attention over these steps.")
    if view.edits and found is not None:
        text = [html.P(UNEDITED, className="small muted unedited"), *text]
    return (
        {"sample": place.sample, "near": list(place.near)},
        words.place_words(place),
        words.verdict(said, own),
        text,
        "Unpin" if view.pinned[:1] == (place.sample,) else "Pin",
        "column span-6" if beside else "column span-8",
        "column span-6" if beside else "is-hidden",
        "column span-12 sample-side side-by-side" if beside else "column span-4 sample-side",
    )


@callback(Output(Id.NEAREST_LIST, "children"), viewed("sample"))
def update_nearest(data: Any) -> Any:
    """List the training samples that are nearest, as links."""
    view = ViewState.parse(data)
    try:
        answer: Any = NEAREST.ask(view)
    except HeedError as error:
        return html.P(sentence(error), className="small muted")
    return words.near_list(answer, view)


clientside_callback(
    ClientsideFunction("heed", "walkSample"),
    Input(Id.PREVIOUS, "n_clicks"),
    Input(Id.NEXT, "n_clicks"),
    Input(Id.PIN, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("heed", "nearSamples"), Output(Id.STEPPED, "data"), Input(Id.NEAR, "data")
)
clientside_callback(
    ClientsideFunction("heed", "brushSample"),
    Output(Id.BRUSHED, "data"),
    Input(Id.SERIES, "selectedData"),
    prevent_initial_call=True,
)
