import numpy as np
import pytest

from core.data.statistics import compute_statistics
from core.evaluation import Predictions, confusion
from core.figures import (
    channel_spread_figure,
    class_balance_figure,
    class_examples,
    class_examples_figure,
    comparison_figure,
    confusion_figure,
)
from tests.figures.answers import answers, dataset


@pytest.fixture(scope="module")
def two():
    return answers()


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "macro_f1", "auc", "loss"])
def test_bars_of_single_runs_hold_a_metric_with_its_interval(two, metric):
    figure = comparison_figure(two.comparison, metric=metric)
    (bars,) = (trace for trace in figure.data if trace.type == "bar")
    scores = two.comparison.scores
    assert list(bars.x) == [score.value(metric) for score in scores]
    ends = [score.intervals[metric] for score in scores]
    assert np.asarray(bars.x) + np.asarray(bars.error_x.array) == pytest.approx([high for _, high in ends])
    assert np.asarray(bars.x) - np.asarray(bars.error_x.arrayminus) == pytest.approx([low for low, _ in ends])
    lines = {shape.x0 for shape in figure.layout.shapes if shape.type == "line"}
    assert lines == ({two.comparison.majority_rate} if metric == "accuracy" else set())
    assert figure.layout.xaxis.range == (None if metric == "loss" else (0, 1))


def test_class_balance_counts_samples_by_part(two):
    figure = class_balance_figure(two.statistics)
    counts = two.statistics.targets["label"].counts
    assert [list(trace.x) for trace in figure.data] == [counts[:, 0].tolist(), counts[:, 2].tolist()]
    other = np.array([[1, 2, 3, 0], [4, 5, 6, 0]])
    figure = class_balance_figure(two.statistics, counts=other)
    assert [list(trace.x) for trace in figure.data] == other[:, :3].T.tolist()


def test_channels_of_like_ranges_keep_their_unit(two):
    figure = channel_spread_figure(two.statistics)
    assert figure.layout.xaxis.title.text == "value"
    assert np.asarray(figure.data[-1].x) == pytest.approx(two.statistics.moments["mean"])


def test_channels_of_unlike_ranges_are_drawn_in_deviations_and_it_says_so():
    data = dataset()
    data.series[:, :, 1] *= 1000
    figure = channel_spread_figure(compute_statistics(data))
    assert "SD from each channel's own mean" in figure.layout.xaxis.title.text
    assert np.asarray(figure.data[-1].x) == pytest.approx(np.zeros(3))


def test_of_155_channels_the_widest_are_drawn_and_it_says_so():
    figure = channel_spread_figure(compute_statistics(dataset(channels=155)))
    assert len(figure.data[-1].x) == 40
    assert "40 of 155 channels" in figure.layout.title.subtitle.text


def test_examples_come_from_each_class_over_own_lengths():
    data = dataset()
    made = class_examples(data, each=3)
    assert np.bincount(made.codes).tolist() == [3, 3]
    assert (data.targets["label"][made.samples] == made.codes).all()
    assert (~np.isnan(made.series)).sum() == data.lengths[made.samples].sum()
    figure = class_examples_figure(made)
    assert len({trace.xaxis for trace in figure.data}) == 2


def test_examples_of_an_unlabelled_dataset_are_one_group():
    data = dataset()
    unlabelled = type(data)(**{**vars(data), "targets": {}, "classes": {}})
    made = class_examples(unlabelled)
    assert made.classes == ("all samples",)
    assert class_examples_figure(made).layout.meta["n"] == 5


@pytest.mark.parametrize(("classes", "named"), [(3, 3), (16, 16), (25, 13), (200, 16)])
def test_no_more_classes_are_named_along_an_axis_than_stay_apart(classes, named):
    chances = np.eye(classes)
    predictions = Predictions(np.arange(classes), chances, tuple(f"k{code}" for code in range(classes)), 0)
    axis = confusion_figure(confusion(predictions)).layout.xaxis
    assert len(axis.ticktext) == len(axis.tickvals) == named
    assert axis.ticktext[-1] == f"k{axis.tickvals[-1]}"


def test_confusion_prints_its_counts(two):
    figure = confusion_figure(two.confusion)
    assert "row: actual" in figure.layout.title.subtitle.text
    assert figure.layout.xaxis.autotickangles == (
        0,
        -90,
    )  # a slanting name may leave the figure, and is dropped
    printed = [int(text) for text in figure.data[1].text]
    assert printed == two.confusion.counts.ravel().tolist()
