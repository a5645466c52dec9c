"""The chart of a heatmap of attention, for every section that has one."""

from dataclasses import dataclass
from hashlib import sha256

import plotly.graph_objects as go

from core.figures.heatmap import attention_heatmap_figure
from dashboard.components.chart import Chart, Theme
from dashboard.components.plots import as_in_card
from dashboard.components.view import ViewState
from dashboard.pages.attention.asking import FILTERS

LAID_OUT = (*FILTERS, "sort", "rows", "steps", "axis")
"""Keys of the view that say which samples are where in a heatmap."""


@dataclass(frozen=True)
class HeatmapChart(Chart):
    """A heatmap whose cells travel in a compact form; assets/heatmap.js says what is under the pointer."""

    def figure(self, view: ViewState, theme: Theme) -> go.Figure:
        """Return the figure as the page shows it; a new zoom takes the place of the reader's."""
        figure = attention_heatmap_figure(self.ask(view), theme, compact=True)  # type: ignore[arg-type]
        keys = tuple(key for key in self.uses if key != "show")
        return as_in_card(figure, sha256(view.key(("dataset", *keys)).encode()).hexdigest()[:16])
