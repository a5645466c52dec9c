"""What the page Sample does with changed samples that are kept with the run: save, list, open, delete."""

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, html, no_update

from core.errors import HeedError
from core.inference.variants import Variant
from dashboard.components.format import clipped
from dashboard.components.ids import Id as Frame
from dashboard.components.kept_samples import kept_samples, opened
from dashboard.components.notices import notify, sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.sample.charts import asked
from dashboard.pages.sample.ids import Id
from dashboard.services import sample

FORGET = "sample-forget"


@callback(
    Output(Id.SAVED_STAMP, "data"),
    Output(Id.NAME, "value"),
    Input(Id.SAVE, "n_clicks"),
    State(Id.NAME, "value"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_saved(clicks: Any, name: Any, data: Any) -> tuple[Any, Any]:
    """Keep the changed sample by its name."""
    try:
        kept = sample.keep(asked(ViewState.parse(data)), str(name or ""))
    except HeedError as error:
        notify(sentence(error), kind="error")
        return no_update, no_update
    notify(f"Saved {clipped(kept.name, 60)} with the run.", kind="success")
    return f"saved {clicks}", ""


@callback(
    Output(Id.FORGOTTEN, "data"),
    Input({"type": FORGET, "name": ALL}, "n_clicks"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_forgotten(clicks: list[int | None], data: Any) -> Any:
    """Delete the changed sample whose button was clicked."""
    if not any(clicks) or not isinstance(ctx.triggered_id, dict):
        return no_update
    name = str(ctx.triggered_id["name"])
    view = ViewState.parse(data)
    try:
        gone = sample.let_go(view.run, name)
    except HeedError as error:
        notify(sentence(error), kind="error")
    else:
        notify(f"Deleted {clipped(name, 60)}.", href=opened(gone, view), link="Make it again")
    return name


@callback(
    Output(Id.SAVED, "children"),
    viewed("sample"),
    Input(Id.SAVED_STAMP, "data"),
    Input(Id.FORGOTTEN, "data"),
)
def update_list(data: Any, _saved: Any, _forgotten: Any) -> Any:
    """List the changed samples of the run as links."""
    view = ViewState.parse(data)
    try:
        known = sample.variants(view.run)
    except HeedError as error:
        return html.P(sentence(error), className="small muted")
    return kept_samples(known, view, _remove) if known else ""


def _remove(variant: Variant) -> html.Button:
    said = {"title": "Delete", "aria-label": f"Delete {clipped(variant.name, 60)}"}
    return html.Button(
        "\u00d7",
        id={"type": FORGET, "name": variant.name},
        type="button",
        className="button quiet",
        n_clicks=0,
        **said,
    )
