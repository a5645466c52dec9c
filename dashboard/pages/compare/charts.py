"""The charts of the page Compare."""

from typing import Any

import plotly.graph_objects as go

from core.errors import DataError
from core.evaluation import Comparison
from core.evaluation.agreement import Agreement
from core.evaluation.costs import COSTS as COST_KINDS
from core.evaluation.differences import Differences, differences
from core.evaluation.difficulty import ClassDifficulty
from core.evaluation.scores import METRICS
from core.evaluation.targets import TargetComparison
from core.figures.agreement import agreement_figure
from core.figures.arm_curves import arm_curves_figure
from core.figures.comparison import comparison_figure
from core.figures.costs import costs_figure
from core.figures.differences import differences_figure
from core.figures.difficulty import class_confidence_figure, class_error_figure, difficulty_figure
from core.figures.targets import target_accuracy_figure, target_confidence_figure, target_errors_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.compare.drawn import Drawn, draw_chosen
from dashboard.pages.compare.ids import Id
from dashboard.services import comparison, comparison_details
from dashboard.services.comparison_details import Looked

LEAST_ROWS = 4  # fewer bars keep the thickness they have among four
OF_RUNS = ("runs", "dataset", "target")
OF_ARM = (*OF_RUNS, "group")
OF_TARGETS = ("runs", "dataset", "group")


def looked(view: ViewState) -> Looked:
    """Return which runs a view is about."""
    return Looked(view.runs, view.dataset, view.target, view.group)


def metric_of(view: ViewState) -> str:
    """Return the metric that is shown."""
    return view.metric if view.metric in METRICS else "accuracy"


def cost_of(view: ViewState) -> str:
    """Return the cost that is shown."""
    return view.sort if view.sort in COST_KINDS else "seconds"


def compared(view: ViewState) -> Comparison:
    """Return the runs of a view beside each other."""
    return comparison.compare(view.runs, view.dataset, target=view.target).comparison


def tested(view: ViewState) -> Differences:
    """Return the differences of a view's runs; DataError where there is nothing to test."""
    found = comparison.compare(view.runs, view.dataset, target=view.target)
    if found.refused:
        raise DataError(found.refused)
    result = differences(found.comparison)
    if not result.rows:
        raise DataError("choose a second run to see the difference")
    return result


def difficulty(view: ViewState) -> ClassDifficulty:
    """Return how hard each class is for the arm that is looked at."""
    return comparison_details.difficulty_of(looked(view))


def targets(view: ViewState) -> TargetComparison:
    """Return the targets of the arm that is looked at beside each other."""
    return comparison_details.targets_of(looked(view))


def draw_bars(answer: Comparison, theme: Any, metric: str) -> go.Figure:
    """Draw bars that are no thicker when there are few."""
    figure = comparison_figure(answer, theme, metric)
    rows = len(figure.layout.yaxis.tickvals)
    return figure.update_yaxes(range=[max(rows, LEAST_ROWS) - 0.5, -0.5])


def draw_agreement(answer: Agreement, theme: Any, shown: str) -> go.Figure:
    """Draw shares of equal predictions, or kappa."""
    return agreement_figure(answer, theme, "kappa" if shown == "kappa" else "same")


BARS = Chart(
    id=Id.BARS,
    title="What they reach on the test samples",
    reading="Runs that differ in seed only are one bar: their mean, each seed a point, the whisker from the "
    "least to the greatest. The whisker of a single run is a 95 % interval.",
    answer=lambda view: Drawn(compared(view), metric_of(view)),
    draw=draw_chosen(draw_bars),
    uses=(*OF_RUNS, "metric"),
    height=400,
)

CURVES = Chart(
    id=Id.CURVES,
    title="How they learnt",
    reading="Loss and accuracy by epoch; solid on the validation samples, dashed on the training samples. "
    "Seeds of one model are a mean with the band from least to greatest.",
    answer=lambda view: comparison.curves(view.runs, view.dataset),
    draw=arm_curves_figure,
    uses=("runs", "dataset"),
    height=400,
)

DIFFERENCES = Chart(
    id=Id.DIFFERENCES,
    title="How large the differences are",
    reading="Each pair with its 95 % interval; one that holds 0 may be chance. Filled marks: p below 0.05 "
    "after correction for all pairs.",
    answer=tested,
    draw=differences_figure,
    uses=OF_RUNS,
    height=420,
)

AGREEMENT = Chart(
    id=Id.AGREEMENT,
    title="How often they predict the same",
    reading="Two runs of equal accuracy may err on different samples. Kappa takes off what their frequencies "
    "alone would give.",
    answer=lambda view: Drawn(comparison_details.agreement_of(looked(view)), view.show),
    draw=draw_chosen(draw_agreement),
    uses=(*OF_RUNS, "show"),
    height=460,
)

DIFFICULTY = Chart(
    id=Id.DIFFICULTY,
    title="Which classes are hard",
    reading="Left: share of each class that is predicted right. Right: how many test samples it has; few "
    "make wide intervals.",
    answer=difficulty,
    draw=difficulty_figure,
    uses=OF_ARM,
    height=560,
)

CLASS_CONFIDENCE = Chart(
    id=Id.CLASS_CONFIDENCE,
    title="Is it sure where it is right?",
    reading="On the dashed line confidence is borne out; below it the model is too sure of this class.",
    answer=difficulty,
    draw=class_confidence_figure,
    uses=OF_ARM,
    height=340,
)

CLASS_ERROR = Chart(
    id=Id.CLASS_ERROR,
    title="Are rare classes the hard ones?",
    reading="",
    answer=difficulty,
    draw=class_error_figure,
    uses=OF_ARM,
    height=340,
)

TARGET_ACCURACY = Chart(
    id=Id.TARGET_ACCURACY,
    title="How well each target is predicted",
    answer=targets,
    draw=target_accuracy_figure,
    uses=OF_TARGETS,
    height=360,
)

TARGET_CONFIDENCE = Chart(
    id=Id.TARGET_CONFIDENCE,
    title="How sure it is of each, and how rightly",
    answer=targets,
    draw=target_confidence_figure,
    uses=OF_TARGETS,
    height=400,
)

TARGET_ERRORS = Chart(
    id=Id.TARGET_ERRORS,
    title="Do errors of targets come together?",
    answer=targets,
    draw=target_errors_figure,
    uses=OF_TARGETS,
    height=360,
)

COSTS = Chart(
    id=Id.COSTS,
    title="Is the accuracy worth its cost?",
    reading="Upper left is best: more accurate and cheaper. What published no model has no weights, latency "
    "and size.",
    answer=lambda view: Drawn(comparison_details.costs_of(looked(view)), cost_of(view)),
    draw=draw_chosen(costs_figure),
    uses=(*OF_RUNS, "sort"),
    height=400,
)
