import numpy as np
import pytest

from core.evaluation import ComparedRun, Predictions, wilson_interval
from core.evaluation.difficulty import class_difficulty


def run(name, actual, right, classes, sure=0.7):
    said = np.where(right, actual, (actual + 1) % classes)
    chances = np.full((len(actual), classes), (1 - sure) / (classes - 1))
    chances[np.arange(len(actual)), said] = sure
    return ComparedRun(name, name, Predictions(actual, chances, tuple(f"c{code}" for code in range(classes))))


@pytest.mark.parametrize("classes", [2, 100])
def test_each_class_has_its_accuracy_interval_confidence_and_frequency(classes):
    rng = np.random.default_rng(0)
    actual = np.concatenate([np.arange(classes), rng.integers(0, classes, 400)])
    right = rng.random(len(actual)) < 0.6
    found = class_difficulty([run("a", actual, right, classes)])
    for code in range(classes):
        rows = actual == code
        assert found.frequency[code] == rows.sum()
        assert found.accuracy[code] == pytest.approx(right[rows].mean())
        assert found.interval[code] == pytest.approx(wilson_interval(int(right[rows].sum()), int(rows.sum())))
        assert found.confidence[code] == pytest.approx(0.7)
    assert (np.diff(found.accuracy[found.order]) >= 0).all()


def test_seeds_are_averaged_and_their_samples_count_once():
    actual = np.array([0, 0, 1, 1])
    found = class_difficulty(
        [run("a", actual, np.array([1, 1, 0, 0], bool), 2), run("b", actual, np.array([1, 0, 0, 1], bool), 2)]
    )
    assert found.accuracy.tolist() == [0.75, 0.25]
    assert found.spread.tolist() == [[0.5, 1.0], [0.0, 0.5]]
    assert (found.frequency.tolist(), found.runs) == ([2, 2], 2)


def test_a_class_without_samples_is_neither_hard_nor_easy():
    found = class_difficulty([run("a", np.array([0, 0, 2]), np.ones(3, bool), 3)])
    assert found.order.tolist() == [0, 2]
    assert np.isnan(found.accuracy[1])
    assert np.isnan(found.interval[1]).all()
