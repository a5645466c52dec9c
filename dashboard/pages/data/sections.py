"""The sections of the page Data: what is shown of a dataset below its facts, one at a time."""

from dashboard.components.sections import Section, Sections
from dashboard.pages.data import overview, quality, scoring, spectrogram, split
from dashboard.pages.data.ids import Id

SECTIONS = Sections(
    Id.SECTION,
    "What is shown of the dataset",
    Section("overview", "Overview", overview.layout),
    Section("quality", "Quality", quality.layout),
    Section("split", "Split and leaks", split.layout),
    Section("spectrogram", "Spectrogram", spectrogram.layout),
    Section("score", "Score it", scoring.layout),
)
