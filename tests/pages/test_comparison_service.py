import math

import pytest

from core.errors import NotFoundError
from core.models.manifest import RunManifest
from dashboard.pages.compare import words
from dashboard.services import comparison
from tests.pages.known_runs import other_split, publish_three_classes


def test_the_newest_runs_of_the_dataset_are_compared_unless_some_are_named(known, house):
    elsewhere = publish_three_classes(house)
    assert [run.id for run in comparison.chosen((), known.dataset.id)] == [known.baseline, known.run]
    assert [run.id for run in comparison.chosen((), None)] == [elsewhere.run]
    assert [run.id for run in comparison.chosen((known.run, known.run), None)] == [known.run]


def test_without_any_run_the_page_train_is_named(house):
    with pytest.raises(NotFoundError, match="train one on the page Train"):
        comparison.chosen((), None)


def test_a_named_run_that_is_gone_is_told(known):
    with pytest.raises(NotFoundError, match="there is no run aaaaaaaaaaaa"):
        comparison.chosen((known.run, "aaaaaaaaaaaa"), None)


def test_scores_are_those_of_the_manifests(known, house):
    found = comparison.compare((known.run, known.baseline), known.dataset.id)
    for score in found.comparison.scores:
        measured = house.runs.read(score.run, RunManifest).metrics["test"]
        assert score.metrics.accuracy == pytest.approx(measured["accuracy"])
        assert score.metrics.loss == pytest.approx(measured["loss"], rel=1e-5)
        assert list(score.metrics.accuracy_interval) == pytest.approx(measured["accuracy_interval"])
        assert score.loss_interval[0] <= score.metrics.loss <= score.loss_interval[1]
    assert [score.metrics.accuracy for score in found.comparison.scores] == [0.6, 0.5]
    assert found.comparison.majority_rate == 0.5


def test_one_sample_of_difference_is_no_evidence_and_says_so(known):
    found = comparison.compare((known.run, known.baseline), known.dataset.id)
    (test,) = found.comparison.tests
    assert (test.only_a, test.only_b, test.p_adjusted) == (1, 0, 1.0)
    named = comparison.labels(comparison.chosen((known.run, known.baseline), None))
    said = words.in_words(test, named, found.comparison.samples)
    assert said == "no evidence of a difference (p = 1.00, n = 10)"


def test_runs_tested_on_different_samples_are_shown_but_not_tested(known, house):
    other = other_split(house, known)
    found = comparison.compare((known.run, other), known.dataset.id)
    assert len(found.comparison.scores) == 2
    assert found.comparison.tests == ()
    assert "different splits" in found.refused
    assert "No test is made." in str(words.tests(found, {}))


def test_runs_of_different_datasets_are_not_tested(known, house):
    other = publish_three_classes(house)
    found = comparison.compare((known.run, other.run), None)
    assert "different datasets" in found.refused
    assert math.isnan(found.comparison.majority_rate)


def test_curves_are_the_histories_of_the_runs(known):
    found = comparison.curves((known.run, known.baseline), None)
    assert [run.label for run in found.runs] == ["attention-lstm, seed 0", "lstm, seed 1"]
    assert found.runs[0].validation_loss == pytest.approx([1.1, 0.55, 1.1 / 3])


def test_equal_labels_are_told_apart_by_their_ids(known, house):
    manifest = house.runs.read(known.run, RunManifest)
    twin = manifest.model_copy(update={"id": "zzzzzzzzzzzz"})
    found = comparison.labels([manifest, twin])
    assert found == {
        known.run: f"attention-lstm, seed 0 #{known.run[:4]}",
        "zzzzzzzzzzzz": "attention-lstm, seed 0 #zzzz",
    }


@pytest.mark.parametrize(
    ("p", "text"), [(0.0004, "< 0.001"), (0.0042, "= 0.004"), (0.41, "= 0.41"), (1.0, "= 1.00")]
)
def test_p_values_are_written_as_precisely_as_they_ask(p, text):
    assert words.p_value(p) == text
