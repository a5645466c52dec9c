"""A page of the dashboard, as its module declares it.

A page is one module (or folder) in ``dashboard/pages`` with one line that registers it::

    PAGE = Page(path="/gallery", name="Gallery", order=60, icon="gallery", letter="l",
                summary="Right and wrong predictions side by side.", layout=layout)

``layout`` takes the view of the URL and returns the page's content below the title; the frame draws the
title, the line under it and ``actions``. It must not fail for any view: what it needs it asks in callbacks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.components.view import ViewState
from dashboard.components.watched import page_view

Content = Any
Layout = Callable[[ViewState], Content]


@dataclass(frozen=True)
class Page:
    """One page: where it stands, what it is called, what it shows.

    Attributes:
        path: Path in the URL, "/" for the first page.
        name: One or two words, for the rail and the title.
        order: Place in the order of work: below 50 make and train, from 50 explore, from 90 take away.
        icon: Name of a file in assets/icons without its ending.
        layout: Makes the content below the title from the view.
        summary: The one line under the title.
        letter: Key that opens the page after ``g``.
        actions: Components to the right of the title; the page's one primary action goes here.
    """

    path: str
    name: str
    order: int
    icon: str
    layout: Layout
    summary: str = ""
    letter: str = ""
    actions: Sequence[Content] = ()

    @property
    def slug(self) -> str:
        """The path as a word, for ids."""
        return self.path.strip("/").replace("/", "-") or "home"

    def serve(self, **query: Any) -> Content:
        """Return the whole page for the query of a URL; keys that nobody knows are ignored."""
        head = html.Div(
            className="page-head",
            children=[
                html.Div([html.H1(self.name), html.P(self.summary, className="page-line")]),
                html.Div(list(self.actions), className="page-actions"),
            ],
        )
        view = ViewState.parse(query)
        body = html.Div(self.layout(view), className="page-body")
        # As the browser will set it: the page's callbacks are asked once, for this view.
        seen = dcc.Store(id=page_view(self.slug), data=view.plain())
        return html.Div([head, body, seen], className=f"page page-{self.slug}")


def icon(name: str) -> Content:
    """Return an icon of assets/icons in the colour of the text; it says nothing to a screen reader."""
    return html.Span(
        className="icon", style={"--icon": f"url(/assets/icons/{name}.svg)"}, **{"aria-hidden": "true"}
    )
