"""The sections of the page Attention: what is shown of the samples, one at a time."""

from dashboard.components.sections import Section, Sections
from dashboard.pages.attention import beside, contrast, groups, heads, overview
from dashboard.pages.attention.ids import Id

SECTIONS = Sections(
    Id.SECTION,
    "What is shown of the attention",
    Section("overview", "Overview", overview.layout),
    Section("groups", "Groups", groups.layout),
    Section("heads", "Heads", heads.layout),
    Section("contrast", "Contrast", contrast.layout),
    Section("models", "Two models", beside.layout),
)
