import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from core.errors import DataError
from core.evaluation import ComparedRun, Predictions
from core.evaluation.agreement import agreement


def run(name, said, actual, classes=3, **more):
    chances = np.full((len(said), classes), 0.1)
    chances[np.arange(len(said)), said] = 1 - 0.1 * (classes - 1)
    names = tuple(f"c{code}" for code in range(classes))
    return ComparedRun(name, f"run {name}", Predictions(actual, chances, names), data="d", **more)


def test_shares_kappa_and_counts_are_those_of_the_predictions():
    rng = np.random.default_rng(0)
    actual = rng.integers(0, 3, 200)
    said = [np.where(rng.random(200) < 0.7, actual, rng.integers(0, 3, 200)) for _ in range(3)]
    found = agreement([run(str(place), row, actual) for place, row in enumerate(said)])
    for i in range(3):
        for j in range(3):
            assert found.same[i, j] == pytest.approx(np.mean(said[i] == said[j]))
            assert found.kappa[i, j] == pytest.approx(cohen_kappa_score(said[i], said[j]))
            assert found.only[i, j] == np.sum((said[i] == actual) & (said[j] != actual))
    assert len(found.to_frame()) == 6


def test_kappa_of_runs_that_say_one_class_only_is_not_defined():
    ones = np.ones(20, np.int64)
    found = agreement([run("a", ones, ones), run("b", ones, ones)])
    assert found.same.min() == 1
    assert np.isnan(found.kappa).all()


def test_samples_without_a_label_are_left_out():
    actual = np.array([0, 1, -1, -1])
    found = agreement([run("a", [0, 0, 1, 1], actual), run("b", [0, 1, 0, 0], actual)])
    assert (found.samples, found.same[0, 1], found.only[1, 0]) == (2, 0.5, 1)


def test_agreement_needs_two_runs_of_the_same_samples():
    one = run("a", [0, 1], np.array([0, 1]))
    with pytest.raises(DataError, match="two runs or more"):
        agreement([one])
    with pytest.raises(DataError, match="on 2 and 3 samples"):
        agreement([one, run("b", [0, 1, 1], np.array([0, 1, 1]), fold=1)])
