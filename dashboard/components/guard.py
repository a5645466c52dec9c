"""What stands in place of a page that lacks the run it is about.

A page with ``guarded(Id.NOTICE, Id.BODY, notice)`` in its callbacks shows what ``notice`` returns for a view,
or its body where that is nothing; ``without_run`` is the notice of a page that any run will do for.
"""

from collections.abc import Callable
from typing import Any

from dash import Input, Output, callback, html

from core.errors import HeedError
from dashboard.components.cards import empty_state, link_button
from dashboard.components.format import clipped, short_id
from dashboard.components.ids import Id
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.services import library

OFFERED = 3
WATCHED = ("dataset", "run", "part")  # what a notice may be about


def guarded(notice_id: str, body_id: str, notice: Callable[[ViewState], list[Any]]) -> None:
    """Register the callback that says what is missing in place of a page's body."""

    @callback(
        Output(notice_id, "children"),
        Output(body_id, "hidden"),
        watched(*WATCHED),
        Input(Id.LIBRARY, "data"),
    )
    def update_notice(data: Any, _stamp: Any) -> tuple[Any, bool]:
        missing = notice(ViewState.parse(data))
        return missing, bool(missing)


def needs_run(view: ViewState) -> html.Div:
    """Say that a page needs a run, what there is to choose from, and offer the next steps."""
    demo: list[Any] = []
    if library.runs(view.dataset).entries:
        said = "No run is chosen. Choose one in the bar above, or train a model."
    elif view.dataset is not None:
        said = "No model is trained on this dataset yet. Train one, and this page shows what it looks at."
    elif library.datasets().entries:
        said = "No model is trained yet. Train one, and this page shows what it looks at."
    else:
        said = (
            "There is no dataset and no model yet. Home trains a demo by one click, or bring your own data."
        )
        demo = [link_button("Go to the demo", "/", primary=True)]
    train = link_button("Train a model", view.changed(run=None).href("/train"), primary=not demo)
    data = link_button("Make or load data", "/data")
    return empty_state(said, *demo, train, data, title="Nothing to look at yet")


def without_run(view: ViewState, path: str) -> list[Any]:
    """Return what stands in place of a page when there is no run to show; else nothing."""
    offers = [
        link_button(
            f"{clipped(run.name or run.model)} {short_id(run.id)}",
            ViewState(dataset=run.dataset, run=run.id, part=view.part).href(path),
            primary=place == 0,
        )
        for place, run in enumerate(library.runs(view.dataset).entries[:OFFERED])
    ]
    train = link_button("Train a model", view.changed(run=None).href("/train"))
    if view.run is None:
        if not offers:
            return [needs_run(view)]
        text = "No run is chosen. Choose one in the bar above, or take one of the newest."
        return [empty_state(text, *offers, train, title="Nothing to look at yet")]
    try:
        library.dataset(library.run(view.run).dataset)
    except HeedError as error:
        return [empty_state(sentence(error), *offers, train, title="This run is not here")]
    return []
