"""The chart of the section Score."""

from core.figures.scored import score_distribution_figure
from dashboard.components.chart import Chart
from dashboard.pages.data.scoring.ids import Id
from dashboard.services import scoring

DISTRIBUTION = Chart(
    id=Id.CHART,
    title="What the run predicts, and how sure it is",
    reading="Samples by the probability of their predicted class. Sure is not right: without labels nothing "
    "here says how many are.",
    answer=lambda view: scoring.distribution(view.job, view.dataset),
    draw=score_distribution_figure,
    uses=("dataset", "job"),
    height=360,
)
