"""A chart of many small tiles that assets/gallery.js draws; its files are those of the figure."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from dash import ClientsideFunction, Input, clientside_callback, dcc, html

from core.attention import Gallery
from core.figures import gallery_tiles
from dashboard.components.chart import Chart, Theme
from dashboard.components.plots import note
from dashboard.components.view import ViewState

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
        tiles = gallery_tiles(cast(Gallery, self.ask(view)), theme)
        return tiles, note(tiles), f"{self.title}. {tiles['description']}", "", "chart"

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
                        html.Ul(className="tiles", id=f"{self.id}-tiles"),
                    ],
                    id=f"{self.id}-frame",
                    role="group",
                    className="chart-frame",
                    **{"aria-label": self.title},
                ),
                html.P(id=f"{self.id}-empty", className="chart-empty", role="status"),
                dcc.Store(id=self.id),
                dcc.Store(id=f"{self.id}-request"),
                dcc.Store(id=f"{self.id}-spec", data={"id": self.id, "uses": list(self.uses), "click": ""}),
            ],
            id=f"{self.id}-body",
            className="chart is-waiting",
            style={"minHeight": f"{LEAST_HEIGHT}px"},
        )
