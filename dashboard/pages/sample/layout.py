"""What stands where on the page Sample."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import button, card, field, grid
from dashboard.components.controls import choice, view_control
from dashboard.components.filter import filter_line
from dashboard.components.guard import without_run
from dashboard.components.plain import plain
from dashboard.components.threshold import ThresholdChip
from dashboard.components.view import ViewState
from dashboard.pages.sample import form
from dashboard.pages.sample.charts import NEAREST, PINNED, SERIES
from dashboard.pages.sample.ids import Id

SHOWS = (("", "one panel each"), ("overlaid", "all in one panel"))
SPACES = (("", "their series"), ("hidden", "what the model makes of them"))
CHIP = ThresholdChip("sample-threshold", lambda view: (view.run,))


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE),
            html.Div(
                [filter_line(), CHIP.place(), _controls(), _walk(), _main(), *_below()],
                id=Id.BODY,
                hidden=bool(missing),
            ),
            dcc.Store(id=Id.NEAR),
            dcc.Store(id=Id.BRUSHED),
            dcc.Store(id=Id.STEPPED),
            dcc.Store(id=Id.EDIT),
        ]
    )


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the page when there is no run to show; else nothing."""
    return without_run(view, "/sample")


def _controls() -> html.Div:
    channels = dcc.Dropdown(
        id=Id.CHANNELS,
        options=[],
        value=[],
        multi=True,
        placeholder="all, or those that vary most where it looks",
    )
    layer = dcc.Dropdown(id=Id.LAYER, options=[], value="", clearable=False, searchable=False)
    return html.Div(
        [
            html.Div(
                field("Channels", view_control("channels", channels), for_id=Id.CHANNELS),
                id=Id.CHANNELS_FIELD,
                className="sample-channels",
                hidden=True,
            ),
            html.Div(choice(Id.SHOW, "show", "Draw them in", SHOWS, ""), id=Id.SHOW_FIELD, hidden=True),
            html.Div(
                field("Attention layer", view_control("layer", layer), for_id=Id.LAYER),
                id=Id.LAYER_FIELD,
                hidden=True,
            ),
        ],
        className="filter-bar",
    )


def _walk() -> html.Div:
    keys = {"aria-keyshortcuts": "["}, {"aria-keyshortcuts": "]"}, {"aria-keyshortcuts": "p"}
    return html.Div(
        [
            button("\u2190 Previous", Id.PREVIOUS, "quiet", title="Previous sample: [", **keys[0]),
            button("Next \u2192", Id.NEXT, "quiet", title="Next sample: ]", **keys[1]),
            html.Span(id=Id.PLACE, className="small muted", role="status"),
            html.Span(id=Id.VERDICT, className="verdict"),
            button("Pin", Id.PIN, "quiet", title="Keep this sample beside the next ones: p", **keys[2]),
        ],
        className="walk sample-walk",
    )


def _main() -> html.Div:
    side = html.Div(
        [card("What the model says", html.Div(id=Id.CHANCES)), form.what_if_card()],
        id=Id.SIDE_FRAME,
        className="column span-4 sample-side",
    )
    return grid(
        html.Div(SERIES.card(), id=Id.SERIES_FRAME, className="column span-8"),
        html.Div(PINNED.card(), id=Id.PINNED_FRAME, className="is-hidden"),
        side,
    )


def _below() -> list[Any]:
    space = choice(Id.SPACE, "space", "Near by", SPACES, "")
    return [
        grid(card("This sample in words and numbers", plain(Id.TEXT, "sample-text"))),
        grid(
            NEAREST.card(width=8, controls=[html.Div(space, className="sample-space")]),
            card("Open one of them", html.Div(id=Id.NEAREST_LIST, className="table-scroll"), width=4),
        ),
    ]
