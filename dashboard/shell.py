"""The frame around every page: rail, context bar, job bar, notices, and the stores that pages listen to."""

import contextlib
from collections.abc import Sequence
from typing import Any

import dash
from dash import (
    ALL,
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    ctx,
    dcc,
    html,
    no_update,
)

from core.errors import HeedError
from core.jobs import Job
from dashboard.components import cohorts, jobbar, watched
from dashboard.components.controls import view_control
from dashboard.components.format import clipped, short_id
from dashboard.components.ids import Id
from dashboard.components.notices import notify, sentence
from dashboard.components.page import Page, icon
from dashboard.components.view import ViewState, view_spec
from dashboard.services import library

PARTS = {
    "test": "test samples",
    "validation": "validation samples",
    "train": "training samples",
    "all": "all samples",
}
JOBS_PAGE = "train"
EXPLORE_FROM, TAKE_AWAY_FROM = 50, 90
KEYS = (
    ("[ and ]", "previous and next sample"),
    ("p", "pin the sample beside the next ones, or let it go"),
    ("g, then a letter", "open a page; its letter stands in the rail"),
    ("/", "go to the filter"),
    ("?", "show or close this list"),
    ("Esc", "close what is open"),
)


def layout(pages: Sequence[Page]) -> html.Div:
    """Return the frame with an empty place for the page."""
    return html.Div(
        [
            html.A("Skip to the content", href="#main", className="skip-link"),
            _rail(pages),
            html.Div(
                [
                    _context_bar(),
                    html.Main(dash.page_container, id=Id.MAIN, tabIndex="-1"),
                    html.Section(id=Id.JOB_BAR, className="job-bar", **{"aria-label": "Jobs"}),
                ],
                className="stage",
            ),
            html.Div(id=Id.TOASTS, className="toasts", **{"aria-live": "polite"}),
            _keys_help(pages),
            *_stores(),
        ],
        className="frame",
    )


def _stores() -> list[Any]:
    return [
        dcc.Store(id=Id.VIEW),
        dcc.Store(id=Id.VIEW_SPEC, data=view_spec()),
        dcc.Store(id=Id.CHARTS_TIED),
        dcc.Store(id=Id.CONTROLS_TIED),
        dcc.Store(id=Id.WATCHED_TIED),
        *watched.stores(),
        dcc.Store(id=Id.VIEW_CHANGES, data={}),
        dcc.Store(id=Id.THEME),
        dcc.Store(id=Id.LIBRARY, data=library.stamp()),
        dcc.Store(id=Id.COHORTS, data=library.cohorts_stamp()),
        dcc.Store(id=Id.JOBS),
        dcc.Store(id=Id.NOTICE),
        dcc.Store(id=Id.SAMPLE_ORDER),
        dcc.Store(id=Id.OWNER),
        dcc.Store(id=Id.NARROW),
        dcc.Store(id=Id.FILTER_TYPED),
        dcc.Store(id=Id.FILTER_ACCEPTED),
        dcc.Store(id=Id.COHORT_ORDER),
        dcc.Interval(id=Id.TICK, interval=1000),
    ]


def _rail(pages: Sequence[Page]) -> html.Nav:
    links: list[Any] = []
    ranks = [_rank(page) for page in pages]
    for place, page in enumerate(pages):
        if place and ranks[place] != ranks[place - 1]:
            links.append(html.Hr())
        links.append(_rail_link(page))
    if not any(page.slug == JOBS_PAGE for page in pages):
        links.append(html.Span(id=Id.JOB_COUNT, hidden=True))
    brand = html.A(
        [
            html.Span(className="brand-mark", **{"aria-hidden": "true"}),
            html.Span("Heed", className="rail-word"),
        ],
        href="/",
        className="brand",
        **{"aria-label": "Heed, home"},
    )
    foot = html.Div(
        [
            html.Button(
                [icon("theme"), html.Span("Light or dark", className="rail-word")],
                id=Id.THEME_TOGGLE,
                type="button",
                n_clicks=0,
                title="Light or dark",
            ),
            html.Button(
                [icon("keys"), html.Span("Keys", className="rail-word")],
                id="keys-open",
                type="button",
                title="Keys (?)",
            ),
        ],
        className="rail-foot",
    )
    return html.Nav(
        [brand, html.Div(links, className="rail-links"), foot],
        id=Id.RAIL,
        className="rail",
        **{"aria-label": "Pages"},
    )


def _rank(page: Page) -> int:
    return (page.order >= EXPLORE_FROM) + (page.order >= TAKE_AWAY_FROM)


def _rail_link(page: Page) -> html.A:
    count = [html.Span(id=Id.JOB_COUNT, className="rail-count")] if page.slug == JOBS_PAGE else []
    return html.A(
        [icon(page.icon), html.Span(page.name, className="rail-word"), *count],
        href=page.path,
        title=f"{page.name} (g {page.letter})" if page.letter else page.name,
        **{"data-path": page.path, "data-letter": page.letter},
    )


def _context_bar() -> html.Header:
    def picker(label: str, key: str, control: Any) -> html.Div:
        bound = view_control(key, control)
        return html.Div(
            [html.Label(label, htmlFor=control.id, className="context-label"), bound],
            className=f"context-item context-{key}",
        )

    parts = [{"value": value, "label": label} for value, label in PARTS.items()]
    return html.Header(
        [
            html.Button(icon("menu"), id="rail-toggle", type="button", **{"aria-label": "Pages"}),
            picker("Dataset", "dataset", dcc.Dropdown(id=Id.DATASET, options=[], placeholder="none chosen")),
            picker("Run", "run", dcc.Dropdown(id=Id.RUN, options=[], placeholder="none chosen")),
            picker(
                "Samples",
                "part",
                dcc.Dropdown(id=Id.PART, options=parts, value="test", clearable=False, searchable=False),
            ),
            picker("Cohort", "cohort", dcc.Dropdown(id=Id.COHORT, options=[], value="", clearable=False)),
        ],
        className="context-bar",
        **{"aria-label": "What is looked at"},
    )


def _keys_help(pages: Sequence[Page]) -> Any:
    letters = [(f"g {page.letter}", page.name) for page in pages if page.letter]
    rows = [html.Div([html.Dt(html.Kbd(key)), html.Dd(words)]) for key, words in (*KEYS, *letters)]
    return html.Dialog(
        [
            html.Div(
                [
                    html.H2("Keys"),
                    html.Button("Close", id="keys-close", type="button", className="button quiet"),
                ],
                className="card-head",
            ),
            html.Dl(rows, className="facts"),
        ],
        id=Id.KEYS,
        className="keys-help",
        **{"aria-label": "Keys"},
    )


@callback(
    Output(Id.DATASET, "options"),
    Output(Id.RUN, "options"),
    Output(Id.COHORT, "options"),
    Output(Id.OWNER, "data"),
    watched.watched("dataset", "run", "part", "cohort"),
    Input(Id.LIBRARY, "data"),
    prevent_initial_call=True,
)
def update_pickers(data: Any, _stamp: str) -> tuple[Any, Any, Any, Any]:
    """Offer datasets, runs of the chosen one and cohorts of the run; a chosen run brings its dataset."""
    view = ViewState.parse(data)
    owner = view.dataset
    if view.run and not owner:
        with contextlib.suppress(HeedError):
            owner = library.run(view.run).dataset
    datasets = [(entry.id, clipped(entry.name or entry.id)) for entry in library.datasets().entries]
    runs = [
        (run.id, f"{clipped(run.name or run.model)} {short_id(run.id)}")
        for run in library.runs(owner).entries
    ]
    found = {"run": view.run, "dataset": owner} if view.run and owner and not view.dataset else no_update
    return _options(datasets, owner), _options(runs, view.run), cohorts.options(view), found


def _options(known: Sequence[tuple[str, str]], chosen: str | None) -> list[dict[str, str]]:
    """Return options; what is chosen is among them also when it is gone, since a dropdown would drop it."""
    gone = [(chosen, f"{short_id(chosen)} (not here)")] if chosen and chosen not in dict(known) else []
    return [{"value": value, "label": label} for value, label in (*known, *gone)]


@callback(
    Output(Id.JOB_BAR, "children"),
    Output(Id.JOB_COUNT, "children"),
    Input(Id.TICK, "n_intervals"),
    State(Id.JOBS, "data"),
    State(Id.LIBRARY, "data"),
    State(Id.COHORTS, "data"),
)
def update_jobs(_ticks: int | None, known: Any, stamp: Any, named: Any) -> tuple[Any, Any]:
    """Look at the jobs once a second and send only what changed.

    The stores are set, not put out: while a callback is under way the browser holds back all that depends
    on its outputs, and this one is under way every second.
    """
    now, cohorts_now = library.stamp(), library.cohorts_stamp()
    jobs = [job for job in library.desk().list() if job.spec.kind != jobbar.UNSEEN]
    plain = [jobbar.plain(job) for job in jobs[: jobbar.LISTED]]
    if now != stamp:
        dash.set_props(Id.LIBRARY, {"data": now})
    if cohorts_now != named:
        dash.set_props(Id.COHORTS, {"data": cohorts_now})
    if plain == known:
        return no_update, no_update
    dash.set_props(Id.JOBS, {"data": plain})
    return jobbar.bar(jobs), _active(jobs)


def _active(jobs: Sequence[Job]) -> str:
    active = sum(1 for job in jobs if jobbar.is_active(job))
    return str(active) if active else ""


@callback(
    Output(Id.JOB_BAR, "data-cancelled"),
    Input({"type": "job-cancel", "job": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def update_cancelled(clicks: list[int | None]) -> Any:
    """Cancel the job whose button was clicked in the job bar."""
    if not any(clicks) or not isinstance(ctx.triggered_id, dict):
        return no_update
    try:
        library.desk().cancel(str(ctx.triggered_id["job"]))
    except HeedError as error:
        notify(sentence(error), kind="error")
    return no_update


clientside_callback(ClientsideFunction("heed", "boot"), Output(Id.VIEW, "data"), Input(Id.VIEW_SPEC, "data"))
clientside_callback(ClientsideFunction("heed", "mirror"), Input(Id.VIEW, "data"))
clientside_callback(ClientsideFunction("heed", "takeChanges"), Input(Id.VIEW_CHANGES, "data"))
clientside_callback(ClientsideFunction("heed", "cohortsSeen"), Input(Id.COHORTS, "data"))
clientside_callback(
    ClientsideFunction("heed", "theme"), Output(Id.THEME, "data"), Input(Id.THEME_TOGGLE, "n_clicks")
)
clientside_callback(ClientsideFunction("heed", "notice"), Input(Id.NOTICE, "data"))
clientside_callback(ClientsideFunction("heed", "sampleOrder"), Input(Id.SAMPLE_ORDER, "data"))
clientside_callback(ClientsideFunction("heed", "jobsSeen"), Input(Id.JOBS, "data"))
clientside_callback(
    ClientsideFunction("heed", "complete"), Input(Id.OWNER, "data"), prevent_initial_call=True
)
