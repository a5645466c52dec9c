"""The charts of the section Quality."""

from core.data.quality_channels import OUTLIER_BOUND
from core.figures import (
    correlation_figure,
    entity_balance_figure,
    lengths_figure,
    missing_figure,
    outliers_figure,
    part_balance_figure,
)
from dashboard.components.chart import Chart
from dashboard.pages.data.quality.ids import Id
from dashboard.services import quality

MISSING = Chart(
    id=Id.MISSING,
    title="Where values are missing",
    reading="One row a channel that misses some, one column a stretch of steps; the bluer, the more.",
    answer=lambda view: quality.missing(view.dataset),
    draw=missing_figure,
    uses=("dataset",),
    height=420,
)

CORRELATION = Chart(
    id=Id.CORRELATION,
    title="Which channels move together",
    reading="Red: both high together; blue: one high where the other is low; pale: unrelated.",
    answer=lambda view: quality.correlation(view.dataset),
    draw=correlation_figure,
    uses=("dataset",),
    height=560,
)

ENTITIES = Chart(
    id=Id.ENTITIES,
    title="Classes by entity",
    reading="What samples were recorded of. With one class each, a model may learn to know them.",
    answer=lambda view: quality.entities(view.dataset, view.target),
    draw=entity_balance_figure,
    uses=("dataset", "target"),
    height=560,
)

OUTLIERS = Chart(
    id=Id.OUTLIERS,
    title="Values far from the rest",
    reading=f"Further than {OUTLIER_BOUND:g} robust standard deviations from the channel's median.",
    answer=lambda view: quality.outliers(view.dataset),
    draw=outliers_figure,
    uses=("dataset",),
    height=420,
)

PARTS = Chart(
    id=Id.PARTS,
    title="Share of each class by part",
    reading="Parts that differ here are no fair test of each other; one row a target and part.",
    answer=lambda view: quality.parts(view.dataset),
    draw=lambda found, theme: part_balance_figure(found.statistics, theme),
    uses=("dataset",),
    height=420,
)

LENGTHS = Chart(
    id=Id.LENGTHS,
    title="How long the samples are",
    reading="Steps of each sample; where lengths go with the class, a model may read nothing else.",
    answer=lambda view: quality.lengths(view.dataset),
    draw=lambda found, theme: lengths_figure(found.statistics, theme),
    uses=("dataset",),
    height=420,
)

PLACES = (
    (MISSING, Id.MISSING_PLACE, 12),
    (CORRELATION, Id.CORRELATION_PLACE, 7),
    (ENTITIES, Id.ENTITIES_PLACE, 5),
    (PARTS, Id.PARTS_PLACE, 6),
    (OUTLIERS, Id.OUTLIERS_PLACE, 6),
    (LENGTHS, Id.LENGTHS_PLACE, 6),
)
"""Each chart, the place that is hidden where there is nothing to draw, its width in columns of twelve."""
