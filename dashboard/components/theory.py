"""Short texts with formulas beside the work, folded until somebody wants them.

    theory("The idea", Idea("Score", "How well a step fits.", "e_t = v \u00b7 tanh(W h_t + b)"))

Formulas are plain text with the field's signs, so that they need no library and can be copied.
"""

from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.components.cards import folded


@dataclass(frozen=True)
class Idea:
    """One thought: what it is called, its formula, what it means.

    Attributes:
        name: A few words.
        text: One to three sentences.
        formula: The formula, "" for none; with "_" for what stands below the line: x_t, h_{t-1}.
    """

    name: str
    text: str
    formula: str = ""


def theory(title: str, *ideas: Idea, closing: str = "", is_open: bool = False) -> html.Details:
    """Return ideas under a title, folded away unless it is said otherwise."""
    last = [html.P(closing, className="small muted")] if closing else []
    return folded(
        title, html.Div([_shown(idea) for idea in ideas], className="theory"), *last, is_open=is_open
    )


def formula(text: str) -> html.P:
    """Return a formula; what follows "_" is set below the line: one sign, or several in braces."""
    pieces: list[Any] = []
    rest = text
    while "_" in rest:
        before, _, rest = rest.partition("_")
        low, rest = rest[1:].split("}", 1) if rest.startswith("{") else (rest[:1], rest[1:])
        pieces += [before, html.Sub(low)]
    return html.P([*pieces, rest], className="formula")


def _shown(idea: Idea) -> html.Div:
    shown = [formula(idea.formula)] if idea.formula else []
    return html.Div([html.H3(idea.name), *shown, html.P(idea.text, className="small muted")])
