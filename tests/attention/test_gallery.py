from types import SimpleNamespace

import numpy as np
import pytest

from core.attention import GalleryView, gallery, gallery_rows
from core.errors import NotFoundError, SettingsError
from core.evaluation import Predictions, judge
from tests.attention.constructed import drawn_labels, drawn_weights


def data(samples=140, steps=20):
    weights, lengths = drawn_weights(samples, steps, shortest=5)
    series = np.random.default_rng(0).normal(size=(samples, steps, 2)).astype(np.float32)
    source = SimpleNamespace(
        series=series,
        lengths=lengths,
        channels=("a", "b"),
        sample_ids=np.arange(samples).astype(str),
        step_labels=tuple(map(str, range(steps))),
        step_name="step",
    )
    return source, weights


def test_the_most_confident_errors_come_first_and_unknown_last():
    chances = np.array([[0.1, 0.9], [0.2, 0.8], [0.4, 0.6], [0.05, 0.95], [0.0, 1.0]])
    labels = judge(Predictions(np.array([1, 0, 0, 1, -1]), chances, ("n", "y")))
    assert gallery_rows(labels).tolist() == [1, 2, 3, 0, 4]


def test_a_view_keeps_the_samples_of_its_outcome_or_pair_of_classes():
    labels = drawn_labels(60, classes=("a", "b", "c"))
    assert (labels.outcomes[gallery_rows(labels, GalleryView(outcome=2))] == 2).all()
    rows = gallery_rows(labels, GalleryView(actual=0, predicted=1))
    expected = np.flatnonzero((labels.actual == 0) & (labels.predicted == 1))
    assert sorted(rows.tolist()) == expected.tolist()


def test_pages_together_hold_each_sample_once():
    source, weights = data()
    labels = drawn_labels(30)
    pages = [gallery(source, labels, weights, GalleryView(offset=at, count=8)) for at in range(0, 32, 8)]
    assert [len(page.samples) for page in pages] == [8, 8, 8, 6]
    assert {page.total for page in pages} == {30}
    assert sorted(np.concatenate([page.samples for page in pages]).tolist()) == list(range(100, 130))


def test_a_tile_holds_series_and_attention_of_its_sample():
    source, weights = data()
    made = gallery(source, drawn_labels(30), weights, GalleryView(channels=(1,), count=5))
    for row, sample in enumerate(made.samples):
        length = source.lengths[sample]
        assert np.array_equal(made.series[row, :length, 0], source.series[sample, :length, 1])
        assert np.array_equal(made.weights[row, :length], weights[sample, :length])
        assert np.isnan(made.weights[row, length:]).all()
    assert len(made.to_frame()) == source.lengths[made.samples].sum()


def test_a_view_without_samples_is_an_empty_page():
    source, weights = data()
    made = gallery(source, drawn_labels(30), weights, GalleryView(offset=1000))
    assert len(made.samples) == 0
    assert made.to_frame().empty


@pytest.mark.parametrize("view", [{"count": 0}, {"count": 61}, {"offset": -1}])
def test_a_page_of_impossible_size_is_refused(view):
    with pytest.raises(SettingsError, match="1 to 60"):
        GalleryView(**view)


def test_a_channel_that_does_not_exist_is_not_found():
    source, weights = data()
    with pytest.raises(NotFoundError, match="channel"):
        gallery(source, drawn_labels(30), weights, GalleryView(channels=(2,)))
