"""What stands where on the page Embedding."""

from typing import Any

from dash import dcc, html

from core.attention.embedding import METHOD_NAMES, methods
from core.attention.near import UMAP_MISSING
from dashboard.components.cards import button, card, column, field, grid
from dashboard.components.controls import choice, view_control
from dashboard.components.filter import filter_line
from dashboard.components.guard import without_run
from dashboard.components.view import ViewState
from dashboard.pages.embedding.charts import MAP
from dashboard.pages.embedding.ids import Id
from dashboard.services import training

DRAGS = (("lasso", "Lasso"), ("select", "Box"), ("zoom", "Zoom"), ("pan", "Move"))
METHODS = tuple((name, METHOD_NAMES[name]) for name in methods())


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    focused = html.Div(id=Id.FOCUSED)
    side = column(card("Focused sample", focused), card("What the map shows", html.Div(id=Id.NOTES)), width=3)
    main = html.Div(MAP.card(controls=[_drags()]), className="column span-9")
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE),
            html.Div(
                [filter_line(), _choices(), _status(), grid(main, side)], id=Id.BODY, hidden=bool(missing)
            ),
            *(dcc.Store(id=name) for name in (Id.WAITING, Id.READY, Id.LASSO, Id.FOCUS, Id.MARKED)),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
        ]
    )


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the page when there is no run to show; else nothing."""
    return without_run(view, "/embedding")


def _choices() -> html.Div:
    def late(name: Id, key: str, label: str, search: bool = False) -> html.Div:
        dropdown = dcc.Dropdown(id=name, options=[], value="", clearable=False, searchable=search)
        return field(label, view_control(key, dropdown), for_id=name)

    umap = "umap" not in methods()
    return html.Div(
        [
            choice(Id.METHOD, "method", "Method", METHODS, "pca"),
            late(Id.SPACE, "space", "Of what"),
            html.Div(late(Id.LAYER, "layer", "Attention layer"), id=Id.LAYER_FIELD, hidden=True),
            late(Id.COLOUR, "colour", "Coloured by", search=True),
            *([html.P(f"{UMAP_MISSING}.", className="small muted embedding-umap")] if umap else []),
        ],
        className="filter-bar",
    )


def _status() -> html.Div:
    return html.Div(
        [
            html.Div(id=Id.STATE, role="status", className="bring-state"),
            button("Compute the map", Id.START, "primary", hidden=True),
            button("Cancel", Id.STOP, "quiet", hidden=True),
            html.P(id=Id.PROBLEM, className="filter-error", role="alert"),
        ],
        id=Id.STATUS,
        className="form-actions embedding-status",
        hidden=True,
    )


def _drags() -> html.Div:
    buttons = [
        html.Button(
            words,
            type="button",
            **{"data-drag": mode, "aria-pressed": "true" if mode == "lasso" else "false"},
        )
        for mode, words in DRAGS
    ]
    named = {"aria-label": "What dragging over the map does"}
    return html.Div(buttons, className="segments embedding-drags", role="group", **named)
