import numpy as np
import pytest

from core.attention import (
    SORTS,
    HeatmapView,
    StepAxis,
    attention_heatmap,
    normalised_entropy,
    ordering,
    peaks,
)
from core.attention.ordering import row_values, sample_order
from core.attention.statistics import PATTERNS
from core.errors import SettingsError, ShapeError
from tests.attention.constructed import drawn_labels, drawn_weights

AXIS = StepAxis.counted(20)
OF_WEIGHTS = [sort for sort in SORTS if sort != "distance"]  # that one needs the series


def laid_out(samples=30, labels=None, **view):
    weights, lengths = drawn_weights(samples, shortest=4)
    labels = labels or drawn_labels(samples)
    return attention_heatmap(weights, lengths, labels, AXIS, view=HeatmapView(**view)), weights, lengths


@pytest.mark.parametrize("sort", OF_WEIGHTS)
def test_each_row_holds_the_weights_of_its_sample(sort):
    made, weights, lengths = laid_out(sort=sort)
    assert sorted(made.samples.tolist()) == list(range(100, 130))
    for row, sample in enumerate(made.samples - 100):
        length = lengths[sample]
        assert np.array_equal(made.cells[row, :length], weights[sample, :length])
        assert np.isnan(made.cells[row, length:]).all()


def test_rows_come_in_the_order_asked_for():
    labels = drawn_labels()
    made, weights, lengths = laid_out(sort="confidence")
    assert (np.diff(made.confidence) <= 0).all()
    made = laid_out(sort="outcome")[0]
    assert (np.diff(made.outcomes) >= 0).all()
    for code in range(4):
        assert (np.diff(made.confidence[made.outcomes == code]) <= 0).all()
    made = laid_out(sort="class")[0]
    assert (np.diff(labels.actual[made.samples - 100]) >= 0).all()
    made = laid_out(sort="entropy")[0]
    assert (np.diff(normalised_entropy(weights, lengths)[made.samples - 100]) >= 0).all()
    made = laid_out(sort="peak")[0]
    assert (np.diff(peaks(weights, lengths)[made.samples - 100]) >= 0).all()


def test_equals_keep_the_order_of_the_dataset():
    weights = np.tile(np.eye(20, dtype=np.float32)[3], (30, 1))
    made = attention_heatmap(weights, np.full(30, 20), drawn_labels(), AXIS, view=HeatmapView("peak"))
    assert made.samples.tolist() == list(range(100, 130))


@pytest.mark.parametrize("sort", OF_WEIGHTS)
def test_many_samples_are_drawn_together_without_losing_one(sort):
    made, weights, _ = laid_out(200, sort=sort, rows=40, steps=5)
    assert made.cells.shape[0] <= 40
    assert made.cells.shape[1] == 5
    assert made.counts.sum() == made.total == 200
    assert made.aggregated
    assert made.largest == pytest.approx(weights.max())


def test_a_cell_is_the_mean_of_the_valid_weights_drawn_together():
    made, weights, lengths = laid_out(40, sort="sample", rows=10, steps=10)
    valid = np.arange(20)[None, :] < lengths[:, None]
    block, there = weights[:4, :2], valid[:4, :2]
    assert made.cells[0, 0] == pytest.approx(block[there].mean())
    whole = np.where(valid, weights, np.nan).reshape(10, 4, 10, 2)
    with np.errstate(all="ignore"):
        present = (~np.isnan(whole)).sum(axis=(1, 3))
    assert np.array_equal(np.isnan(made.cells), present == 0)


def test_a_cell_can_show_the_largest_weight():
    made, weights, _ = laid_out(40, sort="sample", rows=10, steps=10, show="max")
    assert made.cells[0, 0] == weights[:4, :2].max()
    assert np.nanmax(made.cells) == weights.max()


@pytest.mark.parametrize("sort", ["outcome", "class"])
def test_samples_of_different_groups_never_share_a_row(sort):
    labels = drawn_labels(200)
    made = laid_out(200, labels, sort=sort, rows=12)[0]
    codes = labels.outcomes if sort == "outcome" else labels.actual
    rows = made.outcomes if sort == "outcome" else made.actual
    for code in range(4):
        assert made.counts[rows == code].sum() == (codes == code).sum()


def test_samples_far_from_their_class_come_first_and_those_without_a_distance_last():
    order = sample_order(drawn_labels(4), "distance", distances=np.array([0.5, np.nan, 2.0, 0.5]))
    assert order.how == "farthest from the mean of its class first (2 to 0.5, 1 without)"
    assert order.places.tolist() == [2, 0, 3, 1]
    for sort in ("distance", "entropy"):
        with pytest.raises(SettingsError, match=f"needs the {sort}"):
            sample_order(drawn_labels(4), sort)


@pytest.mark.parametrize(
    ("values", "how"),
    [
        ([93.0, 18, 40.5, np.nan], "by age, smallest first (18 to 93, 1 without)"),
        ([3, 1, 2, 2], "by age, smallest first (1 to 3)"),
        ([np.nan] * 4, "by age, smallest first"),
        (["b", "a", "b", "a"], "by age"),
    ],
)
def test_an_order_by_numbers_says_from_which_to_which(values, how):
    assert sample_order(drawn_labels(4), "meta:age", metadata={"age": np.array(values)}).how == how


@pytest.mark.parametrize("rows", [40, 7])
def test_each_row_tells_what_its_samples_have_of_the_sort_key(rows):
    made, weights, lengths = laid_out(40, sort="entropy", rows=rows)
    entropy = np.sort(normalised_entropy(weights, lengths))
    assert made.values.name == "entropy"
    np.testing.assert_allclose(made.values.first, entropy[made.edges[:-1]])
    np.testing.assert_allclose(made.values.last, entropy[made.edges[1:] - 1])
    np.testing.assert_allclose(made.to_frame()["sort_to"], made.values.last)
    assert laid_out(40, sort="outcome")[0].values is None
    patterns = laid_out(40, sort="pattern")[0]
    assert [PATTERNS[code] for code in patterns.groups] == patterns.values.first.tolist()


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        ([93.0, 18, 40.5, np.nan], [18, 93.0], [40.5, np.nan]),
        (["b", "a", "b", "a"], ["a", "b"], ["a", "b"]),
        (
            [f"patient {number}" for number in (3, 1, 2, 0)],
            ["patient 0", "patient 2"],
            ["patient 1", "patient 3"],
        ),
    ],
)
def test_rows_tell_metadata_that_they_are_sorted_by(monkeypatch, values, first, last):
    monkeypatch.setattr(ordering, "MOST_GROUPS", 3)
    order = sample_order(drawn_labels(4), "meta:age", metadata={"age": np.array(values)})
    found = row_values(order, np.array([0, 2, 4]))
    assert found.name == "age"
    np.testing.assert_array_equal(found.first, first)
    np.testing.assert_array_equal(found.last, last)


def test_a_sort_that_does_not_exist_is_refused():
    with pytest.raises(SettingsError, match="sort must be one of outcome"):
        HeatmapView("alphabet")


def test_labels_of_other_samples_are_refused():
    with pytest.raises(ShapeError, match="N = 30"):
        laid_out(30, drawn_labels(29))


def test_no_samples_give_an_empty_picture():
    made = attention_heatmap(np.zeros((0, 20), np.float32), np.zeros(0, int), drawn_labels(0), AXIS)
    assert made.cells.shape == (0, 20)
    assert made.total == 0


def test_the_table_has_one_row_a_row_and_one_column_a_step():
    made = laid_out()[0]
    frame = made.to_frame()
    assert frame.shape == (30, 5 + 20)
    assert frame["sample"].tolist() == made.samples.tolist()


def test_the_provenance_says_how_the_picture_was_made():
    made = laid_out(sort="peak")[0]
    assert made.provenance.samples == 30
    assert made.provenance.parameters["sort"] == "peak"
