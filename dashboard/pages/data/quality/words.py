"""How the section Quality says what was found."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.data.quality_remarks import Remark, Severity

MARKS: dict[Severity, tuple[str, str]] = {
    "caution": ("!", "Look at this"),
    "note": ("i", "Worth knowing"),
    "ok": ("\u2713", "All right"),
}


def remarks(found: Sequence[Remark]) -> list[Any]:
    """Return the findings as lists under a heading each: what calls for care, what to know, what is well."""
    told = []
    for severity, (mark, heading) in MARKS.items():
        chosen = [remark for remark in found if remark.severity == severity]
        if chosen:
            lines = [
                html.Li([html.Span(mark, className="remark-mark", **{"aria-hidden": "true"}), remark.words])
                for remark in chosen
            ]
            told.append(
                html.Div(
                    [html.H3(heading), html.Ul(lines, role="list")],
                    className=f"remarks is-{severity}",
                )
            )
    return told
