"""The charts of ROC and precision-recall curves."""

from core.figures.ranked import HEIGHT, ranked_figure
from dashboard.components.chart import Chart
from dashboard.pages.compare.ranking.ids import Id
from dashboard.services import assessing
from dashboard.services.gathered import Chosen

USES = ("runs", "dataset", "target", "klass", "threshold")


ROC = Chart(
    id=Id.ROC,
    title="How well scores separate a class: ROC",
    reading="Of the class, the share that is found, over the share of the others that is taken for it. "
    "Dotted: guessing. Diamonds: at the threshold.",
    answer=lambda view: assessing.ranked(Chosen.of(view), "roc", view.klass, view.threshold),
    draw=ranked_figure,
    uses=USES,
    height=HEIGHT,
)

PRECISION = Chart(
    id=Id.PRECISION,
    title="What finding more costs: precision and recall",
    reading="Of what is taken for the class, the share that is right, over the share of the class that is "
    "found. Dotted: the base rate, which is guessing.",
    answer=lambda view: assessing.ranked(Chosen.of(view), "precision-recall", view.klass, view.threshold),
    draw=ranked_figure,
    uses=USES,
    height=HEIGHT,
)
