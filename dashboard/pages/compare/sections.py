"""The sections of the page Compare: what is shown of the chosen runs, one at a time.

A section with callbacks of its own is a folder beside this file; it needs one line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.components.view import ViewState
from dashboard.pages.compare import calibration, matrices, own_sections, ranking, threshold


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes:
        key: Its name in the URL, letters and dashes.
        title: One to three words for its tab.
        layout: Makes its content from the view; asks nothing of the store, its callbacks do.
    """

    key: str
    title: str
    layout: Callable[[ViewState], Any]


SECTIONS = (
    Section(key="scores", title="Scores", layout=own_sections.scores),
    Section(key="curves", title="ROC and PR", layout=ranking.layout),
    Section(key="calibration", title="Calibration", layout=calibration.layout),
    Section(key="matrices", title="Confusion", layout=matrices.layout),
    Section(key="threshold", title="Threshold", layout=threshold.layout),
    Section(key="agreement", title="Agreement", layout=own_sections.agreement),
    Section(key="classes", title="Classes", layout=own_sections.classes),
    Section(key="targets", title="Targets", layout=own_sections.targets),
    Section(key="costs", title="Measures and cost", layout=own_sections.costs),
)
"""In the order of their tabs; the first one is shown unless the view names another."""


def section_of(key: str) -> Section:
    """Return a section by its key; the first one for a key that nobody knows."""
    return next((section for section in SECTIONS if section.key == key), SECTIONS[0])
