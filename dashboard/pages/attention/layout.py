"""What stands where on the page Attention."""

from typing import Any

from dash import dcc, html

from core.errors import HeedError
from dashboard.components.cards import button, empty_state, field, link_button
from dashboard.components.controls import view_control
from dashboard.components.filter import filter_line
from dashboard.components.format import clipped, short_id
from dashboard.components.guard import needs_run
from dashboard.components.notices import sentence
from dashboard.components.threshold import ThresholdChip
from dashboard.components.view import ViewState
from dashboard.pages.attention import words
from dashboard.pages.attention.ids import Id
from dashboard.pages.attention.sections import SECTIONS
from dashboard.services import attention, library

OFFERED = 3
CHIP = ThresholdChip(Id.THRESHOLD, lambda view: (view.run,))


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE),
            html.Div(
                [
                    filter_line(view),
                    CHIP.place(),
                    _filters(),
                    *SECTIONS.content(view),
                ],
                id=Id.BODY,
                hidden=bool(missing),
            ),
            _coach(),
            dcc.Store(id=Id.COACH_STATE),
        ]
    )


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the page when it has no attention to show; else nothing."""
    if view.run is None:
        return [_without_run(view)]
    try:
        run = library.run(view.run)
        library.dataset(run.dataset)
    except HeedError as error:
        return [
            empty_state(
                sentence(error),
                *_offers(view),
                link_button("Train a model", view.changed(run=None).href("/train")),
                title="This run is not here",
            )
        ]
    if attention.has_attention(run):
        return []
    offers = _offers(view.changed(dataset=run.dataset))
    said = f"{clipped(run.name or run.model)} is a run of {clipped(run.model)}, which has no attention. "
    more = "These runs on the same dataset have one." if offers else "No run on its dataset has one yet."
    train = link_button(
        "Train a model with attention", view.href("/train", model="attention-lstm"), primary=not offers
    )
    return [empty_state(said + more, *offers, train, title="No attention in this model")]


def _without_run(view: ViewState) -> Any:
    offers = _offers(view)
    if not offers:
        return needs_run(view)
    return empty_state(
        "No run is chosen. Choose one in the bar above, or take one of the newest.",
        *offers,
        link_button("Train a model", view.href("/train")),
        title="Nothing to look at yet",
    )


def _offers(view: ViewState) -> list[Any]:
    entries = library.runs(view.dataset).entries
    found = [run for run in entries if attention.has_attention(run)][:OFFERED]
    return [
        link_button(
            f"{clipped(run.name or run.model)} {short_id(run.id)}",
            ViewState(dataset=run.dataset, run=run.id, part=view.part).href("/attention"),
            primary=place == 0,
        )
        for place, run in enumerate(found)
    ]


def _filters() -> html.Div:
    def dropdown(name: Id, options: Any, value: str) -> dcc.Dropdown:
        return dcc.Dropdown(id=name, options=options, value=value, clearable=False, searchable=False)

    every = [{"value": "", "label": "all"}]
    return html.Div(
        [
            field("Class", view_control("klass", dropdown(Id.CLASS, every, "")), for_id=Id.CLASS),
            html.Div(
                field("Attention layer", view_control("layer", dropdown(Id.LAYER, [], "")), for_id=Id.LAYER),
                id=Id.LAYER_FIELD,
                hidden=True,
            ),
            html.P(id=Id.OWN_NOTE, className="small muted filter-note"),
        ],
        className="filter-bar",
    )


def _coach() -> html.Aside:
    steps = [
        html.Div(
            [
                html.P(f"{place} of {len(words.COACH)}", className="small muted"),
                html.H2(title),
                html.P(text),
            ],
            className="coach-step",
            **{"data-step": str(place)},
        )
        for place, (title, text) in enumerate(words.COACH, start=1)
    ]
    return html.Aside(
        [
            *steps,
            html.Div(
                [
                    button("Close", f"{Id.COACH}-close", "quiet"),
                    button("Next", f"{Id.COACH}-next", "primary"),
                ],
                className="coach-buttons",
            ),
        ],
        id=Id.COACH,
        className="coach",
        hidden=True,
        **{"aria-label": "What to look at first"},
    )
