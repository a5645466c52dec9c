"""Sections of a page: what is shown of one thing, one section at a time, chosen by tabs.

A page names its sections where its modules are imported and puts their tabs and content into its layout::

    SECTIONS = Sections(
        Id.SECTION,                                        # "attention-section"
        "What is shown of the run",                        # says to a screen reader what the tabs choose
        Section("heatmap", "All samples", heatmap.layout),
        Section("heads", "Heads", heads.layout),
    )
    def layout(view): return html.Div(SECTIONS.content(view))

Everything else happens here and in assets/sections.js: the view's key ``section`` names what is shown, a
click or an arrow key on a tab changes it, and the chosen section is drawn in place of the former one. A
section with callbacks of its own is a folder of the page: `ids.py`, `layout.py`, `charts.py`, `callbacks.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html

from dashboard.components.ids import Id
from dashboard.components.view import ViewState


@dataclass(frozen=True)
class Section:
    """One section of a page.

    Attributes:
        key: Its name in the URL, letters and dashes.
        title: One to three words for its tab.
        layout: Draws its content from the view; asks nothing of the store, its callbacks do.
    """

    key: str
    title: str
    layout: Callable[[ViewState], Any]


class Sections:
    """The sections of a page in the order of their tabs.

    Only the chosen one is on the page, so that an id may stand in several. The first one is shown unless
    the view names another.
    """

    def __init__(self, id: str, label: str, *sections: Section) -> None:
        """Name the sections and register their callbacks.

        Args:
            id: Id of the store of the key that is shown, "<page>-section"; other ids begin with it.
            label: What the tabs choose, for screen readers.
            sections: At least one.
        """
        self.id, self.label, self.all = str(id), label, sections
        self._drawn = False
        clientside_callback(
            ClientsideFunction("heed", "sectionOf"),
            Output(self.id, "data"),
            Input(Id.VIEW, "data"),
            State(self.id, "data"),
        )
        callback(
            Output(self.place_id, "children"),
            Input(self.id, "data"),
            State(Id.VIEW, "data"),
            prevent_initial_call=True,
        )(self.update)

    @property
    def place_id(self) -> str:
        """Id of the place where the chosen section stands."""
        return f"{self.id}-place"

    def of(self, key: str) -> Section:
        """Return a section by its key; the first one for a key that nobody knows."""
        return next((section for section in self.all if section.key == key), self.all[0])

    def content(self, view: ViewState) -> list[Any]:
        """Return tabs and chosen section for a page's layout, beside each other in one element."""
        self._draw_all_once()
        shown = self.of(view.section)
        place = html.Div(
            shown.layout(view),
            id=self.place_id,
            className="section-place",
            role="tabpanel",
            **{"aria-labelledby": self._tab_id(shown)},
        )
        return [self._tabs(shown), place, dcc.Store(id=self.id, data=shown.key)]

    def update(self, key: Any, view: Any) -> Any:
        """Draw the chosen section in place of the former one."""
        return self.of(str(key or "")).layout(ViewState.parse(view))

    def _draw_all_once(self) -> None:
        """Draw every section, so that its controls are bound to the view before the first page is served."""
        if self._drawn:
            return
        for section in self.all:
            section.layout(ViewState())
        self._drawn = True

    def _tabs(self, shown: Section) -> html.Div:
        tabs = [
            html.Button(
                section.title,
                id=self._tab_id(section),
                type="button",
                role="tab",
                tabIndex=0 if section is shown else -1,
                **{
                    "data-section": section.key,
                    "aria-selected": "true" if section is shown else "false",
                    "aria-controls": self.place_id,
                },
            )
            for section in self.all
        ]
        return html.Div(
            tabs, className="segments", role="tablist", hidden=len(tabs) < 2, **{"aria-label": self.label}
        )

    def _tab_id(self, section: Section) -> str:
        return f"{self.id}-tab-{section.key}"
