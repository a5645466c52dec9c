"""How sure a run is: every sample is counted once, at the probability of its predicted class."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation import Predictions
from core.evaluation.scored import ScoreDistribution, score_distribution
from core.evaluation.scoring import Scores
from core.results import Provenance


def scores(probabilities: np.ndarray, actual: np.ndarray) -> Scores:
    samples, classes = probabilities.shape
    return Scores(
        run="aaaaaaaaaaaa",
        dataset="bbbbbbbbbbbb",
        sample_ids=np.arange(samples).astype(np.str_),
        actual=("",) * samples,
        predictions=Predictions(actual, probabilities, tuple(f"c{place}" for place in range(classes))),
        parts=("train",) + ("",) * (samples - 1),
        peaks=np.full(samples, -1),
        peak_labels=("",) * samples,
        metrics=None,
        provenance=Provenance("predictions", samples=samples),
    )


@settings(deadline=None)
@given(st.integers(2, 5), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_every_sample_is_counted_once_at_its_predicted_class(classes, samples, seed):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(classes), samples)
    found = score_distribution(scores(probabilities, np.full(samples, -1)))
    assert found.samples == samples
    assert (found.counts.sum(axis=1) == np.bincount(probabilities.argmax(axis=1), minlength=classes)).all()
    assert int(found.to_frame()["samples"].sum()) == samples
    assert (found.labelled, found.correct, found.trained_on) == (0, 0, 1)


def test_certainty_stands_in_the_last_bin_and_labels_are_compared_where_known():
    probabilities = np.array([[1.0, 0.0], [0.5, 0.5], [0.24, 0.76]])
    found = score_distribution(scores(probabilities, np.array([0, -1, 0])), bins=4)
    assert found.counts.tolist() == [[0, 0, 1, 1], [0, 0, 0, 1]]
    assert (found.labelled, found.correct) == (2, 1)


def test_a_distribution_survives_its_file():
    found = score_distribution(scores(np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([1, 1])))
    again = ScoreDistribution.from_plain(found.plain())
    assert (again.counts == found.counts).all()
    assert again.classes == found.classes
    assert again.provenance == found.provenance
