"""The charts of the page Augment, and their points alone while a control moves."""

from math import isfinite
from typing import Any

import numpy as np

from core.figures.augmentation import (
    augmented_lines_figure,
    augmented_spectra_figure,
    augmented_values_figure,
)
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
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


def points(view: ViewState) -> dict[str, Any]:
    """Return the points of every line of the charts, in the order of their names."""
    found = previewing.previewed(view)
    steps = np.arange(found.lines.values.shape[1])
    pairs = previewing.values(view) if found.pairs.names else found.pairs
    return {
        LINES.id: _lines([(steps, values) for values in found.lines.values]),
        SPECTRA.id: _lines([(line.frequencies, line.amplitudes) for line in found.spectra.lines]),
        VALUES.id: _lines(
            [
                (pairs.original[pairs.made_by == place], pairs.augmented[pairs.made_by == place])
                for place in range(len(pairs.names))
            ],
            outlined=False,
        ),
    }


def _lines(lines: list[tuple[Any, Any]], outlined: bool = True) -> dict[str, Any]:
    return {"lines": [{"x": _plain(x), "y": _plain(y)} for x, y in lines], "outlined": outlined}


def _plain(values: Any) -> list[float | None]:
    """Return numbers as JSON knows them, short: figures have fewer pixels than five digits tell apart."""
    return [float(f"{value:.5g}") if isfinite(value) else None for value in np.asarray(values).tolist()]
