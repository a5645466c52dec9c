"""The chart of calibration."""

from core.figures.reliability import reliability_figure
from dashboard.components.chart import Chart
from dashboard.pages.compare.calibration.ids import Id
from dashboard.services import assessing
from dashboard.services.gathered import Chosen

CHART = Chart(
    id=Id.CHART,
    title="Do probabilities mean what they say?",
    reading="Each mark is a bin of predictions: how often they are right over how probable the model says "
    "they are. On the dotted line both agree; below it the model is too sure.",
    answer=lambda view: assessing.calibration(Chosen.of(view), view.group, view.run),
    draw=reliability_figure,
    uses=("runs", "dataset", "target", "group", "run"),
    height=470,
)
