import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError, ModelError, ShapeError
from core.evaluation import Predictions, confidence, judge, outcomes, predicted_at

TWO = ("no", "yes")


def predictions(actual, positive_chance, **more):
    chance = np.asarray(positive_chance, float)
    return Predictions(np.asarray(actual), np.stack([1 - chance, chance], axis=1), TWO, **more)


def test_the_four_outcomes_are_coded_tp_tn_fp_fn():
    made = predictions([1, 0, 0, 1], [0.9, 0.2, 0.8, 0.3])
    assert outcomes(made).tolist() == [0, 1, 2, 3]
    assert judge(made).counts() == {"TP": 1, "TN": 1, "FP": 1, "FN": 1}


def test_choosing_the_other_class_as_positive_swaps_the_outcomes():
    made = predictions([1, 0, 0, 1], [0.9, 0.2, 0.8, 0.3])
    assert outcomes(made, of_class=0).tolist() == [1, 0, 3, 2]


def test_with_three_classes_outcomes_are_one_against_the_rest():
    chances = np.eye(3)[[0, 1, 2, 1, 2]]
    made = Predictions(np.array([0, 1, 2, 0, 1]), chances, ("a", "b", "c"))
    assert outcomes(made, of_class=1).tolist() == [1, 0, 1, 2, 3]
    assert judge(made).correct.tolist() == [1, 1, 1, 0, 0]


def test_an_unknown_label_has_an_unknown_outcome():
    judged = judge(predictions([-1, 1], [0.9, 0.9]))
    assert judged.outcomes.tolist() == [-1, 0]
    assert judged.to_frame()["outcome"].tolist() == ["", "TP"]
    assert judged.to_frame()["actual"].tolist() == ["", "yes"]


@settings(deadline=None)
@given(st.floats(0, 1))
def test_confidence_of_two_classes_is_twice_the_distance_from_a_half(chance):
    assert confidence([[1 - chance, chance]])[0] == pytest.approx(2 * abs(chance - 0.5), abs=1e-12)


@pytest.mark.parametrize("classes", [2, 3, 9])
def test_confidence_is_zero_at_chance_and_one_when_sure(classes):
    assert confidence(np.full((1, classes), 1 / classes))[0] == pytest.approx(0)
    assert confidence(np.eye(classes)[:1])[0] == 1


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_reordering_samples_reorders_their_outcomes(order):
    made = predictions([1, 0, 0, 1, -1, 1], [0.9, 0.2, 0.8, 0.3, 0.1, 0.6])
    moved = Predictions(made.actual[list(order)], made.probabilities[list(order)], TWO)
    assert outcomes(moved).tolist() == outcomes(made)[list(order)].tolist()


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (((0, 2), [[0.5, 0.5], [0.5, 0.5]], TWO), DataError, "between 0 and 1; got 2"),
        (((0, -3), [[0.5, 0.5], [0.5, 0.5]], TWO), DataError, "got -3"),
        (((0, 1), [[0.5, 0.5]], TWO), ShapeError, "actual"),
        (((0,), [[np.nan, 0.5]], TWO), ModelError, "sample 0"),
        (((0,), [[0.9, 0.9]], TWO), ModelError, "sum to one"),
        (((0,), [[0.5, 0.5]], TWO, 2), DataError, "positive"),
    ],
)
def test_predictions_that_do_not_fit_are_refused(arguments, error, text):
    actual, chances, *rest = arguments
    with pytest.raises(error, match=text):
        Predictions(np.array(actual), np.array(chances), *rest)


def test_the_threshold_is_the_least_probability_that_is_said_positive():
    made = predictions([1, 0, 0, 1], [0.9, 0.2, 0.8, 0.3])
    assert judge(made, threshold=0.3).outcomes.tolist() == [0, 1, 2, 0]
    assert judge(made, threshold=0.85).predicted.tolist() == [1, 0, 0, 0]
    assert judge(made, threshold=0).counts() == {"TP": 2, "TN": 0, "FP": 2, "FN": 0}
    assert judge(made, threshold=0.3).confidence.tolist() == judge(made).confidence.tolist()


def test_the_threshold_is_of_the_positive_class_whichever_class_is_looked_at():
    made = predictions([1, 0, 0, 1], [0.9, 0.2, 0.8, 0.3], positive=0)
    assert judge(made, threshold=0.75).predicted.tolist() == [1, 0, 1, 1]
    assert outcomes(made, of_class=1, threshold=0.75).tolist() == [0, 1, 2, 0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_the_usual_threshold_is_the_likelier_class_even_on_ties(chances):
    made = predictions([0] * len(chances), chances)
    assert predicted_at(made).tolist() == made.predicted.tolist()
    assert predicted_at(made, 0.5).tolist() == made.predicted.tolist()


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_outside_zero_to_one_is_refused(threshold):
    with pytest.raises(DataError, match="between 0 and 1"):
        judge(predictions([1], [0.9]), threshold=threshold)


def test_three_classes_have_no_threshold():
    made = Predictions(np.array([0, 1, 2]), np.eye(3), ("a", "b", "c"))
    assert judge(made).predicted.tolist() == [0, 1, 2]
    with pytest.raises(DataError, match="a threshold needs two classes; got 3"):
        judge(made, threshold=0.4)
