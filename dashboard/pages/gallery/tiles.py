"""A chart of many small tiles that assets/gallery.js draws; its files are those of the figure."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from dash import ClientsideFunction, Input, clientside_callback, dcc, html

from core.attention import Gallery
from core.figures import gallery_tiles
from dashboard.components.chart import MIME, Chart, Download, Theme, spec_id
from dashboard.components.plots import note
from dashboard.components.view import ViewState
from dashboard.services.gallery import SCROLLED

LEAST_HEIGHT = 320


@dataclass(frozen=True)
class Tiles(Chart):
    """Samples as tiles that take the keyboard: each a link to its sample and a button that picks it."""

    shown_as: ClassVar[str] = "data"

    def update(self, request: Any, *_triggers: Any) -> tuple[Any, str, str, str, str]:
        """Answer the browser: tiles, note, description, empty state's text, class of the frame."""
        asked = request if isinstance(request, dict) else {}
        view = ViewState.parse(asked.get("view"))
        theme: Theme = "dark" if asked.get("theme") == "dark" else "light"
        first = view.changed(page=0) if view.show == SCROLLED else view
        tiles = gallery_tiles(cast(Gallery, self.ask(first)), theme)
        # Where more tiles come by scrolling, the browser says how many there are, and on which scale.
        below = "" if view.show == SCROLLED else note(tiles)
        told = {"scrolled": view.show == SCROLLED, "query": first.query_string(self.uses)}
        return {**tiles, **told}, below, f"{self.title}. {tiles['description']}", "", "chart"

    def download(self, format: str, view: ViewState) -> Download:  # noqa: A002
        """Return a file of the tiles as of any chart, or a page of them as the browser draws it, "tiles".

        Pages that come by scrolling are asked for here, and not kept: they are many, and each costs little.
        """
        if format != "tiles":
            return super().download(format, view)
        tiles = gallery_tiles(cast(Gallery, self.answer(view)))
        return Download(json.dumps(tiles), MIME["json"], f"{self.id}.json")

    def fail(self, error: Exception) -> tuple[Any, str, str, str, str]:
        """Say in place of the tiles why there are none."""
        return None, *super().fail(error)[1:]

    def _register(self) -> None:
        super()._register()
        clientside_callback(ClientsideFunction("heed", "drawTiles"), Input(self.id, "data"))

    def _figure(self) -> html.Div:
        return html.Div(
            [
                html.Div(
                    [
                        html.Div(className="tile-scale", id=f"{self.id}-scale"),
                        html.Ul(className="tiles", id=f"{self.id}-tiles", role="list"),
                        html.Div(
                            [
                                html.Span(id=f"{self.id}-shown", role="status"),
                                html.Button(
                                    "Try again",
                                    id=f"{self.id}-again",
                                    type="button",
                                    className="tile-pick",
                                    hidden=True,
                                ),
                                html.Span(),
                            ],
                            id=f"{self.id}-foot",
                            className="tile-foot",
                            hidden=True,
                        ),
                    ],
                    id=f"{self.id}-frame",
                    role="group",
                    className="chart-frame",
                    **{"aria-label": self.title},
                ),
                html.P(id=f"{self.id}-empty", className="chart-empty", role="status"),
                dcc.Store(id=self.id),
                dcc.Store(id=f"{self.id}-request"),
                dcc.Store(id=spec_id(self.id), data={"id": self.id, "uses": list(self.uses), "click": ""}),
            ],
            id=f"{self.id}-body",
            className="chart is-waiting",
            style={"minHeight": f"{LEAST_HEIGHT}px"},
        )
