"""What the page Augment does when the view changes; the list itself is changed in the browser."""

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.view import MAX_LONG_TEXT, ViewState
from dashboard.components.watched import viewed
from dashboard.pages.augment import charts, words
from dashboard.pages.augment.ids import Id
from dashboard.pages.augment.layout import drawn, items, notice
from dashboard.services import augmentation, previewing


@callback(
    Output(Id.NOTICE, "children"),
    Output(Id.NOTICE, "hidden"),
    Output(Id.BODY, "hidden"),
    Output(Id.CHANNEL, "options"),
    Output(Id.CHANNEL_FIELD, "hidden"),
    Input(Id.PLACE_ASKED, "data"),
    Input(Frame.LIBRARY, "data"),
    prevent_initial_call=True,
)
def update_dataset(asked: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what is missing in place of the page, or offer the dataset's channels."""
    view = ViewState.parse(asked)
    missing = notice(view)
    if missing:
        return missing, False, True, no_update, True
    channels = previewing.opened(view.dataset).channels
    options = [{"value": name, "label": clipped(name)} for name in channels]
    return [], True, False, options, len(channels) < 2


@callback(
    Output(Id.LIST, "children"),
    Output(Id.DRAWN, "data"),
    Input(Id.LIST_ASKED, "data"),
    prevent_initial_call=True,
)
def update_list(asked: Any) -> tuple[Any, Any]:
    """Draw the list of augmentations; what can't be understood of it is left out with a notice."""
    text = asked if isinstance(asked, str) else ""
    view = ViewState.parse({"augment": text})
    if text and not view.augment:
        notify(
            f"The list of augmentations in the address is longer than {MAX_LONG_TEXT} signs: it is empty now."
        )
    list_of = augmentation.recipe(view.augment)
    if list_of.problems:
        notify(" ".join(f"{problem}." for problem in list_of.problems), kind="error")
    return items(list_of), drawn(list_of)


@callback(
    Output(Id.WORDS, "children"),
    Output(Id.PROBLEM, "children"),
    Output(Id.PLACE, "children"),
    Output(Id.WALK, "data"),
    Input(Id.WORDS_ASKED, "data"),
    prevent_initial_call=True,
)
def update_words(asked: Any) -> tuple[Any, ...]:
    """Say what the augmentations do to the classes, what is wrong with them, and which sample is shown."""
    view = ViewState.parse(asked.get("view") if isinstance(asked, dict) else None)
    problems = _problems(view)
    try:
        found = previewing.previewed(view)
        dataset = previewing.opened(view.dataset)
    except HeedError as error:
        return sentence(error), problems, "", None
    name = clipped(str(dataset.sample_ids[found.sample]), 24)
    place = words.place(found.sample, dataset.samples, name, view.draw)
    near = previewing.neighbours(dataset, found.sample)
    return words.kept_apart(found.separability, dataset), problems, place, near


@callback(
    Output(Id.POINTS, "data"),
    Output(Id.WORDS, "children", allow_duplicate=True),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Id.MOVED, "data"),
    prevent_initial_call=True,
)
def update_points(asked: Any) -> tuple[Any, ...]:
    """Bring new points for the figures while a control moves; the figures themselves stay."""
    view = ViewState.parse(asked)
    problems = _problems(view)
    try:
        found = previewing.previewed(view)
        points = charts.points(view)
        told = words.kept_apart(found.separability, previewing.opened(view.dataset))
    except HeedError as error:
        return None, sentence(error), problems
    return points, told, problems


def _problems(view: ViewState) -> str:
    return " ".join(f"{problem}." for problem in augmentation.recipe(view.augment).problems)


clientside_callback(
    ClientsideFunction("heed", "chartRequest"),
    Output(Id.WORDS_ASKED, "data"),
    viewed("augment"),
    Input(Frame.THEME, "data"),
    State(Id.WORDS_ASKED, "data"),
    State(Id.WORDS_SPEC, "data"),
)
clientside_callback(
    ClientsideFunction("heed", "augmentFollow"),
    Output(Id.PLACE_ASKED, "data"),
    Output(Id.TRAIN, "href"),
    Output(Id.TRAIN, "children"),
    Output(Id.TRAIN, "hidden"),
    viewed("augment"),
    State(Id.PLACE_ASKED, "data"),
    State(Id.DRAWN, "data"),
)
clientside_callback(
    ClientsideFunction("heed", "augmentDrawn"),
    Output(Id.SEEN, "data"),  # ties the callback to its page: one without output is not called at first
    Input(Id.DRAWN, "data"),
)
clientside_callback(ClientsideFunction("heed", "augmentMoved"), Input(Id.POINTS, "data"))
clientside_callback(ClientsideFunction("heed", "augmentWalk"), Input(Id.WALK, "data"))
clientside_callback(
    ClientsideFunction("heed", "augmentCompose"),
    Input({"augment": "value", "field": ALL, "place": ALL}, "value"),
    State({"augment": "value", "field": ALL, "place": ALL}, "id"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("heed", "augmentSlide"),
    Input({"augment": "slider", "field": ALL, "place": ALL}, "value"),
    State({"augment": "slider", "field": ALL, "place": ALL}, "id"),
    prevent_initial_call=True,
)
