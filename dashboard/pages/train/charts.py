"""The chart of the page Train: curves that grow while models learn."""

from dash import Input

from core.figures import learning_curves_figure
from dashboard.components.chart import Chart
from dashboard.components.ids import Id as Frame
from dashboard.pages.train.ids import Id
from dashboard.services import training

CURVES = Chart(
    id=Id.CURVES,
    title="Loss and accuracy, epoch by epoch",
    reading="Solid: on validation samples, which decide when to stop; dashed: on training samples.",
    answer=lambda view: training.curves((view.job,) if view.job else ()),
    draw=learning_curves_figure,
    uses=("job",),
    height=340,
    triggers=(Input(Frame.JOBS, "data"),),
    live=True,
)
