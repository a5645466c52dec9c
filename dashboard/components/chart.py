"""The one factory of figures: a card with title, reading help, menu, empty state, text for screen readers.

A page makes its charts where its module is imported and puts their cards into its layout::

    HEATMAP = Chart(
        id=Id.HEATMAP,                          # "attention-heatmap"
        title="Where the model looks, sample by sample",
        reading="One row a sample, one column a step; dark is much attention.",
        answer=lambda view: attention.heatmap(view.run, view.part, view.sort),  # a service gives a Result
        draw=figures.heatmap,                   # (result, theme) -> go.Figure
        uses=("run", "part", "sort"),           # the chart is asked again only when one of these changes
        height=520,
        on_click="sample",                      # a click writes the point's first customdata into view.sample
    )
    def layout(view): return grid(HEATMAP.card(width=8), ...)

Everything else happens here: the callback, the theme, the cache (equal views are answered once a process; a
new or deleted run forgets), the skeleton after 400 ms, what a HeedError says instead of the picture, and
the route ``/download/<id>?format=html|csv|json|figure&<view>`` behind the menu. The figure's
``layout.meta`` tells ``description`` (for screen readers), ``n`` and ``scale`` (for the line under the
figure). No other module makes a ``dcc.Graph`` or a figure's HTML.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar, Literal

import plotly.graph_objects as go
import plotly.io
from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html

from core.errors import HeedError, NotFoundError
from core.results import Result
from dashboard.components import export
from dashboard.components.ids import Id
from dashboard.components.notices import sentence
from dashboard.components.plots import as_in_card, blank, note
from dashboard.components.view import ViewState
from dashboard.services import library

Theme = Literal["light", "dark"]
CONFIG = {
    "showSendToCloud": False,
    "displaylogo": False,
    "responsive": True,
    "displayModeBar": False,
    "doubleClick": "reset",
}
HTML_CONFIG = {**CONFIG, "displayModeBar": True}
FORMATS = {
    "png": "PNG picture",
    "svg": "SVG picture",
    "html": "Interactive HTML",
    "csv": "Data as CSV",
    "json": "Data as JSON",
}
MIME = {"html": "text/html", "csv": "text/csv", "json": "application/json", "figure": "application/json"}

CHARTS: dict[str, "Chart"] = {}
"""Every chart of the dashboard by id; the download route and the contract tests go through it."""


def spec_id(chart: str) -> dict[str, str]:
    """Return the id of the store that tells the browser of a chart."""
    return {"type": "chart-spec", "chart": chart}


# One callback for all charts: at each change of the view the browser compares all callbacks that it asks.
clientside_callback(
    ClientsideFunction("heed", "chartRequests"),
    Output(Id.CHARTS_TIED, "data"),
    Input(Id.VIEW, "data"),
    Input(Id.THEME, "data"),
    Input(spec_id(ALL), "data"),
)


@dataclass(frozen=True)
class Download:
    """A file that leaves through the menu of a chart."""

    body: str
    mime: str
    name: str


@dataclass(frozen=True)
class Chart:
    """One figure with all that belongs to it.

    Attributes:
        id: Id of the graph, "<page>-<thing>".
        title: Title in plain words.
        reading: One line how to read it; "" for none.
        answer: Asks a service; HeedError becomes the empty state's text.
        draw: Draws the answer in a theme, "light" or "dark".
        height: Height of the figure in pixels; it never changes.
        uses: Keys of the view that change the picture; () for all.
        on_click: Key of the view that a click on a point writes; the value is the first of its customdata.
            "where": a condition that narrows the one there is.
        triggers: Further inputs that ask again, for live charts; their values are not passed on.
        live: Whether the answer may change while the view stays: then nothing is cached.
        details: Components between reading help and figure, such as controls of this chart.
    """

    id: str
    title: str
    answer: Callable[[ViewState], Result]
    draw: Callable[[Any, Theme], go.Figure]
    reading: str = ""
    height: int = 360
    uses: tuple[str, ...] = ()
    on_click: str = ""
    triggers: tuple[Input, ...] = ()
    live: bool = False
    details: Sequence[Any] = field(default=(), compare=False, hash=False)

    shown_as: ClassVar[str] = "figure"  # property of the component with the chart's id that `update` fills

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", str(self.id))
        unknown = [key for key in (*self.uses, self.on_click) if key and key not in ViewState.model_fields]
        if unknown:
            raise ValueError(f"chart {self.id} uses unknown keys of the view: {', '.join(unknown)}")
        if CHARTS.setdefault(self.id, self) is not self:
            raise ValueError(f"two charts are called {self.id}")
        self._register()

    def card(self, width: int = 12, controls: Sequence[Any] = ()) -> html.Section:
        """Return the chart in its card.

        Args:
            width: Columns of twelve that the card takes in a ``grid``.
            controls: Components between the reading help and the figure.
        """
        reading = (
            [
                html.Details(
                    [html.Summary("How to read it"), html.P(self.reading)], className="reading", open=True
                )
            ]
            if self.reading
            else []
        )
        above = (
            [html.Div([*self.details, *controls], className="chart-controls")]
            if controls or self.details
            else []
        )
        return html.Section(
            [
                html.Div(
                    [html.H2(self.title, className="card-title", id=f"{self.id}-title"), self._menu()],
                    className="card-head",
                ),
                *reading,
                *above,
                self._figure(),
                html.P(className="chart-note", id=f"{self.id}-note"),
            ],
            className=f"sheet span-{width}",
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def ask(self, view: ViewState) -> Result:
        """Return the answer for a view, from the cache where it is there."""
        if self.live:
            return self.answer(view)
        key = f"{self.id} {library.stamp()} {view.key(self.uses)}"
        answer: Result = library.answers.get(key, lambda: self.answer(view))
        return answer

    def figure(self, view: ViewState, theme: Theme) -> go.Figure:
        """Return the figure of a view as the page shows it."""
        return as_in_card(self.draw(self.ask(view), theme), view.key(("dataset", "run")))

    def exported(self, view: ViewState, theme: Theme = "light") -> go.Figure:
        """Return the figure as it leaves: on its own ground, with title and provenance in the picture."""
        answer = self.ask(view)
        figure = self.draw(answer, theme)
        margin = figure.layout.margin
        bottom = int(margin.b if margin.b is not None else 60)
        figure.update_layout(
            title={
                "text": self.title,
                "font": {"size": 22},
                "x": 0,
                "xref": "paper",
                "xanchor": "left",
                "y": 0.97,
            },
            margin={"t": max(int(margin.t or 0), 72), "b": bottom + 54, "l": max(int(margin.l or 0), 72)},
            height=self.height + 134,
        )
        line = export.provenance_line(answer.provenance).replace("<", "&lt;")
        figure.add_annotation(
            text=f"{line}<br>{export.LIMITS}", align="left",
            x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="bottom", yshift=-(bottom + 50),
            showarrow=False, font={"size": 11}, opacity=0.75,
        )  # fmt: skip
        return figure

    def download(self, format: str, view: ViewState) -> Download:  # noqa: A002
        """Return a file of the chart: html, csv, json, or figure (what PNG and SVG are made from).

        Raises:
            NotFoundError: If there is no such format.
        """
        if format not in MIME:
            raise NotFoundError(f"format must be one of {', '.join(MIME)}; got {format!r:.40}")
        answer = self.ask(view)
        name = f"{export.slug(self.id)}-{answer.provenance.key()[:8]}.{format}"
        if format in {"csv", "json"}:
            write = export.to_csv if format == "csv" else export.to_json
            said = export.about(self.title, answer.provenance, view.plain(self.uses))
            return Download(write(answer.to_frame(), said), MIME[format], name)
        figure = self.exported(view)
        if format == "figure":
            return Download(str(figure.to_json()), MIME[format], name)
        page = plotly.io.to_html(figure, config=HTML_CONFIG, include_plotlyjs=True, div_id="figure")
        head = f"<head><title>{escape(self.title)}</title>"
        page = page.replace("<html>", '<html lang="en">', 1).replace("<head>", head, 1)
        return Download(page, MIME[format], name)

    def update(self, request: Any, *_triggers: Any) -> tuple[Any, str, str, str, str]:
        """Answer the browser: figure, note, description, empty state's text, class of the frame."""
        asked = request if isinstance(request, dict) else {}
        view = ViewState.parse(asked.get("view"))
        theme: Theme = "dark" if asked.get("theme") == "dark" else "light"
        figure = self.figure(view, theme)
        meta = figure.layout.meta if isinstance(figure.layout.meta, dict) else {}
        return figure, note(meta), f"{self.title}. {meta.get('description', '')}", "", "chart"

    def fail(self, error: Exception) -> tuple[Any, str, str, str, str]:
        """Say in place of the picture why there is none."""
        state = "chart is-empty" if isinstance(error, HeedError) else "chart is-empty is-error"
        return blank(), "", f"{self.title}. There is no picture.", sentence(error), state

    def _register(self) -> None:
        callback(
            Output(self.id, self.shown_as),
            Output(f"{self.id}-note", "children"),
            Output(f"{self.id}-frame", "aria-label"),
            Output(f"{self.id}-empty", "children"),
            Output(f"{self.id}-body", "className"),
            Input(f"{self.id}-request", "data"),
            *self.triggers,
            prevent_initial_call=True,
            on_error=self.fail,
        )(self.update)
        if self.on_click:
            clientside_callback(
                ClientsideFunction("heed", "chartClick"),
                Input(self.id, "clickData"),
                State(spec_id(self.id), "data"),
                prevent_initial_call=True,
            )

    def _figure(self) -> html.Div:
        graph = dcc.Graph(id=self.id, figure=blank(), config=CONFIG, style={"height": f"{self.height}px"})
        return html.Div(
            [
                html.Div(
                    graph,
                    id=f"{self.id}-frame",
                    role="img",
                    className="chart-frame",
                    **{"aria-label": self.title},
                ),
                html.P(id=f"{self.id}-empty", className="chart-empty", role="status"),
                dcc.Store(id=f"{self.id}-request"),
                dcc.Store(
                    id=spec_id(self.id),
                    data={"id": self.id, "uses": list(self.uses), "click": self.on_click},
                ),
            ],
            id=f"{self.id}-body",
            className="chart is-waiting",
            style={"minHeight": f"{self.height}px"},
        )

    def _menu(self) -> html.Details:
        items = [
            html.A(
                words,
                href=f"/download/{self.id}?format={'figure' if form in {'png', 'svg'} else form}",
                className="menu-item",
                **{"data-chart": self.id, "data-format": form},
            )
            for form, words in FORMATS.items()
        ]
        summary = html.Summary(
            html.Span("\u22ef", **{"aria-hidden": "true"}),
            **{"aria-label": f"Export: {self.title}"},
            title="Export",
        )
        return html.Details([summary, html.Div(items, className="menu-list")], className="menu")
