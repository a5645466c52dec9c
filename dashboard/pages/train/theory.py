"""The short theory of the page Train: split, loss, early stopping."""

from dash import html

from dashboard.components.theory import Idea, theory

IDEAS = (
    Idea(
        "Split",
        "Training samples set the weights, validation samples decide when to stop, test samples are"
        " looked at once, at the end. Only they tell how the model does on what it has not seen, and"
        " only if nothing of them was known before: that is what leaks are about.",
        "samples = training \u222a validation \u222a test, no sample in two",
    ),
    Idea(
        "Loss",
        "How surprised the model is by the right class, on average: 0 if it was sure and right, ln K if"
        " it guesses among K classes, without bound if it was sure and wrong. Adam walks down its"
        " gradient.",
        "L = \u2212 1/n \u00b7 \u2211_i ln p(y_i | x_i)",
    ),
    Idea(
        "Early stopping",
        "Training loss goes on falling when a model begins to learn samples by heart; validation loss"
        " rises then. After as many epochs as patience says without a better one it stops, and the best"
        " weights are kept.",
        "best epoch = argmin_e L_{validation}(e)",
    ),
    Idea(
        "Seeds and controls",
        "Weights start at random, so one run is one draw: train several seeds before you call a"
        " difference real. A control learns shuffled labels: there is nothing to learn, so test accuracy"
        " belongs at the share of the largest class.",
    ),
)


def training_theory() -> html.Details:
    """Return the theory of a training, folded."""
    return theory("The idea: split, loss, early stopping", *IDEAS)
