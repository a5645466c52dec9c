"""The table of areas, and what bands and intervals are, in words."""

from typing import Any

from dash import html

from core.evaluation.ranked import RankedLine, RankedRuns
from dashboard.components.format import clipped, count, counted, percent

NAMED = 5  # classes without samples that are listed by name


def areas(roc: RankedRuns, precision: RankedRuns) -> list[Any]:
    """Return a row a curve: area under the ROC curve, average precision, base rate."""
    titles = ("Curve", "AUC", "95 % CI or range", "Average precision", "95 % CI or range", "Base rate")
    head = [
        html.Th(text, scope="col", className="number" if place else "") for place, text in enumerate(titles)
    ]
    rows = [_row(above, below) for above, below in zip(roc.lines, precision.lines, strict=True)]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain-table")
    return [
        html.Div(table, className="table-scroll"),
        *(html.P(text, className="small muted") for text in notes(roc, precision)),
    ]


def notes(roc: RankedRuns, precision: RankedRuns) -> list[str]:
    """Return what bands, intervals and means are, as sentences."""
    said = []
    unit = "step" if roc.per_step else "sample"
    if any(len(line.runs) > 1 for line in roc.lines):
        said.append(
            "A line of several runs is the mean of their true positive rates at equal false positive rates, "
            "or of their precisions at equal recalls; the range is from their lowest to their highest area."
        )
    if any(len(line.runs) == 1 for line in roc.lines):
        how = "by windows" if roc.per_step else "DeLong's"
        said.append(
            f"Intervals of single runs: {how} for the AUC, bootstrap for the average precision; none where "
            "the area is 0 or 1."
        )
    bands = roc.bands or precision.bands
    if bands:
        said.append(f"Bands: {bands}.")
    elif len(roc.lines) > 1:
        said.append("No bands: of so many lines or classes they would hide each other.")
    if roc.absent:
        more = f" and {len(roc.absent) - NAMED} more" if len(roc.absent) > NAMED else ""
        names = ", ".join(clipped(name, 30) for name in roc.absent[:NAMED])
        said.append(f"The mean leaves out classes without test samples: {names}{more}.")
    if roc.used < roc.samples:
        said.append(f"Curves are made of {count(roc.used)} of {counted(roc.samples, unit)}, drawn at random.")
    return said


def _row(above: RankedLine, below: RankedLine) -> html.Tr:
    return html.Tr(
        [
            html.Td(clipped(above.label, 48)),
            html.Td(f"{above.area:.3f}", className="number"),
            html.Td(_interval(above), className="number"),
            html.Td(f"{below.area:.3f}", className="number"),
            html.Td(_interval(below), className="number"),
            html.Td(percent(below.base_rate), className="number"),
        ]
    )


def _interval(line: RankedLine) -> str:
    return "-" if line.interval is None else f"{line.interval[0]:.3f} to {line.interval[1]:.3f}"
