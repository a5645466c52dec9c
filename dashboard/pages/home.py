"""Home: where one starts."""

from typing import Any

from dashboard.components.cards import card, grid, link_button
from dashboard.components.page import Page
from dashboard.components.view import ViewState


def layout(view: ViewState) -> Any:
    """Return the doors of the house."""
    return grid(
        card(
            "Load your data",
            link_button("Open Data", view.href("/data"), primary=True),
            line="Series from a CSV or NPZ file, or made for you.",
            width=6,
        ),
    )


PAGE = Page(
    path="/",
    name="Home",
    order=0,
    icon="home",
    letter="h",
    summary="Train a sequence model, see what it attends to, test whether to believe it.",
    layout=layout,
)
