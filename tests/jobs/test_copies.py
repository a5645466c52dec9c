"""Copies of training examples: all targets follow, missing values stay so, groups are varied together."""

from typing import Any

import numpy as np
import pytest

from core.data import Dataset
from core.data.dataset import Modality
from core.data.splits import make_split
from core.errors import SettingsError
from core.jobs.copies import joint_codes, separate_codes
from core.jobs.material import Recipe, make_material
from tests.data.datasets import tiny

NOISE = ({"name": "gaussian-noise", "settings": {"level": 0.5}},)
SHIFT = ({"name": "shift", "settings": {}},)


def rich(**changes: Any) -> Dataset:
    """Return a dataset of two groups with a target for windows and two for steps."""
    rng = np.random.default_rng(0)
    lengths = np.where(np.arange(40) % 2, 6, 4)
    series = rng.standard_normal((40, 6, 3)).astype(np.float32)
    series[np.arange(6)[None, :] >= lengths[:, None]] = 0
    steps = np.where(np.arange(6)[None, :] < lengths[:, None], rng.integers(0, 3, (40, 6)), -1)
    fields: dict[str, Any] = {
        "series": series,
        "lengths": lengths,
        "targets": {"label": np.arange(40) % 2, "phase": steps, "other": np.where(steps > 1, -1, steps)},
        "classes": {"label": ("a", "b"), "phase": ("x", "y", "z"), "other": ("m", "n")},
        "groups": {"left": (0, 1), "right": (2,)},
    }
    return tiny(40, 6, 3, 2, **{**fields, **changes})


def material(dataset: Dataset, *targets: str, **recipe: Any) -> Any:
    return make_material(dataset, make_split(dataset), Recipe(targets or ("label",), **recipe))


def test_codes_of_several_targets_travel_as_one_number() -> None:
    codes = {name: rich().targets[name] for name in ("phase", "other")}
    joint = joint_codes(codes)
    assert joint is not None
    apart = separate_codes(joint, codes)
    assert all(np.array_equal(apart[name], codes[name]) for name in codes)
    assert (joint[(codes["phase"] < 0) & (codes["other"] < 0)] == -1).all()


@pytest.mark.parametrize("wishes", [NOISE, SHIFT, NOISE + SHIFT])
def test_originals_and_a_copy_by_each_augmentation_are_given_with_all_targets(wishes: Any) -> None:
    given = material(rich(), "label", "phase", "other", augmentations=wishes)
    arrays = given.arrays()
    made = arrays.augment(arrays.train, np.random.default_rng(1))
    again = arrays.augment(arrays.train, np.random.default_rng(1))
    other = arrays.augment(arrays.train, np.random.default_rng(2))
    assert len(made) == len(arrays.train) * (1 + len(wishes)) == len(arrays.train) * arrays.copies
    assert np.array_equal(made.series[""], again.series[""])
    assert not np.array_equal(made.series[""], other.series[""])
    originals = {row.tobytes() for row in arrays.train.series[""]}
    assert sum(row.tobytes() in originals for row in made.series[""]) >= len(arrays.train)
    padding = made.masks()[""] == 0
    assert (made.series[""][padding] == 0).all()
    assert (made.targets["phase"][padding] == -1).all()
    same = made.targets["phase"] < 2
    assert np.array_equal(made.targets["other"][same], made.targets["phase"][same])


def test_groups_of_channels_are_varied_together_and_keep_their_channels() -> None:
    given = material(rich(), modalities=True, augmentations=SHIFT)
    arrays = given.arrays()
    made = arrays.augment(arrays.train, np.random.default_rng(0))
    assert {group: rows.shape[1:] for group, rows in made.series.items()} == given.shape().groups
    assert np.array_equal(made.lengths["left"], made.lengths["right"])


def test_missing_values_reach_augmentations_and_end_as_the_mean() -> None:
    data = rich()
    series = np.array(data.series)
    series[:, 1, 0] = np.nan
    given = material(rich(series=series, nan_policy="mask"), augmentations=NOISE)
    arrays = given.arrays()
    assert np.isnan(arrays.train.series[""]).any()
    made = arrays.augment(arrays.train, np.random.default_rng(0))
    assert (made.series[""][:, 1, 0] == 0).all()
    assert np.isfinite(arrays.validation.series[""]).all()


def test_a_derived_modality_has_lengths_and_a_scaler_of_its_own() -> None:
    extra = Modality(
        np.full((40, 3, 2), 7, np.float32) + np.arange(40, dtype=np.float32)[:, None, None],
        np.full(40, 3),
        ("low", "high"),
        ("1", "2", "3"),
    )
    given = material(rich(groups={}, modalities={"bands": extra}), modalities=True)
    assert given.shape().groups == {"series": (6, 3), "bands": (3, 2)}
    assert set(given.scalers) == {"", "bands"}
    series, lengths = given.read(given.split.train)
    assert abs(series["bands"].mean()) < 1e-5
    assert (lengths["bands"] == 3).all()


@pytest.mark.parametrize(
    ("changes", "recipe", "message"),
    [
        ({"groups": {}}, {"modalities": True}, "at least two groups of channels; got 'series' alone"),
        ({}, {"modalities": True, "chosen": ("left",)}, "got 'left' alone"),
        ({}, {"modalities": True, "chosen": ("left", "up")}, "some of series, left, right; got 'up'"),
        ({}, {"modalities": True, "chosen": ("left", "left")}, "different; 'left' came twice"),
        (
            {"categories": {"c2": ("u", "v")}},
            {"modalities": True},
            "'right' holds the categorical channel 'c2'",
        ),
    ],
)
def test_groups_that_can_not_be_read_are_refused(
    changes: dict[str, Any], recipe: dict[str, Any], message: str
) -> None:
    data = rich()
    named = {"channels": ("c0", "c1", "c2"), **changes}
    if "categories" in changes:
        named["series"] = np.concatenate([data.series[:, :, :2], 0 * data.series[:, :, 2:]], axis=2)
    with pytest.raises(SettingsError, match=message):
        material(rich(**named), **recipe)


def test_labels_for_each_step_stand_on_the_steps_of_the_series() -> None:
    extra = Modality(
        np.zeros((40, 3, 2), np.float32), np.full(40, 3), ("u", "v"), ("0", "1", "2"), "frame", {}
    )
    data = rich(modalities={"bands": extra})
    assert material(data, "phase", modalities=True, chosen=("left", "bands")).shape().per_step
    with pytest.raises(SettingsError, match=r"labels for each step.*name another modality before 'bands'"):
        material(data, "phase", modalities=True, chosen=("bands", "left")).shape()


def test_what_is_read_from_disk_is_what_is_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    given = material(rich(), "label", "phase", modalities=True)
    held = given.examples(given.split.train)
    monkeypatch.setattr("core.jobs.material.MOST_IN_MEMORY", 0)
    read = given.examples(given.split.train)
    assert held.in_memory
    assert not read.in_memory
    rows = np.array([3, 0, 5])
    for one, other in ((held.take(rows).series, read.take(rows).series), (held.targets, read.targets)):
        assert all(np.array_equal(one[name][:6], other[name][:6]) for name in one)


def test_pages_of_a_large_file_are_let_go_and_can_be_read_again(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.jobs import streaming

    monkeypatch.setattr(streaming, "MANY_BYTES", 1)
    values = np.arange(300, dtype=np.float32).reshape(50, 3, 2)
    np.save(tmp_path / "series.npy", values)
    mapped = np.load(tmp_path / "series.npy", mmap_mode="r")
    picked = streaming.Picked(mapped, np.array([4, 2, 9]))
    for _ in range(2):
        assert np.array_equal(picked[np.array([0, 2])], values[[4, 9]])
        assert np.array_equal(picked[0:2], values[[4, 2]])
