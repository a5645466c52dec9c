"""What the section Groups does when the view changes."""

from typing import Any

from dash import Output, callback, html

from core.attention import PATTERNS, PatternCounts
from core.attention.findings import AttentionFindings
from core.errors import HeedError
from core.expressions.tokens import in_quotes
from dashboard.components.cards import head_row
from dashboard.components.format import clipped
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.attention.asking import asked
from dashboard.pages.attention.groups.charts import PATTERNS as PATTERN_CHART
from dashboard.pages.attention.groups.charts import group_of
from dashboard.pages.attention.groups.ids import Id
from dashboard.pages.attention.steps import hides_axis
from dashboard.services import attention_groups

SUBJECTS = (
    ("steps", "Steps that weigh most on average"),
    ("classes", "Classes against the others"),
    ("confidence", "Confidence and concentration"),
    ("channels", "Steps and channels: where weight goes with deviation"),
)


@callback(
    Output(Id.PATTERN_LINKS, "children"),
    Output(Id.LEFT_OUT, "children"),
    Output(Id.FINDINGS, "children"),
    Output(Id.AXIS_FIELD, "hidden"),
    viewed("attention"),
)
def update_groups(data: Any) -> tuple[Any, Any, Any, bool]:
    """Count patterns with links to their samples, say which groups are left out, and what was found."""
    view = ViewState.parse(data)
    links: Any = ""
    left_out = ""
    try:
        counts = PATTERN_CHART.ask(view)
        if isinstance(counts, PatternCounts):
            links, left_out = links_of(view, counts), left_out_of(counts)
    except HeedError as error:
        links = html.P(sentence(error), className="muted")
    try:
        found = in_words(attention_groups.findings(asked(view)))
    except HeedError as error:
        found = html.P(sentence(error), className="muted")
    return links, left_out, found, hides_axis(view)


def left_out_of(counts: PatternCounts) -> str:
    """Say how many groups are not looked at, and how to look at them."""
    if not counts.left_out:
        return ""
    here = len(counts.names)
    return (
        f"{here} of {here + counts.left_out} {counts.by}s are looked at: those that the condition names, then"
        f' the largest. Name others to see them, as in {counts.by} in ("one", "another").'
    )


def in_words(found: AttentionFindings) -> list[Any]:
    """Return findings by subject, those that are evident first."""
    return [
        html.Section([html.H3(title), html.Ul([html.Li(text) for text in found.in_words(key)])])
        for key, title in SUBJECTS
        if found.about(key)
    ]


def links_of(view: ViewState, counts: PatternCounts) -> html.Table:
    """Return the number of samples of each group and pattern, each a link to them."""
    head = head_row([counts.by.capitalize(), *PATTERNS], PATTERNS)
    rows = [
        html.Tr(
            [
                html.Th(clipped(name, 24), scope="row"),
                *(
                    _cell(view, counts.by, name, pattern, int(own[place]))
                    for place, pattern in enumerate(PATTERNS)
                ),
            ]
        )
        for name, own in zip(counts.names, counts.counts, strict=True)
        if own.sum()
    ]
    return html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table")


def _cell(view: ViewState, by: str, group: str, pattern: str, count: int) -> html.Td:
    if not count:
        return html.Td("0", className="number")
    condition = f"pattern == {in_quotes(pattern)} and {by} == {in_quotes(group)}"
    where = f"({view.where}) and {condition}" if view.where.strip() else condition
    link = html.A(f"{count:,}", href=view.href("/attention", where=where, section="", group=group_of(view)))
    return html.Td(link, className="number")
