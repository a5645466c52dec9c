"""What stands where on the page Data."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import button, column, empty_state, grid, link_button
from dashboard.components.forms import name_input
from dashboard.components.view import ViewState
from dashboard.pages.data.bring.ids import Id as Bring
from dashboard.pages.data.bring.layout import bring_card, bring_stores
from dashboard.pages.data.ids import Id
from dashboard.pages.data.sections import SECTIONS
from dashboard.services import library

LISTED = 12


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    return html.Div(
        [
            grid(
                html.Div(bring_card(view), id=Bring.COLUMN, className="column span-5"),
                column(
                    html.Section(
                        [html.H2(id=Id.ABOUT_TITLE, className="card-title"), html.Div(id=Id.ABOUT), _edit()],
                        className="sheet span-12",
                    ),
                    width=7,
                ),
            ),
            html.Div(SECTIONS.content(view), id=Id.BODY, hidden=view.dataset is None),
            dcc.Store(id=Id.DELETED),
            *bring_stores(),
        ]
    )


def about_none(view: ViewState, words: str) -> Any:
    """Return what stands in place of a dataset: the latest ones, a click away."""
    known = library.datasets().entries
    steps = [link_button(entry.name, view.href("/data", dataset=entry.id)) for entry in known[:LISTED]]
    return empty_state(words, *steps)


def _edit() -> Any:
    return html.Div(
        [
            html.Div(
                [
                    name_input(Id.NEW_NAME, "New name of the dataset"),
                    button("Rename", Id.RENAME),
                    button("Delete", Id.DELETE, "danger"),
                ],
                id=Id.EDIT,
                className="form-actions table-actions",
                hidden=True,
            ),
            html.Div(id=Id.CONFIRM, role="status"),
            button("Bring it back", Id.UNDO, hidden=True),
        ]
    )
