"""Cards, empty states, badges: the pieces pages are put together from.

A page is a ``grid`` of ``card``s; a ``Chart`` brings its own card. Widths are columns of twelve.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from dashboard.components.format import OUTCOMES, OWN_OUTCOMES, STATES

Content = Any


def grid(*children: Content, class_name: str = "") -> html.Div:
    """Lay cards out in twelve columns; below 1100 px they stand under each other where they must."""
    return html.Div(list(children), className=f"grid {class_name}".strip())


def column(*children: Content, width: int = 12) -> html.Div:
    """Stack cards in one column of a grid."""
    return html.Div(list(children), className=f"column span-{width}")


def card(
    title: str, *children: Content, line: str = "", actions: Sequence[Content] = (), width: int = 12
) -> html.Section:
    """Return a card: title in plain words, one line under it, content."""
    head = html.Div(
        [html.H2(title, className="card-title"), html.Div(list(actions), className="card-actions")],
        className="card-head",
    )
    reading = [html.P(line, className="card-line")] if line else []
    return html.Section([head, *reading, *children], className=f"sheet span-{width}")


def empty_state(text: str, *next_steps: Content, title: str = "") -> html.Div:
    """Say what would be here and offer the clicks that bring it.

    Args:
        text: What is missing, one sentence.
        next_steps: Links or buttons, see ``link_button``.
        title: A short heading where the state fills a page.
    """
    heading = [html.H2(title)] if title else []
    steps = [html.Div(list(next_steps), className="empty-steps")] if next_steps else []
    return html.Div([*heading, html.P(text), *steps], className="empty-state")


def link_button(text: str, href: str, primary: bool = False, **attributes: Any) -> html.A:
    """Return a link that looks like a button; ``ViewState.href`` makes addresses that keep the view."""
    return html.A(text, href=href, className=f"button{' primary' if primary else ''}", **attributes)


def button(text: Content, id: str | dict[str, Any], kind: str = "", **attributes: Any) -> html.Button:
    """Return a button; its text says what happens. Kinds: "", "primary", "danger", "quiet"."""
    attributes.setdefault("n_clicks", 0)
    return html.Button(text, id=id, type="button", className=f"button {kind}".strip(), **attributes)


def outcome_badge(outcome: str) -> html.Span:
    """Return the badge of TP, TN, FP, FN, right or wrong: its colour, its letters, its words on hover."""
    word = OUTCOMES.get(outcome, "")
    colour = OWN_OUTCOMES.get(outcome, outcome if word else "").lower()
    return html.Span(outcome, className=f"badge-outcome {colour}".strip(), title=word)


def head_row(
    titles: Sequence[str], numbers: Collection[str] = (), told: Mapping[str, str] | None = None
) -> html.Tr:
    """Return the heading of a plain table; over numbers it stands on their side.

    Args:
        titles: Of the columns, in order.
        numbers: Titles of those that hold numbers.
        told: What a title means, on hover.
    """
    return html.Tr(
        [
            html.Th(
                title,
                scope="col",
                title=(told or {}).get(title, ""),
                className="number" if title in numbers else "",
            )
            for title in titles
        ]
    )


def state_badge(state: str) -> html.Span:
    """Return the badge of a job's or run's state, in words."""
    return html.Span(
        STATES.get(state, state), className=f"badge-state {state if state in STATES else ''}".strip()
    )


def facts(pairs: Sequence[tuple[str, Content]]) -> html.Dl:
    """Return names and values beside each other, as a description list."""
    rows = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs]
    return html.Dl(rows, className="facts")


def folded(title: str, *children: Content, is_open: bool = False) -> html.Details:
    """Fold something away under its title."""
    return html.Details([html.Summary(title), html.Div(list(children))], className="folded", open=is_open)


def field(label: str, control: Content, help_text: str = "", for_id: str = "") -> html.Div:
    """Return a control with its label above it and its help below."""
    named: dict[str, Any] = {"html_for": for_id} if for_id else {}
    below = [html.Div(help_text, className="field-help")] if help_text else []
    return html.Div([dbc.Label(label, className="field-label", **named), control, *below], className="field")


def progress(fraction: float, label: str) -> html.Div:
    """Return a progress bar that says its value to a screen reader."""
    share = min(1.0, max(0.0, fraction))
    return html.Div(
        html.Div(className="progress-fill", style={"width": f"{100 * share:.1f}%"}),
        className="progress-track",
        role="progressbar",
        **{
            "aria-label": label,
            "aria-valuenow": str(round(100 * share)),
            "aria-valuemin": "0",
            "aria-valuemax": "100",
        },
    )
