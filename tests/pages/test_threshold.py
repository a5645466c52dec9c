"""A threshold moves every view of outcomes, on every page alike."""

import pytest

from dashboard.components.view import ViewState
from dashboard.pages.gallery.layout import CHIP
from dashboard.services import attention, gallery, samples
from dashboard.services.attention import AttentionView
from dashboard.services.samples import Selection
from tests.pages.known_runs import publish_three_classes


def outcomes_of(run, **view):
    return samples.select(Selection.of(ViewState(run=run, **view))).labels.outcomes.tolist()


def test_samples_gallery_and_attention_move_together(known):
    # Chances of the test samples: .1 .2 .3 .6 .9 of the first class, .95 .8 .7 .4 .05 of the second.
    at = ViewState(run=known.run, threshold=0.65)
    assert outcomes_of(known.run, threshold=0.65) == [1, 1, 1, 1, 2, 0, 0, 0, 3, 3]
    assert gallery.counts(Selection.of(at)).outcomes == (3, 4, 1, 2)
    assert gallery.confused(Selection.of(at)).counts.tolist() == [[4, 1], [2, 3]]
    shown = attention.profiles(AttentionView(Selection.of(at)), "outcome")
    assert dict(zip(shown.names, shown.counts, strict=True)) == {"TP": 3, "TN": 4, "FP": 1, "FN": 2}
    assert attention.sample(AttentionView(Selection.of(at)), 13).predicted == 0
    assert gallery.shown(Selection(known.run, outcome="FP", threshold=0.65)) == 1
    assert gallery.confused(Selection.of(at)).provenance.parameters["threshold"] == 0.65


def test_without_a_threshold_all_is_as_it_was(known):
    assert outcomes_of(known.run) == outcomes_of(known.run, threshold=0.5) == [1, 1, 1, 2, 2, 0, 0, 0, 3, 3]
    usual = gallery.confused(Selection(known.run))
    assert "threshold" not in usual.provenance.parameters


def test_three_classes_are_not_moved(house):
    known = publish_three_classes(house)
    assert outcomes_of(known.run, threshold=0.9) == outcomes_of(known.run)
    assert gallery.confused(Selection(known.run, threshold=0.9)).counts.trace() == 6
    assert CHIP.update({"run": known.run, "threshold": 0.9}) == []


@pytest.mark.parametrize("view", [{}, {"threshold": 0.5}, {"threshold": "x"}])
def test_the_chip_is_silent_at_the_usual_threshold(view, known):
    assert CHIP.update({"run": known.run, **view}) == []


def test_the_chip_names_class_and_threshold_and_leads_back(known):
    said, back = CHIP.update({"run": known.run, "threshold": 0.3})
    assert "up" in str(said.children)
    assert "0.3 instead of 0.5" in str(said.children)
    assert back.to_plotly_json()["props"]["data-view-key"] == "threshold"
    assert CHIP.update({"run": "aaaaaaaaaaaa", "threshold": 0.3}) == []
