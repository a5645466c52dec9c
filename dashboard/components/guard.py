"""What stands in place of a page that lacks the run it is about.

A page with ``guarded(Id.NOTICE, Id.BODY, notice)`` in its callbacks shows what ``notice`` returns for a view,
or its body where that is nothing; ``without_run`` is the notice of a page that any run will do for.
"""

from collections.abc import Callable
from typing import Any

from dash import Input, Output, callback

from core.errors import HeedError
from dashboard.components.cards import empty_state, link_button, needs_run
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
            return [needs_run(dataset=view.dataset is not None)]
        text = "No run is chosen. Choose one in the bar above, or take one of the newest."
        return [empty_state(text, *offers, train, title="Nothing to look at yet")]
    try:
        library.dataset(library.run(view.run).dataset)
    except HeedError as error:
        return [empty_state(sentence(error), *offers, train, title="This run is not here")]
    return []
