"""What every augmentation promises; a new one is held to it by itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.augmentation import AUGMENTATIONS, Windows, augment
from tests.augmentation.samples import beyond, frozen, plain_windows, rich_windows, rng

ALL = AUGMENTATIONS.names()
SIZES = {
    "usual": (10, 8, 4),
    "one sample": (1, 8, 4),
    "one step": (6, 1, 4),
    "one channel": (6, 9, 1),
    "two steps": (6, 2, 2),
    "many channels": (4, 30, 155),
    "nothing": (0, 8, 4),
    "more cells than are held at once": (3, 1000, 155),
}


def applied(name: str, windows: Windows, seed: int = 0, **given: object) -> Windows:
    return AUGMENTATIONS.create(name, given).apply(windows, rng(seed))


def check(made: Windows, windows: Windows) -> None:
    """Check all that must hold of any copy of any samples."""
    assert made.series.shape == windows.series.shape
    assert made.series.dtype == np.float32
    assert ((made.lengths >= 1) & (made.lengths <= windows.lengths)).all()
    assert made.labels.tolist() == windows.labels.tolist()
    assert made.categorical == windows.categorical
    padding = beyond(made.lengths, made.steps)
    assert (made.series[padding] == 0).all()
    assert not np.isinf(made.series).any()
    assert made.truth is not None
    assert made.truth.dtype == np.bool_
    assert not made.truth[padding].any()
    assert (made.step_targets[padding] == -1).all()
    for sample in range(made.samples):
        check_sample(made, windows, sample)


def check_sample(made: Windows, windows: Windows, sample: int) -> None:
    end = made.lengths[sample]
    new, old = made.series[sample, :end], windows.series[sample, : windows.lengths[sample]]
    gone, was = np.isnan(new), np.isnan(old)
    assert not gone[:, ~was.any(axis=0)].any(), "a value went missing where none was"
    assert gone[:, was.all(axis=0)].all(), "a value appeared where none was"
    for channel in windows.categorical:
        assert set(new[~gone[:, channel], channel]) <= set(old[~was[:, channel], channel])
    known = set(windows.step_targets[sample, : windows.lengths[sample]].tolist())
    assert set(made.step_targets[sample, :end].tolist()) <= known


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ALL)
def test_shape_lengths_codes_truth_and_missing_values_are_kept(name: str, size: str) -> None:
    windows = rich_windows(*SIZES[size])
    check(applied(name, windows), windows)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(ALL), st.integers(1, 6), st.integers(1, 12), st.integers(1, 4), st.integers(0, 10_000))
def test_samples_of_any_size_are_kept(name: str, samples: int, steps: int, channels: int, seed: int) -> None:
    windows = rich_windows(samples, steps, channels, seed)
    check(applied(name, windows, seed), windows)


@pytest.mark.parametrize("name", ALL)
def test_arguments_stay_and_the_generator_decides_all(name: str) -> None:
    windows, untouched = frozen(rich_windows()), rich_windows()
    made, again, other = (applied(name, windows, seed) for seed in (0, 0, 1))
    for field in ("series", "lengths", "truth", "step_targets"):
        np.testing.assert_array_equal(getattr(windows, field), getattr(untouched, field))
        np.testing.assert_array_equal(getattr(made, field), getattr(again, field))
    assert not np.array_equal(made.series, windows.series, equal_nan=True)
    assert not np.array_equal(made.series, other.series, equal_nan=True)


@pytest.mark.parametrize("name", ALL)
def test_truth_and_targets_are_not_asked_for(name: str) -> None:
    windows = rich_windows()
    bare = applied(name, replace(windows, truth=None, step_targets=None))
    assert bare.truth is None
    assert bare.step_targets is None
    np.testing.assert_array_equal(bare.series, applied(name, windows).series)


@pytest.mark.parametrize("name", ALL)
def test_truth_and_targets_go_where_their_steps_go(name: str) -> None:
    """A channel of codes tells at each step where that step was: truth and targets must agree with it."""
    plain = plain_windows(40, 20, 2)
    codes = rng(1).integers(0, 3, (40, 20))
    padding = beyond(plain.lengths, 20)
    codes[padding] = 0
    series = plain.series.copy()
    series[..., 1] = codes
    truth = np.zeros(series.shape, np.bool_)
    truth[..., 1] = (codes == 1) & ~padding
    windows = Windows(series, plain.lengths, plain.labels, truth, np.where(padding, -1, codes), (1,))
    made = applied(name, windows)
    valid = ~beyond(made.lengths, 20)
    np.testing.assert_array_equal(made.step_targets[valid], made.series[..., 1][valid])
    follows = made.truth[..., 1][valid] == (made.series[..., 1][valid] == 1)
    if name == "mixup":  # truth of the other sample comes on top
        follows |= made.truth[..., 1][valid]
    assert follows.all()


@pytest.mark.parametrize("name", ALL)
def test_series_that_never_change_stay_finite(name: str) -> None:
    windows = Windows(np.full((5, 7, 2), 3, np.float32), np.full(5, 7), np.arange(5) % 2)
    assert np.isfinite(applied(name, windows).series).all()
    nothing = windows.with_series(np.full((5, 7, 2), np.nan, np.float32))
    assert np.isnan(applied(name, nothing).series).all()


@pytest.mark.parametrize("name", ALL)
def test_values_that_are_only_codes_are_left_whole(name: str) -> None:
    codes = rng(2).integers(0, 4, (12, 9, 2)).astype(np.float32)
    windows = Windows(codes, np.full(12, 9), np.zeros(12, np.int64), categorical=(0, 1))
    assert set(np.unique(applied(name, windows).series)) <= {0, 1, 2, 3}


@pytest.mark.parametrize("name", ALL)
def test_all_series_may_be_of_one_length(name: str) -> None:
    windows = plain_windows(30, 12, 3, equal=True)
    made = applied(name, windows)
    assert (made.lengths == 12).all()
    assert not np.array_equal(made.series, windows.series)


def test_all_augmentations_together_give_a_copy_each() -> None:
    windows = rich_windows(20, 15, 3)
    parts = [AUGMENTATIONS.create(name) for name in ALL]
    made = augment(windows, parts, rng())
    assert np.bincount(made.made_by + 1).tolist() == [20] * (len(parts) + 1)
    check(made.windows, windows.take(made.sources))


@pytest.mark.parametrize("name", ALL)
def test_every_augmentation_says_what_it_does_and_what_may_be_set(name: str) -> None:
    described = AUGMENTATIONS.describe(name)
    assert described.summary.endswith(".")
    assert all(setting.description and setting.title for setting in described.settings)
    numbers = [setting for setting in described.settings if setting.kind in {"integer", "number"}]
    assert all(number.minimum is not None and number.maximum is not None for number in numbers)
    assert AUGMENTATIONS.part(name).__module__.endswith(name.replace("-", "_"))


@pytest.mark.parametrize("end", ["minimum", "maximum"])
@pytest.mark.parametrize("name", ALL)
def test_settings_at_their_bounds_work(name: str, end: str) -> None:
    numbers = [one for one in AUGMENTATIONS.describe(name).settings if one.kind in {"integer", "number"}]
    given = {
        one.name: getattr(one, end) or (1e-6 if one.name in {"share", "low", "high"} else 0)
        for one in numbers
    }
    windows = rich_windows(8, 12, 3)
    check(applied(name, windows, **given), windows)
