"""What stands where on the page Modalities."""

from typing import Any

from dash import dcc, html

from core.errors import HeedError
from core.models.manifest import RunManifest
from dashboard.components.cards import button, card, empty_state, field, folded, grid, link_button
from dashboard.components.controls import choice, view_control
from dashboard.components.filter import filter_line
from dashboard.components.format import clipped, short_id
from dashboard.components.guard import needs_run
from dashboard.components.notices import sentence
from dashboard.components.threshold import ThresholdChip
from dashboard.components.view import ViewState
from dashboard.pages.modalities.charts import ALIGNMENT, CONTRIBUTIONS, GROUPS, LAGS, MAPS
from dashboard.pages.modalities.ids import Id
from dashboard.services import library, modalities

OFFERED = 3
SHOWS = (("", "the sample in view"), ("mean", "the mean over the selection"))
CHIP = ThresholdChip("modalities-threshold", lambda view: (view.run,))


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE),
            html.Div(
                [filter_line(view), CHIP.place(), _controls(), _walk(), _main()],
                id=Id.BODY,
                hidden=bool(missing),
            ),
            dcc.Store(id=Id.NEAR),
            dcc.Store(id=Id.STEPPED),
        ]
    )


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the page when no modalities look at each other; else nothing."""
    if view.run is None:
        offers = _offers(view)
        if not offers and not library.runs(view.dataset).entries:
            return [needs_run(view)]
        said = "No run is chosen. " + (
            "These runs have two modalities that look at each other."
            if offers
            else "No run here has two modalities that look at each other yet."
        )
        return [empty_state(said, *offers, _train(view, not offers), title="Nothing to look at yet")]
    try:
        run = library.run(view.run)
        library.dataset(run.dataset)
    except HeedError as error:
        return [
            empty_state(sentence(error), *_offers(view), _train(view, False), title="This run is not here")
        ]
    return [] if modalities.pairs(run) else [_without(run, view)]


def _without(run: RunManifest, view: ViewState) -> html.Div:
    offers = _offers(view.changed(dataset=run.dataset))
    said = (
        f"{clipped(run.name or run.model)} is a run of {clipped(run.model)}: nothing in it looks from one"
        " modality to another. The model cross-modal does; it reads groups of channels, or a spectrogram"
        " beside the series."
    )
    return empty_state(said, *offers, _train(view, not offers), title="No two modalities look at each other")


def _train(view: ViewState, primary: bool) -> html.A:
    href = view.changed(run=None).href("/train", model="cross-modal")
    return link_button("Train a cross-modal model", href, primary=primary)


def _offers(view: ViewState) -> list[Any]:
    found = [run for run in library.runs(view.dataset).entries if modalities.pairs(run)][:OFFERED]
    return [
        link_button(
            f"{clipped(run.name or run.model)} {short_id(run.id)}",
            ViewState(dataset=run.dataset, run=run.id, part=view.part).href("/modalities"),
            primary=place == 0,
        )
        for place, run in enumerate(found)
    ]


def _controls() -> html.Div:
    pair = dcc.Dropdown(id=Id.PAIR, options=[], value="", clearable=False, searchable=False)
    head = dcc.Dropdown(
        id=Id.HEAD, options=[{"value": "", "label": "mean"}], value="", clearable=False, searchable=False
    )
    return html.Div(
        [
            html.Div(
                field("Modalities", view_control("layer", pair), for_id=Id.PAIR),
                id=Id.PAIR_FIELD,
                hidden=True,
            ),
            choice(Id.SHOW, "show", "Maps of", SHOWS, ""),
            field("Head", view_control("head", head), for_id=Id.HEAD),
        ],
        className="filter-bar",
    )


def _walk() -> html.Div:
    keys = {"aria-keyshortcuts": "["}, {"aria-keyshortcuts": "]"}
    return html.Div(
        [
            button("\u2190 Previous", Id.PREVIOUS, "quiet", title="Previous sample: [", **keys[0]),
            button("Next \u2192", Id.NEXT, "quiet", title="Next sample: ]", **keys[1]),
            html.Span(id=Id.PLACE, className="small muted", role="status"),
            html.Span(id=Id.VERDICT, className="verdict"),
        ],
        className="walk sample-walk",
    )


def _main() -> html.Div:
    return grid(
        MAPS.card(width=12),
        card(
            "How to read this sample",
            html.Div(id=Id.GUIDE),
            line="Focused or diffuse, agreeing or conflicting; then the checklist for such predictions.",
        ),
        ALIGNMENT.card(width=6),
        LAGS.card(width=6),
        card(
            "What may be said of it",
            html.Div(id=Id.SENTENCE),
            folded("The whole as plain text", html.Pre(id=Id.REPORT, className="plain-text")),
        ),
        GROUPS.card(width=12),
        card("Do the groups differ?", html.Div(id=Id.TESTS, className="table-scroll")),
        CONTRIBUTIONS.card(width=12),
        card(
            "How each direction looks",
            html.Div(id=Id.NUMBERS, className="table-scroll"),
            line="Means over the selection; entropy: 0 one place, 1 all alike; keys in use: places that share"
            " the weight.",
        ),
        card(
            "What single heads do",
            html.Div(id=Id.HEADS, className="table-scroll"),
            line="Means over the selection; the largest weights are of the mean map, as query at key.",
        ),
    )
