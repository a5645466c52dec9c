"""What the page Embedding does: choices of the run, the job that makes a map, lasso, focused sample."""

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update

from core.attention.embedding import SPACE_NAMES
from core.errors import HeedError, SettingsError
from dashboard.components import jobbar
from dashboard.components.format import clipped
from dashboard.components.guard import guarded
from dashboard.components.ids import Id as Frame
from dashboard.components.narrowing import NOTHING, picked, show_narrowed
from dashboard.components.notices import notify, sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.embedding import words
from dashboard.pages.embedding.charts import MAP, asked
from dashboard.pages.embedding.ids import Id
from dashboard.pages.embedding.layout import notice
from dashboard.services import conditions, embedding, jobs, library, training
from dashboard.services.samples import layers_of

STEM = "Lasso"  # what cohorts of many picked samples are called


guarded(Id.NOTICE, Id.BODY, notice)


@callback(
    Output(Id.SPACE, "options"),
    Output(Id.LAYER, "options"),
    Output(Id.LAYER_FIELD, "hidden"),
    Output(Id.COLOUR, "options"),
    viewed("embedding"),
    Input(Frame.LIBRARY, "data"),
)
def update_choices(data: Any, _stamp: Any) -> tuple[Any, ...]:
    """Offer the spaces, layers and fields that the run has."""
    view = ViewState.parse(data)
    try:
        run = library.run(view.run)
        spaces = embedding.spaces(view.run)
        colours = embedding.colours(asked(view))
        cohorts = conditions.cohorts(run.id)
    except HeedError:
        return no_update, no_update, no_update, no_update
    layers = [layer.name for layer in layers_of(run)]
    first, *others = spaces
    shown = view.space if view.space in spaces else first
    fields = [name for name in colours if name != "cohort" or cohorts]
    return (
        offered({name: SPACE_NAMES[name] for name in (first, *others)}, first, view.space),
        offered({name: clipped(name) for name in layers}, next(iter(layers), ""), view.layer),
        shown != "attention" or len(layers) < 2,
        offered({name: clipped(name, 50) for name in fields}, "class", view.colour),
    )


def offered(names: Mapping[str, str], usual: str, chosen: str) -> list[dict[str, str]]:
    """Return the options of a dropdown; the usual one stands for nothing chosen, unless it was named."""
    return [
        {"value": "" if name == usual != chosen else name, "label": title} for name, title in names.items()
    ]


@callback(
    Output(Id.STATUS, "hidden"),
    Output(Id.STATE, "children"),
    Output(Id.START, "hidden"),
    Output(Id.STOP, "hidden"),
    Output(Id.STOP, "data-job"),
    Output(Id.PROBLEM, "children"),
    Output(Id.WAITING, "data"),
    Output(Id.READY, "data"),
    viewed("embedding"),
    Input(Frame.JOBS, "data"),
    State(Id.WAITING, "data"),
    State(Id.READY, "data"),
)
def update_status(data: Any, _jobs: Any, waiting: Any, ready: Any) -> tuple[Any, ...]:
    """Say whether the map is there, what making it takes, or how the job that makes it goes."""
    request = asked(ViewState.parse(data))
    hidden = (True, "", True, True, "", "")
    try:
        key = embedding.plan(request).key
        standing = embedding.standing(request)
        job = None if standing.ready else embedding.under_way(request)
    except HeedError:
        return *hidden, None, no_update  # the chart says why
    if standing.ready:
        # Only a map that was waited for is asked for again: the chart follows the view by itself.
        return *hidden, None, (key if waiting == key and ready != key else no_update)
    if job is not None and jobbar.is_active(job):
        return False, jobbar.underway(job), True, False, job.id, "", key, no_update
    failed = job is not None and job.state.state in {"failed", "interrupted"}
    problem = jobbar.failure(job) if job is not None and failed else ""
    return False, words.takes(standing), False, True, "", problem, key, no_update


@callback(
    Output(Id.NONCE, "data"),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Id.START, "n_clicks"),
    State(Id.NONCE, "data"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_ordered(clicks: Any, nonce: Any, data: Any) -> tuple[Any, Any]:
    """Submit the job that makes the map; the frame's jobs tell of it within a second."""
    if not clicks:
        return no_update, no_update
    try:
        embedding.order(asked(ViewState.parse(data)), str(nonce))
    except HeedError as error:
        return no_update, sentence(error)
    return training.new_nonce(), ""


@callback(
    Output(Id.STOP, "data-stopped"),
    Input(Id.STOP, "n_clicks"),
    State(Id.STOP, "data-job"),
    prevent_initial_call=True,
)
def cancel_map(clicks: Any, job: Any) -> Any:
    """Stop the job that makes the map."""
    if clicks:
        try:
            jobs.stop(job, embedding.KIND)
        except HeedError as error:
            notify(sentence(error), kind="error")
    return no_update


@callback(
    Output(Id.FOCUS, "data"),
    Output(Id.FOCUSED, "children"),
    Output(Id.NOTES, "children"),
    viewed("embedding"),
    Input(Id.READY, "data"),
)
def update_focus(data: Any, _ready: Any) -> tuple[Any, Any, Any]:
    """Say where the focused sample lies and what it is, and what the map shows."""
    view = ViewState.parse(data)
    try:
        found: Any = MAP.ask(view)
        focus = embedding.focus(asked(view), view.sample)
    except HeedError as error:
        return None, words.nobody(), html.P(sentence(error), className="small muted")
    told = words.focused(found, focus, view) if focus is not None else words.nobody(view.sample)
    place = None if focus is None else {"sample": focus.sample, "x": focus.x, "y": focus.y}
    return place, told, words.notes(found)


@callback(Input(Id.LASSO, "data"), State(Frame.VIEW, "data"), prevent_initial_call=True)
def update_lasso(drawn: Any, data: Any) -> None:
    """Select the samples inside a line that was drawn over the map."""
    line = drawn if isinstance(drawn, Mapping) else {}
    view = ViewState.parse(data)
    try:
        if not isinstance(line.get("x"), list) or not isinstance(line.get("y"), list):
            raise SettingsError("a line must have as many numbers across as up")
        rows, of_selection = embedding.within(asked(view), line["x"], line["y"])
        # Where the line holds samples that the filter left out only, it begins a selection of its own.
        lifted = {} if of_selection else NOTHING
        show_narrowed(view, {**lifted, **picked(view.changed(**lifted), rows, STEM)})
    except HeedError as error:
        notify(sentence(error), kind="error")


clientside_callback(
    ClientsideFunction("heed", "embeddingLasso"), Input(Id.MAP, "selectedData"), prevent_initial_call=True
)
clientside_callback(
    ClientsideFunction("heed", "embeddingMark"), Output(Id.MARKED, "data"), Input(Id.FOCUS, "data")
)
