"""What the section Contrast does when the view changes."""

import math
from typing import Any

from dash import Input, Output, callback, html

from core.attention.contrast import AttentionContrast
from core.attention.spreads import SpreadTest
from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.ids import Id as Frame
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.pages.attention.contrast.charts import USES, contrasted
from dashboard.pages.attention.contrast.ids import Id
from dashboard.services import contrast, library
from dashboard.services.samples import dataset_of


@callback(
    Output(Id.AMONG, "options"),
    Output(Id.VERSUS, "options"),
    Output(Id.AXIS_FIELD, "hidden"),
    watched(*USES),
    Input(Frame.LIBRARY, "data"),
)
def update_groups(data: Any, _stamp: Any) -> tuple[Any, Any, bool]:
    """Offer what can be chosen as a group: what is shown, cohorts, outcomes, classes."""
    view = ViewState.parse(data)
    try:
        found = contrast.offered_groups(view.run, view.klass)
        lengths = dataset_of(library.run(view.run)).lengths
    except HeedError:
        return _options("what is shown", []), _options("the rest", []), True
    name = contrast.shown_name(contrasted(view))
    shown = "right" if name == contrast.EVERYONE else f"shown: {name}"
    alike = int(lengths.min()) == int(lengths.max()) and not view.axis
    return _options(shown, found, view.among), _options("the rest", found, view.versus), alike


@callback(
    Output(Id.SAID, "children"),
    Output(Id.STATISTICS, "rowData"),
    watched(*USES),
    Input(Frame.LIBRARY, "data"),
)
def update_said(data: Any, _stamp: Any) -> tuple[Any, Any]:
    """Tell what may be said of the difference, and the statistics of both groups."""
    view = ViewState.parse(data)
    try:
        found = contrast.groups(contrasted(view))
    except HeedError:
        return "", []
    return said(found), [row(test) for test in found.spread.tests]


def said(found: AttentionContrast) -> list[Any]:
    """Return the finding in plain words, and under it what stands against believing it."""
    words = found.in_words()
    findings = words[: len(words) - len(found.cautions)]
    return [
        html.P(" ".join(findings), className="verdict"),
        *(html.P(caution, className="small muted") for caution in found.cautions),
    ]


def row(test: SpreadTest) -> dict[str, Any]:
    """Return a statistic as a row of the table."""
    measured = test.name != "pattern"
    kind = "" if measured else "V "
    sign = "+" if measured else ""
    return {
        "name": test.name,
        "a": test.a if measured else None,
        "b": test.b if measured else None,
        "effect": f"{kind}{test.effect:{sign}.2f} ({test.low:{sign}.2f} to {test.high:{sign}.2f})",
        "words": f"{test.verdict}{_chance(test.p_adjusted)}",
    }


def _chance(p: float) -> str:
    if not math.isfinite(p):
        return ""
    return ", p < 0.0001" if p < 1e-4 else f", p = {p:.2g}"


def _options(first: str, found: list[tuple[str, str]], chosen: str = "") -> list[dict[str, str]]:
    """Return the options of a group; a condition of a link that is not among them is one too."""
    known = {value for value, _ in found}
    own = [(chosen, chosen)] if chosen and chosen not in known else []
    return [
        {"value": value, "label": clipped(label, 48), "title": label}
        for value, label in (("", first), *found, *own)
    ]
