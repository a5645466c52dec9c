"""The sections of the page Compare: what is shown of the chosen runs, one at a time."""

from dashboard.components.sections import Section, Sections
from dashboard.pages.compare import calibration, matrices, own_sections, ranking, threshold
from dashboard.pages.compare.ids import Id

SECTIONS = Sections(
    Id.SECTION,
    "What is shown of the chosen runs",
    Section("scores", "Scores", own_sections.scores),
    Section("curves", "ROC and PR", ranking.layout),
    Section("calibration", "Calibration", calibration.layout),
    Section("matrices", "Confusion", matrices.layout),
    Section("threshold", "Threshold", threshold.layout),
    Section("agreement", "Agreement", own_sections.agreement),
    Section("classes", "Classes", own_sections.classes),
    Section("targets", "Targets", own_sections.targets),
    Section("costs", "Measures and cost", own_sections.costs),
)
