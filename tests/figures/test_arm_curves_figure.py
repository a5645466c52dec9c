"""Curves of arms as a figure: bands, the order of traces, hostile names."""

import json

import pytest

from core.evaluation import run_curve
from core.evaluation.arm_curves import MEASURES, Arm, arm_curves
from core.figures.arm_curves import NOT_MEASURED, NOT_YET, arm_curves_figure, curve_lines

HOSTILE = "<b>x</b> %{y} $a$"


def runs(count, epochs=4, first=0):
    rows = [{"epoch": e, "loss": 1 / e, "accuracy": 0.5, "val_loss": 2 / e, "val_accuracy": 0.6}
            for e in range(1, epochs + 1)]  # fmt: skip
    return tuple(run_curve(f"r{first + place}", f"seed {place}", rows) for place in range(count))


@pytest.mark.parametrize("measure", list(MEASURES))
@pytest.mark.parametrize("sides", [("validation",), ("training",), ("validation", "training")])
@pytest.mark.parametrize("single", [False, True])
def test_traces_are_those_of_the_lines_in_their_order_however_far_they_are(measure, sides, single):
    def made(epochs):
        arms = [Arm("many", runs(3, epochs)), Arm("alone", runs(1, epochs, 3))]
        return arm_curves(arms, measure, sides, single=single)

    result = made(4)
    figure, lines = arm_curves_figure(result), curve_lines(result)
    assert [list(trace.x) for trace in figure.data] == [list(line.epoch) for line in lines]
    assert [list(trace.y) for trace in figure.data] == [list(line.values) for line in lines]
    order = [(line.arm, line.panel, line.side, line.role, line.run) for line in lines]
    assert order == [(line.arm, line.panel, line.side, line.role, line.run) for line in curve_lines(made(0))]
    assert {line.role for line in lines if line.arm == 1} == {"mean"}


def test_one_entry_of_the_legend_stands_for_an_arm():
    result = arm_curves([Arm("a", runs(2)), Arm("b", runs(1, first=2))], sides=("validation", "training"))
    figure = arm_curves_figure(result)
    assert [trace.name for trace in figure.data if trace.showlegend] == ["a", "b"]
    assert (figure.layout.meta["n"], figure.layout.meta["unit"]) == (3, "runs")


@pytest.mark.parametrize(
    ("epochs", "measure", "words"), [(0, "loss", NOT_YET), (3, "entropy", NOT_MEASURED), (3, "loss", "")]
)
def test_an_empty_figure_says_why(epochs, measure, words):
    figure = arm_curves_figure(arm_curves([Arm("a", runs(2, epochs))], measure))
    assert [note.text for note in figure.layout.annotations] == ([words] if words else [])


def test_names_are_harmless_and_missing_values_are_null():
    rows = [{"epoch": 1, "loss": None, "val_loss": float("nan"), "val_accuracy": 0.5}]
    figure = arm_curves_figure(arm_curves([Arm(HOSTILE, (run_curve("r", HOSTILE, rows),) * 2)], single=True))
    text = figure.to_json()
    assert "<b>" not in json.dumps([[trace.name, trace.hovertemplate] for trace in figure.data])
    assert "NaN" not in text


def test_the_description_names_arms_and_the_last_values():
    said = arm_curves_figure(arm_curves([Arm("a", runs(2))])).layout.meta["description"]
    assert "a, 2 runs" in said
    assert "loss (nats) 0.5 at epoch 4" in said
