"""What the page Modalities does when the view changes."""

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html, no_update

from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.guard import guarded
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.modalities import words
from dashboard.pages.modalities.charts import asked
from dashboard.pages.modalities.ids import Id
from dashboard.pages.modalities.layout import notice
from dashboard.services import library, modalities

guarded(Id.NOTICE, Id.BODY, notice)


@callback(
    Output(Id.PAIR, "options"),
    Output(Id.PAIR_FIELD, "hidden"),
    Output(Id.HEAD, "options"),
    viewed("modalities"),
)
def update_controls(data: Any) -> tuple[Any, ...]:
    """Offer the pairs of modalities and the heads of the run."""
    view = ViewState.parse(data)
    try:
        pairs = modalities.pairs(library.run(view.run))
    except HeedError:
        return (no_update,) * 3
    if not pairs:
        return (no_update,) * 3
    options = [
        {"value": pair.ab.name if place else "", "label": f"{clipped(pair.a, 20)} and {clipped(pair.b, 20)}"}
        for place, pair in enumerate(pairs)
    ]
    heads = [{"value": str(head), "label": f"head {head}"} for head in range(pairs[0].ab.heads)]
    return options, len(options) < 2, [{"value": "", "label": "mean over heads"}, *heads]


@callback(
    Output(Id.NEAR, "data"),
    Output(Id.PLACE, "children"),
    Output(Id.VERDICT, "children"),
    Output(Id.GUIDE, "children"),
    viewed("modalities"),
)
def update_sample(data: Any) -> tuple[Any, ...]:
    """Read the sample in view."""
    view = ViewState.parse(data)
    try:
        place, reading = modalities.place(asked(view)), modalities.reading(asked(view))
        said = words.verdict(library.run(view.run), reading)
    except HeedError as error:
        return None, "", "", html.P(sentence(error), className="small muted")
    near = {"sample": place.sample, "near": list(place.near)}
    return near, words.place_words(place), said, words.guide(reading)


@callback(
    Output(Id.SENTENCE, "children"),
    Output(Id.REPORT, "children"),
    Output(Id.TESTS, "children"),
    Output(Id.NUMBERS, "children"),
    Output(Id.HEADS, "children"),
    viewed("modalities"),
)
def update_numbers(data: Any) -> tuple[Any, ...]:
    """Tell what was measured of the selection."""
    view = ViewState.parse(data)
    try:
        found, report = modalities.measured(asked(view)), modalities.report(asked(view))
    except HeedError as error:
        return html.P(sentence(error), className="small muted"), "", "", "", ""
    return words.sentences(found), report, words.tests(found), words.directions(found), words.heads(found)


clientside_callback(
    ClientsideFunction("heed", "walkModalities"),
    Input(Id.PREVIOUS, "n_clicks"),
    Input(Id.NEXT, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("heed", "nearSamples"), Output(Id.STEPPED, "data"), Input(Id.NEAR, "data")
)
