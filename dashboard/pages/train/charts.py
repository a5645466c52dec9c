"""The chart of the page Train: curves that grow while models learn."""

import plotly.graph_objects as go
from dash import Input

from core.evaluation import LearningCurves
from core.figures import learning_curves_figure
from core.figures.palette import ThemeName
from dashboard.components.chart import Chart
from dashboard.components.ids import Id as Frame
from dashboard.pages.train.ids import Id
from dashboard.services import training


def _draw(result: LearningCurves, theme: ThemeName) -> go.Figure:
    """Draw the curves with their names, also of one alone: the page can show any training."""
    return learning_curves_figure(result, theme).update_layout(showlegend=True)


CURVES = Chart(
    id=Id.CURVES,
    title="Loss and accuracy, epoch by epoch",
    reading="Solid: on validation samples, which decide when to stop; dashed: on training samples.",
    answer=lambda view: training.curves((view.job,) if view.job else ()),
    draw=_draw,
    uses=("job",),
    height=340,
    triggers=(Input(Frame.JOBS, "data"),),
    live=True,
)
