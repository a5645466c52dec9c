"""What the page Gallery does when the view changes."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update

from core.errors import HeedError
from core.evaluation import OUTCOMES
from dashboard.components.cards import folded
from dashboard.components.filter import class_options
from dashboard.components.format import clipped, count, short_id
from dashboard.components.guard import guarded
from dashboard.components.kept_samples import kept_samples
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.gallery.charts import SAMPLES, size_of
from dashboard.pages.gallery.ids import Id
from dashboard.pages.gallery.layout import listed, notice, ways
from dashboard.services import gallery, library, sample
from dashboard.services.gallery import SCROLLED, GalleryCounts
from dashboard.services.samples import Selection

WORDS = ("true positives", "true negatives", "false positives", "false negatives")


guarded(Id.NOTICE, Id.BODY, notice)


@callback(
    Output(Id.OUTCOME, "children"),
    Output(Id.CLASS, "options"),
    Output(Id.PREDICTED, "options"),
    Output(Id.CHANNEL, "options"),
    Output(Id.CHANNEL_FIELD, "hidden"),
    Output(Id.NOTE, "children"),
    Output(Id.CONFUSION_FRAME, "className"),
    Output(Id.SAMPLES_FRAME, "className"),
    Output(Id.COMPARED_FRAME, "className"),
    Output(Id.NAMES, "data"),
    viewed("gallery"),
)
def update_filters(data: Any) -> tuple[Any, ...]:
    """Offer outcomes with their counts, classes and channels of the run."""
    view = ViewState.parse(data)
    try:
        run = library.run(view.run)
        counts = gallery.counts(Selection.of(view))
    except HeedError:
        return (no_update,) * 10
    classes = [{"value": name, "label": clipped(name)} for name in run.classes]
    channels = [{"value": place, "label": clipped(name)} for place, name in enumerate(run.channels)]
    several = len(run.classes) > 2
    return (
        tabs(counts, view.outcome),
        class_options(run),
        [{"value": "", "label": "all"}, *classes],
        channels,
        len(channels) < 2,
        [note(counts), *only_against(view)],
        "span-4" if several else "is-hidden",
        f"column span-{8 if several else 12}",
        "span-12" if view.pinned else "is-hidden",
        list(run.classes),
    )


@callback(
    Output(Id.PLACE, "children"),
    Output(Id.PREVIOUS, "disabled"),
    Output(Id.NEXT, "disabled"),
    Output(Id.PAGES, "data"),
    Output(Id.LIST, "children"),
    Output(Id.WAYS, "children"),
    Output(Id.TURN, "hidden"),
    Output(Id.SIZE_FIELD, "hidden"),
    viewed("gallery"),
)
def update_pager(data: Any) -> tuple[Any, ...]:
    """Say which samples the page shows, and list them; where they are scrolled, the tiles are the list."""
    view = ViewState.parse(data)
    scrolled = view.show == SCROLLED
    chosen = (ways(view), scrolled, scrolled)
    if scrolled:
        return "", True, True, {"page": 0, "last": 0}, "", *chosen
    try:
        page: Any = SAMPLES.ask(view)
    except HeedError:
        return "", True, True, {"page": 0, "last": 0}, "", *chosen
    size = size_of(view)
    here, last = page.offset // size, max(0, (page.total - 1) // size)
    place = f"{count(page.offset + 1)} to {count(page.offset + len(page.samples))} of {count(page.total)}"
    return place, here == 0, here >= last, {"page": here, "last": last}, listed(page, view), *chosen


def tabs(counts: GalleryCounts, chosen: str) -> list[Any]:
    """Return a button for each outcome with its number of samples; assets/attention.js sets the view."""
    found = [tab("all", "", counts.total, chosen)]
    for code, name in enumerate(OUTCOMES):
        if counts.own and name in {"TN", "FP"}:
            continue
        word = {"TP": "right", "FN": "wrong"}[name] if counts.own else name
        found.append(tab(word, name, counts.outcomes[code], chosen, "" if counts.own else WORDS[code]))
    return found


def tab(word: str, outcome: str, samples: int, chosen: str, title: str = "") -> html.Button:
    """Return the button of one outcome, pressed when it is chosen."""
    shown = html.Span(f"{word} {count(samples)}", className=f"badge-outcome {outcome.lower()}".strip())
    state = {"aria-pressed": "true" if outcome == chosen else "false"}
    named = {"data-view-key": "outcome", "data-view-value": outcome}
    return html.Button(shown, type="button", className="tab", title=title, **state, **named)


def note(counts: GalleryCounts) -> str:
    """Return what the outcomes are about."""
    if counts.own:
        return "More than two classes: choose one to see it against the rest, or click a cell of the matrix."
    positive = clipped(counts.classes[counts.reference], 30)
    if len(counts.classes) == 2:
        return f"Positive is the class {positive}, negative the other."
    return f"Positive is the class {positive}, negative every other."


def only_against(view: ViewState) -> list[Any]:
    """Say that only samples which another run gets wrong are shown, with a link back to all."""
    if view.against is None:
        return []
    try:
        other = library.run(view.against)
    except HeedError:
        return []
    named = f"{clipped(other.name or other.model, 40)}, seed {other.seed} {short_id(other.id)}"
    return [
        html.Br(),
        f"Only samples that this run gets right and {named} gets wrong. ",
        html.A("Show all", href=view.href("/gallery", against=None)),
    ]


@callback(Output(Id.KEPT, "children"), viewed("gallery"))
def update_kept(data: Any) -> Any:
    """List the changed samples that are made from those shown, folded away."""
    view = ViewState.parse(data)
    try:
        known = sample.variants(view.run, Selection.of(view))
    except HeedError:
        return ""
    return folded("Changed samples made from these", kept_samples(known, view)) if known else ""


clientside_callback(
    ClientsideFunction("heed", "turnPage"),
    Input(Id.PREVIOUS, "n_clicks"),
    Input(Id.NEXT, "n_clicks"),
    State(Id.PAGES, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("heed", "pickCell"),
    Input(Id.CONFUSION, "clickData"),
    State(Id.NAMES, "data"),
    prevent_initial_call=True,
)
