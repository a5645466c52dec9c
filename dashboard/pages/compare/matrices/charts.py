"""The chart of confusion matrices."""

from core.figures.confusions import HEIGHT, confusions_figure
from dashboard.components.chart import Chart
from dashboard.pages.compare.matrices.ids import Id
from dashboard.services import assessing
from dashboard.services.gathered import Chosen

CHART = Chart(
    id=Id.CHART,
    title="What was taken for what",
    reading="Row: actual class, column: predicted class, one scale for all. Click a cell to see its samples "
    "in the Gallery.",
    answer=lambda view: assessing.matrices(Chosen.of(view), view.show, view.threshold, view.page),
    draw=confusions_figure,
    uses=("runs", "dataset", "target", "show", "threshold", "page"),
    height=HEIGHT,
)
