"""The chart of what each threshold reaches."""

from core.figures.thresholds import thresholds_figure
from dashboard.components.chart import Chart
from dashboard.pages.compare.threshold.ids import Id
from dashboard.services import assessing
from dashboard.services.gathered import Chosen

CHART = Chart(
    id=Id.CHART,
    title="What each threshold reaches",
    reading="Measures on the test samples over the threshold; the line stands at the one in use. The run is "
    "the one in the bar above if it is compared, else the first.",
    answer=lambda view: assessing.thresholds(Chosen.of(view), view.threshold, view.run),
    draw=thresholds_figure,
    uses=("runs", "dataset", "target", "threshold", "run"),
    height=330,
)
