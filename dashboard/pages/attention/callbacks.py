"""What the page Attention does when the view changes."""

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, no_update

from core.errors import HeedError
from dashboard.components.filter import class_options
from dashboard.components.format import clipped
from dashboard.components.guard import guarded
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed, watched
from dashboard.pages.attention import words
from dashboard.pages.attention.ids import Id
from dashboard.pages.attention.layout import notice
from dashboard.services import library
from dashboard.services.samples import EACH_ITS_OWN, layers_of, reference_class

guarded(Id.NOTICE, Id.BODY, notice)


@callback(
    Output(Id.CLASS, "options"),
    Output(Id.LAYER, "options"),
    Output(Id.LAYER_FIELD, "hidden"),
    Output(Id.OWN_NOTE, "children"),
    watched("run", "klass", "layer"),
)
def update_filters(data: Any) -> tuple[Any, ...]:
    """Offer the classes and layers of the run."""
    view = ViewState.parse(data)
    try:
        run = library.run(view.run)
    except HeedError:
        return (no_update,) * 4
    own = reference_class(run, view.klass) == EACH_ITS_OWN
    layers = [{"value": layer.name, "label": clipped(layer.name)} for layer in layers_of(run)]
    first = [{"value": "", "label": layers[0]["label"]}] if layers else []
    positive = clipped(run.classes[run.positive], 24)
    note = (
        "Each sample counts by its own class, right or wrong. Choose a class to see it against the rest."
        if own
        else f"Positive is the class {positive if len(run.classes) == 2 else clipped(view.klass, 24)}."
    )
    told = words.how_weights_are_meant(run, view.layer)
    note = f"{note} {told}" if told else note
    return (
        class_options(run),
        first + layers[1:],
        len(layers) < 2,
        note,
    )


clientside_callback(
    ClientsideFunction("heed", "coach"),
    Output(Id.COACH_STATE, "data"),
    viewed("attention"),
    Input(f"{Id.COACH}-next", "n_clicks"),
    Input(f"{Id.COACH}-close", "n_clicks"),
)
