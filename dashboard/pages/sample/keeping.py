"""What the page Sample does with changed samples that are kept with the run: save, list, open, delete."""

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, html, no_update

from core.errors import HeedError
from core.expressions import one_of
from core.inference.variants import Variant
from dashboard.components.format import clipped, counted
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.view import MAX_LONG_TEXT, ViewState
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
    try:
        sample.let_go(ViewState.parse(data).run, name)
    except HeedError as error:
        notify(sentence(error), kind="error")
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
    if not known:
        return ""
    said = counted(len(known), "changed sample")
    items = html.Ul([_item(one, view) for one in reversed(known)], className="lineage")
    made_of = one_of("variant", [one.name for one in known])
    to_them = view.href("/attention", where=made_of, part="all", edits="")
    link = html.A("the samples they were made from", href=to_them)
    shown = ["; ", link] if len(made_of) <= MAX_LONG_TEXT else []
    return html.Div(
        [html.P([f"{said} kept with this run", *shown], className="small muted"), items],
        className="saved-variants",
    )


def _item(variant: Variant, view: ViewState) -> html.Li:
    link = html.A(
        clipped(variant.name, 40), href=view.href("/sample", sample=variant.sample, edits=variant.edits)
    )
    said = {"title": "Delete", "aria-label": f"Delete {clipped(variant.name, 60)}"}
    remove = html.Button(
        "\u00d7",
        id={"type": FORGET, "name": variant.name},
        type="button",
        className="button quiet",
        n_clicks=0,
        **said,
    )
    return html.Li([html.Span([link, f" (sample {variant.sample})"]), remove])
