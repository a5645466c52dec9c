"""The texts of the page Attention: theory, coach, one sample in words."""

from typing import Any

from dash import html

from core.attention import SampleAttention
from core.evaluation import OUTCOMES
from core.models.manifest import RunManifest
from dashboard.components.cards import folded, outcome_badge
from dashboard.components.format import clipped, percent
from dashboard.components.sample_words import in_words as in_words  # noqa: PLC0414 - handed on
from dashboard.services.attention import Focus
from dashboard.services.samples import layer_of, layers_of

HONEST = (
    "Attention shows what the model weighs. Whether that explains its prediction is another question, "
    "which needs tests of its own."
)
COACH = (
    (
        "Every test sample at a glance",
        "Each row is one sample, each column a step. Strong colour is where the model looks. "
        "Rows are grouped by outcome, so rows of errors stand together.",
    ),
    (
        "One sample in depth",
        "Click a row, or press [ and ] to walk through the samples. Here its series stands over its weights, "
        "with the five steps that weigh most.",
    ),
    (
        "Right against wrong",
        "The averages tell whether the model looks elsewhere when it is wrong. The menu of each figure gives "
        "it away as a picture, as a page or as numbers.",
    ),
)


def how_weights_are_meant(run: RunManifest, layer: str) -> str:
    """Return what one weight a step means where attention does more than pool, in a sentence or two."""
    if not layers_of(run):
        return ""
    found, said = layer_of(run, layer), []
    if found.kind == "self":
        said.append("A weight is what a step receives: the mean over heads and over the steps that ask.")
    if found.kind == "cross":
        asking, looked = clipped(found.queries, 24), clipped(found.keys, 24)
        said.append(f"A weight is what a step of {looked} receives from {asking}, the mean over heads.")
    if found.patch > 1:
        said.append(f"{found.patch} steps are one token and share its weight.")
    if run.target in run.per_step:
        said.append("The run labels each step: a sample counts by the class that most of its steps have.")
    return " ".join(said)


def _var(name: str, index: str = "") -> list[Any]:
    return [html.I(name), html.Sub(html.I(index))] if index else [html.I(name)]


def theory() -> html.Details:
    """Return the short theory: score, softmax, context vector."""
    score = [*_var("e", "t"), " = ", *_var("v"), html.Sup("T"), " tanh(", *_var("W"), " ", *_var("h", "t"),
             " + ", *_var("b"), ")"]  # fmt: skip
    softmax = [*_var("a", "t"), " = exp(", *_var("e", "t"), ") / \u2211", html.Sub(html.I("s")), " exp(",
               *_var("e", "s"), ")"]  # fmt: skip
    context = [*_var("c"), " = \u2211", html.Sub(html.I("t")), " ", *_var("a", "t"), " ", *_var("h", "t")]
    rows = (
        ("Score", score, "The model reads the series into a hidden state h for each step t and scores it."),
        (
            "Softmax",
            softmax,
            "Scores become weights: none is negative, and over a sample's steps they sum to 1.",
        ),
        ("Context vector", context, "The prediction is made from the weighted sum of the hidden states."),
    )
    return folded(
        "How attention works: score, softmax, context vector",
        html.Div(
            [
                html.Div(
                    [
                        html.H3(name),
                        html.P(formula, className="formula"),
                        html.P(text, className="small muted"),
                    ]
                )
                for name, formula, text in rows
            ],
            className="theory",
        ),
        html.P(
            "A hidden state has read the steps before it, so a weight belongs to what the model knows at "
            "that step, not only to the value there. Equal weights would be 1 by the number of steps.",
            className="small muted",
        ),
        is_open=True,
    )


def verdict(answer: SampleAttention, own: bool) -> list[Any]:
    """Return prediction, actual class and outcome of a sample in one line."""
    chance = percent(float(answer.probabilities[answer.predicted]))
    said: list[Any] = ["predicted ", html.Strong(clipped(answer.predicted_name, 24)), f" ({chance})"]
    if answer.actual_name is None:
        return [*said, ", actual class unknown"]
    said += [", actual ", html.Strong(clipped(answer.actual_name, 24))]
    if own:
        right = answer.predicted == answer.actual
        return [outcome_badge("right" if right else "wrong"), " ", *said]
    return [outcome_badge(OUTCOMES[answer.outcome]), " ", *said]


def place(focus: Focus, answer: SampleAttention) -> str:
    """Return where the sample stands in the order."""
    name = clipped(answer.sample_id, 24)
    if focus.rank is None:
        return f"sample {name}, not among the {focus.total:,} shown"
    return f"sample {name}, {focus.rank + 1:,} of {focus.total:,}"
