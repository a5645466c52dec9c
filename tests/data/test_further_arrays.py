from dataclasses import replace

import numpy as np
import pytest

from core.data.content import content_hash
from core.data.dataset import Dataset, Modality, date_labels
from core.data.published import open_dataset, publish_dataset
from core.data.scaler import Scaler, ScalerSettings
from core.data.soundness import sound
from core.data.statistics import dataset_statistics
from core.errors import DataError, SettingsError, ShapeError
from core.store import open_store
from tests.data.datasets import ragged

DAY = 86_400_000_000_000


def full() -> Dataset:
    """Return a dataset that has everything a dataset may have."""
    plain = ragged([5, 3, 4, 5, 2, 4, 5, 3])
    n, t, c = plain.series.shape
    rng = np.random.default_rng(3)
    valid = plain.mask()
    states = np.where(valid, rng.integers(0, 2, (n, t)), -1)
    series = plain.series.copy()
    series[:, :, c - 1] = np.where(valid, rng.integers(0, 3, (n, t)), 0)
    series[0, 0, 0] = np.nan
    return replace(
        plain,
        series=series,
        targets={**plain.targets, "state": states},
        classes={**plain.classes, "state": ("rest", "move")},
        categories={plain.channels[c - 1]: ("a", "b", "c")},
        nan_policy="mask",
        filled=np.zeros((t, c), np.int64),
        entities=np.array([f"machine {place % 3}" for place in range(n)]),
        spans=np.stack([np.arange(n), np.arange(n) + 2], axis=1),
        timestamps=np.where(valid, DAY * (19_000 + np.arange(t)), 0),
        metadata={"age": np.arange(n, dtype=np.float64), "site": np.array(["north"] * n)},
        truth=np.zeros(series.shape, np.bool_),
        modalities={
            "spectrogram": Modality(
                np.ones((n, 4, 2), np.float32), np.full(n, 4), ("1 Hz", "2 Hz"), ("0", "1", "2", "3"), "frame"
            )
        },
    )


def test_everything_a_dataset_may_have_comes_back_from_the_store(tmp_path):
    store = open_store(tmp_path)
    made = full()
    found = publish_dataset(store, made)
    again = open_dataset(store, found.id)
    for name in ("filled", "entities", "spans", "timestamps", "truth"):
        assert np.array_equal(getattr(again, name), getattr(made, name)), name
    assert np.array_equal(again.series, sound(made).series, equal_nan=True)
    assert again.metadata["site"].tolist() == made.metadata["site"].tolist()
    assert again.metadata["age"].tolist() == made.metadata["age"].tolist()
    assert again.categories == made.categories
    assert again.nan_policy == "mask"
    assert np.array_equal(again.targets["state"], made.targets["state"])
    assert np.array_equal(again.modalities["spectrogram"].series, made.modalities["spectrogram"].series)
    assert again.modalities["spectrogram"].step_name == "frame"
    assert again.sha256 == content_hash(again)


def test_labels_of_steps_are_counted_without_padding(tmp_path):
    store = open_store(tmp_path)
    made = full()
    found = publish_dataset(store, made)
    counts = store.datasets.json(found.id, "manifest.json")["counts"]["state"]
    states = made.targets["state"]
    assert counts == [int((states == 0).sum()), int((states == 1).sum())]
    assert dataset_statistics(store, found.id).targets["state"].totals.tolist() == counts


def test_missing_values_are_counted_by_channel(tmp_path):
    store = open_store(tmp_path)
    found = publish_dataset(store, replace(full(), filled=None))
    assert dataset_statistics(store, found.id).missing.tolist()[0] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"entities": np.array(["a"] * 3)},
        {"metadata": {"age": np.zeros(3)}},
        {"name": "another"},
    ],
    ids=["entities", "metadata", "name"],
)
def test_the_hash_covers_what_there_is_and_not_the_name(change):
    made = full()
    n = made.samples
    changed = {key: (np.resize(value, n) if key == "entities" else value) for key, value in change.items()}
    if "metadata" in changed:
        changed["metadata"] = {"age": np.zeros(n)}
    assert (content_hash(replace(made, **changed)) == content_hash(made)) == ("name" in change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nan_policy": "interpolate"}, "NaN or infinite"),
        ({"categories": {"nobody": ("a",)}}, "there is no channel"),
        ({"categories": {"c1": ("a", "b")}}, "codes of the categorical channel"),
    ],
)
def test_what_does_not_fit_is_refused(change, said):
    made = full()
    if "c1" in change.get("categories", {}):
        change = {"categories": {made.channels[-1]: ("a", "b")}}
    with pytest.raises(DataError, match=said):
        sound(replace(made, **change))


def test_a_label_on_padding_is_refused():
    made = full()
    states = np.array(made.targets["state"])
    row = int(np.argmin(made.lengths))
    states[row, -1] = 0
    with pytest.raises(DataError, match="after a sample's last step"):
        sound(replace(made, targets={**made.targets, "state": states}))


def test_spans_of_another_shape_are_refused():
    with pytest.raises(ShapeError, match="spans must have axes"):
        replace(full(), spans=np.zeros((2, 3), np.int64))


def test_a_target_per_step_is_told_from_one_per_sample():
    made = full()
    assert made.per_step("state")
    assert "state" not in made.window_targets
    with pytest.raises(DataError, match="one a step"):
        made.require_target("state")


def test_dates_are_as_short_as_they_can_be():
    assert date_labels(np.array([0, DAY])) == ("1970-01-01", "1970-01-02")
    assert date_labels(np.array([0, DAY // 24])) == ("1970-01-01 00:00", "1970-01-01 01:00")
    assert date_labels(np.array([5_000_000]))[0].endswith(".005")
    made = full()
    row = int(np.argmin(made.lengths))
    assert len(made.labels_of(row)) == made.lengths[row]
    assert made.labels_of(row)[0] == "2022-01-08"


@pytest.mark.parametrize("kind", ["standard", "robust", "per-sample", "none"])
def test_a_scaler_leaves_no_missing_value_and_no_padding(kind):
    made = full()
    scaler = Scaler.fit(made.series, made.lengths, kind, made.channels, made.categorical)
    scaled = Scaler.from_plain(scaler.plain()).transform(made.series, made.lengths)
    assert np.isfinite(scaled).all()
    assert scaled[0, 0, 0] == 0
    assert not scaled[~made.mask()].any()
    assert np.array_equal(scaled[:, :, -1], np.nan_to_num(made.series[:, :, -1]))


def test_the_robust_scale_is_not_moved_by_outliers():
    rng = np.random.default_rng(0)
    series = rng.standard_normal((500, 20, 1)).astype(np.float32)
    lengths = np.full(500, 20)
    clean = Scaler.fit(series, lengths, "robust")
    series[:5] = 1e6
    dirty = Scaler.fit(series, lengths, "robust")
    assert dirty.scale[0] == pytest.approx(clean.scale[0], rel=0.05)
    assert clean.scale[0] == pytest.approx(1, rel=0.05)


def test_each_sample_scaled_by_itself_has_mean_0_and_deviation_1():
    made = ragged([5, 3, 4, 5, 2, 4, 5, 3])
    scaled = Scaler.fit(made.series, made.lengths, "per-sample").transform(made.series, made.lengths)
    for row, length in enumerate(made.lengths):
        assert scaled[row, :length].mean(axis=0) == pytest.approx(0, abs=1e-5)
        assert scaled[row, :length].std(axis=0) == pytest.approx(1, abs=1e-5)


def test_single_channels_may_be_scaled_otherwise():
    made = ragged([5, 3, 4, 5, 2, 4, 5, 3])
    settings = ScalerSettings(kind="standard", channels={made.channels[0]: "none"})
    scaler = Scaler.fit(made.series, made.lengths, settings, made.channels)
    assert scaler.scale[0] == 1
    assert scaler.mean[0] == 0
    with pytest.raises(SettingsError, match="there is no channel"):
        Scaler.fit(made.series, made.lengths, ScalerSettings(channels={"x": "none"}), made.channels)
