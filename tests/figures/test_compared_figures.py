"""Figures of compared runs: they say what they show, and names are only text."""

import json

import numpy as np
import pytest

from core.evaluation import ComparedRun, Predictions
from core.evaluation.calibration import CalibratedRun, Calibration, reliability
from core.evaluation.confusions import confusions
from core.evaluation.rank_runs import rank_runs
from core.evaluation.temperature import scaled
from core.evaluation.thresholds import sweep
from core.figures.confusions import confusions_figure
from core.figures.ranked import ranked_figure
from core.figures.reliability import reliability_figure
from core.figures.thresholds import thresholds_figure
from core.results import Provenance
from tests.figures.answers import HOSTILE
from tests.figures.test_every_figure import texts

KINDS = ("roc", "precision-recall", "matrices", "counts", "reliability", "thresholds")


def runs_of(classes, runs=3, samples=120):
    rng = np.random.default_rng(0)
    actual = np.arange(samples) % len(classes)
    made = []
    for place in range(runs):
        chances = rng.dirichlet(np.ones(len(classes)), samples) + np.eye(len(classes))[actual]
        chances /= chances.sum(axis=1, keepdims=True)
        name = f"{HOSTILE[place % 5]} {place}"
        made.append(ComparedRun(f"r{place}", name, Predictions(actual, chances, classes), arm_label=name))
    return made


def calibration_of(runs):
    entries = []
    for run in runs:
        after = reliability(scaled(run.predictions, 1.7))
        entries.append(CalibratedRun(run.run, run.label, reliability(run.predictions), after, 1.7, 40, ""))
    return Calibration(tuple(entries), "width", 1, False, Provenance("calibration", samples=120))


def figure_of(kind, runs, theme="light"):
    if kind in {"roc", "precision-recall"}:
        return ranked_figure(rank_runs(runs)[kind != "roc"], theme)
    if kind in {"matrices", "counts"}:
        return confusions_figure(confusions(runs, "share" if kind == "matrices" else "count"), theme)
    if kind == "reliability":
        return reliability_figure(calibration_of(runs), theme)
    return thresholds_figure(sweep(runs, 0.3), theme)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_names_are_only_text_and_the_figure_says_what_it_shows(kind, theme):
    figure = figure_of(kind, runs_of(HOSTILE[:2]), theme)
    assert figure.layout.meta["n"] == 120
    assert len(figure.layout.meta["description"]) > 40
    for path, text in texts(json.loads(figure.to_json())):
        shown = text
        for tag in ("<br>", "<b>", "</b>", "<extra></extra>"):
            shown = shown.replace(tag, "")
        if "bdata" in path or "colorscale" in path:
            continue
        assert "<" not in shown, (path, text)
        assert "$" not in shown, (path, text)
        assert "x" * 60 not in shown, (path, text)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_answer_gives_the_same_figure(kind):
    runs = runs_of(("no", "yes"))
    assert figure_of(kind, runs).to_json() == figure_of(kind, runs).to_json()


@pytest.mark.parametrize(
    ("classes", "written", "named"), [(2, True, True), (12, False, True), (100, False, False)]
)
def test_many_classes_have_no_numbers_and_no_names_that_would_not_fit(classes, written, named):
    names = tuple(f"class {code}" for code in range(classes))
    figure = figure_of("matrices", runs_of(names, samples=400))
    assert (figure.data[0].texttemplate is not None) == written
    assert figure.layout.xaxis.showticklabels == named
    assert len(figure.layout.xaxis.ticktext) == classes  # the hint under the pointer reads them
    assert np.shape(figure.data[0].customdata)[-1] == 2


def test_rows_of_a_matrix_are_actual_classes():
    figure = figure_of("counts", runs_of(("no", "yes"), runs=1))
    assert figure.layout.yaxis.title.text == "actual"
    assert figure.layout.xaxis.title.text == "predicted"
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first class stands on top
