import numpy as np
import pytest

from core.data.published import publish_dataset
from core.data.statistics import compute_statistics, dataset_statistics
from core.results import Result
from core.store import Store
from tests.data.datasets import ragged, tiny


def test_statistics_are_taken_over_valid_steps_only() -> None:
    dataset = ragged([1, 3, 5, 2])
    valid = dataset.series[dataset.mask()].astype(np.float64)  # (steps of all samples, C)
    frame = compute_statistics(dataset).to_frame()
    np.testing.assert_allclose(frame["mean"], valid.mean(axis=0))
    np.testing.assert_allclose(frame["std"], valid.std(axis=0))
    np.testing.assert_allclose(frame["minimum"], valid.min(axis=0))
    np.testing.assert_allclose(frame["maximum"], valid.max(axis=0))
    np.testing.assert_allclose(frame["median"], np.median(valid, axis=0))
    np.testing.assert_allclose(frame["lower quartile"], np.quantile(valid, 0.25, axis=0))
    assert frame["missing"].tolist() == [0, 0]
    assert frame["channel"].tolist() == ["channel 0", "channel 1"]


def test_class_means_average_the_samples_that_reach_a_step() -> None:
    dataset = ragged([1, 3, 4, 2, 4, 4], 1)
    found = compute_statistics(dataset).targets["label"]
    for code in range(2):
        rows = np.flatnonzero(dataset.targets["label"] == code)
        for step in range(4):
            reaching = [row for row in rows if dataset.lengths[row] > step]
            assert found.behind[code, step] == len(reaching)
            if reaching:
                np.testing.assert_allclose(
                    found.means[code, step], dataset.series[reaching, step].mean(axis=0)
                )
            else:
                assert np.isnan(found.means[code, step]).all()


def test_class_counts_are_kept_by_part() -> None:
    parts = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, -1], dtype=np.int8)
    statistics = compute_statistics(tiny(parts=parts))
    assert statistics.parts == {"train": 6, "validation": 3, "test": 2, "none": 1}
    found = statistics.targets["label"]
    assert found.counts.tolist() == [[2, 1, 1, 0], [2, 1, 1, 0], [2, 1, 0, 1]]
    assert found.totals.tolist() == [4, 4, 4]
    assert found.majority_rate == pytest.approx(1 / 3)
    assert statistics.class_frame()["total"].tolist() == [4, 4, 4]


def test_the_length_histogram_counts_every_sample_once() -> None:
    lengths = compute_statistics(ragged([1, 3, 3, 8])).lengths
    assert (lengths.minimum, lengths.maximum, lengths.mean) == (1, 8, 3.75)
    assert lengths.counts.sum() == 4
    assert lengths.counts[2] == 2
    assert len(lengths.edges) == len(lengths.counts) + 1


def test_bins_of_lengths_are_equally_wide_in_whole_steps() -> None:
    for longest in (1, 2, 30, 31, 59, 61, 100):
        lengths = compute_statistics(ragged([*range(1, longest + 1)], 1)).lengths
        assert len(lengths.counts) <= 30
        assert lengths.counts.sum() == longest
        assert len(set(np.diff(lengths.edges))) == 1
        assert set(lengths.counts[:-1]) <= {lengths.counts.max()}


def test_statistics_do_not_depend_on_the_chunks_they_are_computed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = ragged([1, 3, 5, 2, 4, 5])
    whole = compute_statistics(dataset)
    monkeypatch.setattr("core.data.dataset.CHUNK_CELLS", 11)
    chunked = compute_statistics(dataset)
    for name, values in whole.moments.items():
        np.testing.assert_allclose(chunked.moments[name], values)
    np.testing.assert_allclose(chunked.targets["label"].means, whole.targets["label"].means)


def test_very_large_class_means_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.statistics.CLASS_MEAN_CELLS", 10)
    found = compute_statistics(tiny()).targets["label"]
    assert found.means.shape == (0, 5, 2)
    assert found.totals.tolist() == [4, 4, 4]


def test_stored_statistics_are_those_that_were_computed(store: Store) -> None:
    published = publish_dataset(store, ragged([1, 3, 5, 2, 4, 5]))
    stored = dataset_statistics(store, published.id)
    fresh = compute_statistics(published)
    assert isinstance(stored, Result)
    assert stored.to_frame().equals(fresh.to_frame())
    assert stored.provenance == fresh.provenance
    assert stored.provenance.data == published.sha256
    np.testing.assert_array_equal(stored.targets["label"].means, fresh.targets["label"].means)
    np.testing.assert_array_equal(stored.targets["label"].counts, fresh.targets["label"].counts)
    assert stored.lengths.counts.tolist() == fresh.lengths.counts.tolist()


def test_an_unlabelled_dataset_has_statistics_too(store: Store) -> None:
    published = publish_dataset(store, tiny(targets={}, classes={}))
    assert dataset_statistics(store, published.id).targets == {}


def test_quartiles_of_much_data_are_right_though_its_order_repeats(monkeypatch):
    monkeypatch.setattr("core.data.statistics.QUARTILE_VALUES", 400)
    series = np.zeros((1000, 4, 1), np.float32)
    series[1::2] = 100.0
    found = compute_statistics(tiny(1000, 4, 1, 2, series=series))
    assert found.moments["lower quartile"][0] == 0
    assert found.moments["upper quartile"][0] == 100


def test_a_missing_value_moves_no_mean_of_its_class():
    series = np.full((4, 3, 1), 10.0, np.float32)
    series[0, 1] = series[2, 1] = np.nan  # of class 0; the other samples of class 0 none
    dataset = tiny(4, 3, 1, 2, series=series, nan_policy="mask")
    means = compute_statistics(dataset).targets["label"].means
    assert np.isnan(means[0, 1, 0])
    assert means[1].ravel().tolist() == [10, 10, 10]
    assert means[0, [0, 2], 0].tolist() == [10, 10]
