"""The charts of the page Augment."""

from core.figures.augmentation import (
    augmented_lines_figure,
    augmented_spectra_figure,
    augmented_values_figure,
)
from dashboard.components.chart import Chart
from dashboard.pages.augment.ids import Id
from dashboard.services import previewing

USES = ("dataset", "target", "augment", "sample", "channel", "draw")

LINES = Chart(
    id=Id.LINES,
    title="One sample, before and after",
    reading="The heavy line is the sample as it is; each other line is the copy that one augmentation makes.",
    answer=lambda view: previewing.previewed(view).lines,
    draw=augmented_lines_figure,
    uses=USES,
    height=300,
)

VALUES = Chart(
    id=Id.VALUES,
    title="Values before and after",
    reading="One mark a value of some samples: on the dashed line nothing changed.",
    answer=previewing.values,
    draw=augmented_values_figure,
    uses=USES,
    height=320,
)

SPECTRA = Chart(
    id=Id.SPECTRA,
    title="Spectrum before and after",
    reading="How strong each frequency is in this sample: noise lifts the right, warping spreads the peaks.",
    answer=lambda view: previewing.previewed(view).spectra,
    draw=augmented_spectra_figure,
    uses=USES,
    height=320,
)
