"""The charts of the page Data."""

from core.figures import channel_spread_figure, class_balance_figure, class_examples_figure
from dashboard.components.chart import Chart
from dashboard.pages.data.ids import Id
from dashboard.services import data

BALANCE = Chart(
    id=Id.BALANCE,
    title="How many samples of each class",
    reading="By part of the published split, where there is one; a model must beat the largest share.",
    answer=lambda view: data.labelled_statistics(view.dataset),
    draw=class_balance_figure,
    uses=("dataset",),
    height=420,
)

EXAMPLES = Chart(
    id=Id.EXAMPLES,
    title="What the samples look like",
    reading="Some samples of each class, evenly over the dataset's order, all on one scale.",
    answer=lambda view: data.examples(view.dataset, view.channel),
    draw=class_examples_figure,
    uses=("dataset", "channel"),
    height=420,
)

SPREAD = Chart(
    id=Id.SPREAD,
    title="How the values of each channel spread",
    reading="Over valid steps of all samples, before any scaling.",
    answer=lambda view: data.statistics(view.dataset),
    draw=channel_spread_figure,
    uses=("dataset",),
    height=420,
)
