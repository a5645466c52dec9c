"""The sections of the page Data: what is shown of a dataset below its facts, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.components.view import ViewState
from dashboard.pages.data import overview, quality, scoring, spectrogram, split


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
    Section(key="overview", title="Overview", layout=overview.layout),
    Section(key="quality", title="Quality", layout=quality.layout),
    Section(key="split", title="Split and leaks", layout=split.layout),
    Section(key="spectrogram", title="Spectrogram", layout=spectrogram.layout),
    Section(key="score", title="Score it", layout=scoring.layout),
)
"""In the order of their tabs; the first one is shown unless the view names another."""


def section_of(key: str) -> Section:
    """Return a section by its key; the first one for a key that nobody knows."""
    return next((section for section in SECTIONS if section.key == key), SECTIONS[0])
