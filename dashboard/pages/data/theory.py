"""The short theory of the page Data: how synthetic series are made, what a class balance means."""

from dash import html

from dashboard.components.theory import Idea, theory

IDEAS = (
    Idea(
        "A series",
        "A wave of f turns, whose size A differs from series to series (amplitude noise) and whose"
        " start \u03c6 may lie anywhere (phase spread), with noise \u03b5 on every value (pattern noise)"
        " and a trend of slope s.",
        "x_t = A \xb7 sin(2\u03c0 \xb7 f \xb7 t/(T\u22121) + \u03c6) + s \xb7 t/(T\u22121) + \u03b5_t",
    ),
    Idea(
        "Its class",
        "High if the last value lies above the threshold \u03b8, else low. So the last step decides, and"
        " a model with attention has one right place to look at.",
        "y = 1 if x_{T\u22121} > \u03b8, else 0",
    ),
    Idea(
        "Class balance",
        "What is known before a series is seen: the share of each class. Always answering the largest"
        " one is right so often; a model must beat that. The threshold moves the balance.",
        "P(y = 1) = n_1 / n",
    ),
    Idea(
        "Bayes' relation",
        "What a classifier learns: how the classes' shares change once the series is seen. A rare class needs"
        " stronger evidence than a frequent one; a model trained on another balance is wrong by that factor.",
        "P(y | x) = P(x | y) \u00b7 P(y) / P(x)",
    ),
)


def series_theory() -> html.Details:
    """Return the theory of synthetic series and of classes, folded."""
    return theory("The idea: how series are made, and what classes say", *IDEAS)
