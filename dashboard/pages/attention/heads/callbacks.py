"""What the section Heads does when the view changes."""

from typing import Any

from dash import Output, callback

from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.pages.attention.heads import words
from dashboard.pages.attention.heads.charts import MEANT, ONE, asked
from dashboard.pages.attention.heads.ids import Id
from dashboard.services import heads


@callback(
    Output(Id.LAYER, "options"),
    Output(Id.HEAD, "options"),
    Output(Id.LAYER_FIELD, "hidden"),
    Output(Id.MAP_PLACE, "hidden"),
    Output(Id.LINKS_PLACE, "hidden"),
    watched("run", "layer"),
)
def update_choices(data: Any) -> tuple[Any, ...]:
    """Offer the layers and heads of the run; hide what needs a map where there is none.

    The page offers the layers that look at steps of the series; here those of derived modalities count too.
    """
    view = ViewState.parse(data)
    try:
        layers = heads.layers_of(view.run)
    except HeedError:
        layers = ()
    if not layers:
        return [], [], True, True, True
    names = [{"value": layer.name, "label": clipped(layer.name)} for layer in layers]
    one = next((layer for layer in layers if layer.name == view.layer), layers[0])
    numbers = [{"value": "", "label": "mean over heads" if one.heads > 1 else "the only one"}]
    numbers += [{"value": str(head), "label": str(head)} for head in range(one.heads if one.heads > 1 else 0)]
    pooled = one.kind == "pooled"
    of_page = not heads.beside_page(view.run)
    return [{**names[0], "value": ""}, *names[1:]], numbers, of_page, pooled, pooled


@callback(Output(Id.NOTE, "children"), Output(Id.TABLE, "children"), watched(*MEANT))
def update_heads(data: Any) -> tuple[Any, Any]:
    """Tell whose maps are shown, and what kind each head is."""
    try:
        found = heads.heads(asked(ViewState.parse(data)))
    except HeedError as error:
        return sentence(error), ""
    return words.note(found), words.heads_table(found)


@callback(Output(Id.OFFERED, "children"), watched(*ONE))
def update_offered(data: Any) -> Any:
    """Tell which readings hold for the model, and why others do not."""
    view = ViewState.parse(data)
    try:
        return words.offered_table(heads.offered(view.run), heads.read(asked(view)).refused)
    except HeedError as error:
        return sentence(error)


@callback(Output(Id.CLOSED, "children"), watched(*ONE))
def update_closed(data: Any) -> Any:
    """Tell what changes when a head passes nothing on."""
    try:
        return words.closed_table(heads.closed(asked(ViewState.parse(data))))
    except HeedError as error:
        return sentence(error)
