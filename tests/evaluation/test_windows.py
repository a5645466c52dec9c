import numpy as np

from core.evaluation.windows import by_window


def test_a_window_has_the_class_of_most_labelled_steps_and_the_mean_of_their_predictions() -> None:
    chances = np.array([[[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]], [[0.5, 0.5], [0.1, 0.9], [0.3, 0.7]]])
    means, codes = by_window(chances, np.array([[0, 1, 1], [-1, 0, -1]]))
    np.testing.assert_allclose(means, [[0.5, 0.5], [0.1, 0.9]])
    assert codes.tolist() == [1, 0]


def test_a_window_without_labels_is_unknown_and_predicted_from_all_its_steps() -> None:
    means, codes = by_window(np.array([[[1.0, 0.0], [0.5, 0.5]]]), np.array([[-1, -1]]))
    np.testing.assert_allclose(means, [[0.75, 0.25]])
    assert codes.tolist() == [-1]


def test_one_label_a_window_stays_as_it_is() -> None:
    chances, codes = np.array([[0.3, 0.7]]), np.array([1])
    means, found = by_window(chances, codes)
    np.testing.assert_array_equal(means, chances)
    np.testing.assert_array_equal(found, codes)
