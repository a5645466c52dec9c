from dataclasses import replace

import numpy as np
import pytest

from core.data.by_window import codes_by_window, means_by_window, told_by_window
from tests.data.datasets import ragged

CHANCES = np.array([[[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]], [[0.5, 0.5], [0.1, 0.9], [0.3, 0.7]]])
CODES = np.array([[0, 1, 1], [-1, 0, -1]])


def test_a_window_has_the_class_of_most_labelled_steps_and_the_mean_of_their_predictions() -> None:
    np.testing.assert_allclose(means_by_window(CHANCES, CODES, [3, 3]), [[0.5, 0.5], [0.1, 0.9]])
    assert codes_by_window(CODES).tolist() == [1, 0]


def test_a_window_without_labels_is_unknown_and_predicted_from_its_own_steps() -> None:
    none = np.full((2, 3), -1)
    np.testing.assert_allclose(means_by_window(CHANCES, none, [3, 2]), [[0.5, 0.5], [0.3, 0.7]])
    assert codes_by_window(none).tolist() == [-1, -1]


def test_one_label_a_window_stays_as_it_is() -> None:
    chances = np.array([[0.3, 0.7]])
    np.testing.assert_array_equal(means_by_window(chances, np.array([1]), [3]), chances)
    assert codes_by_window([1, 0]).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("targets", "means", "codes"),
    [({"phase": CODES}, [[0.5, 0.5], [0.1, 0.9]], [1, 0]), ({}, [[0.5, 0.5], [0.3, 0.7]], [-1, -1])],
)
def test_rows_of_a_dataset_are_told_with_and_without_labels(targets, means, codes) -> None:
    phase = {name: np.vstack([CODES[:1], of]) for name, of in targets.items()}
    names = dict.fromkeys(phase, ("down", "up"))
    dataset = replace(ragged([1, 3, 2]), targets=phase, classes=names)
    found = told_by_window(dataset, "phase", CHANCES, np.array([1, 2]))
    np.testing.assert_allclose(found[0], means)
    assert found[1].tolist() == codes
