from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.augmentation import Augmentation, Augmented, Windows, augment, create_augmentations
from core.augmentation.family import ORIGINAL
from core.errors import SettingsError, ShapeError
from tests.augmentation.samples import plain_windows, rich_windows, rng


@settings(max_examples=30)
@given(st.integers(1, 12), st.lists(st.floats(0.01, 1), max_size=3), st.integers(0, 5))
def test_s1_5_originals_and_copies_are_shuffled_together(
    samples: int, shares: list[float], seed: int
) -> None:
    windows = rich_windows(samples)
    parts = create_augmentations(
        [{"name": "gaussian-noise", "settings": {"share": share}} for share in shares]
    )
    made = augment(windows, parts, rng(seed))
    copies = [max(1, round(share * samples)) for share in shares]
    assert made.windows.samples == samples + sum(copies)
    assert np.bincount(made.made_by + 1, minlength=len(shares) + 1).tolist() == [samples, *copies]
    np.testing.assert_array_equal(made.windows.labels, windows.labels[made.sources])
    np.testing.assert_array_equal(made.windows.lengths, windows.lengths[made.sources])
    np.testing.assert_array_equal(made.windows.truth, windows.truth[made.sources])
    np.testing.assert_array_equal(made.windows.step_targets, windows.step_targets[made.sources])
    originals = made.made_by == ORIGINAL
    assert sorted(made.sources[originals].tolist()) == list(range(samples))
    np.testing.assert_array_equal(made.windows.series[originals], windows.series[made.sources[originals]])
    assert made.windows.categorical == windows.categorical


def test_copies_stand_among_the_originals_and_the_seed_decides_all() -> None:
    windows = plain_windows(40)
    parts = create_augmentations([{"name": "gaussian-noise"}, {"name": "amplitude-scaling"}])
    first, again, other = (augment(windows, parts, rng(seed)) for seed in (3, 3, 4))
    assert isinstance(first, Augmented)
    np.testing.assert_array_equal(first.windows.series, again.windows.series)
    assert not np.array_equal(first.windows.series, other.windows.series)
    assert len(set(first.made_by[:30].tolist())) == 3


def test_each_copy_is_of_the_sample_that_is_named_as_its_source() -> None:
    windows = plain_windows(30)
    parts = create_augmentations(
        [
            {"name": "amplitude-scaling", "settings": {"low": 2, "high": 2, "share": 0.4}},
            {"name": "amplitude-scaling", "settings": {"low": 3, "high": 3}},
        ]
    )
    made = augment(windows, parts, rng())
    factor = np.array([2, 3, 1], np.float32)[made.made_by][:, None, None]
    np.testing.assert_array_equal(made.windows.series, factor * windows.series[made.sources])


def test_without_augmentations_only_the_order_changes() -> None:
    windows = plain_windows()
    made = augment(windows, (), rng())
    assert sorted(made.sources.tolist()) == list(range(10))
    np.testing.assert_array_equal(made.windows.series, windows.series[made.sources])


def test_wishes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SettingsError, match="augmentation must be one of amplitude-scaling"):
        create_augmentations([{"name": "mirror"}])
    with pytest.raises(SettingsError, match="must have a name and settings"):
        create_augmentations([{"settings": {}}])
    with pytest.raises(SettingsError, match="level must be"):
        create_augmentations([{"name": "gaussian-noise", "settings": {"level": -1}}])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"series": np.zeros((10, 8), np.float32)}, "series must have axes"),
        ({"lengths": np.ones(9, np.int64)}, "lengths must have axes"),
        ({"labels": np.zeros(9, np.int64)}, "labels must have axes"),
        ({"truth": np.zeros((10, 8, 3), np.bool_)}, "truth must have axes"),
        ({"step_targets": np.zeros((10, 7), np.int64)}, "step targets must have axes"),
        ({"lengths": np.zeros(10, np.int64)}, "lengths must lie between 1 and 8; got 0 to 0"),
        ({"lengths": np.full(10, 9)}, "lengths must lie between 1 and 8; got 9 to 9"),
        ({"categorical": (2,)}, "categorical channels must lie between 0 and 1"),
    ],
)
def test_windows_that_do_not_fit_together_are_refused(changed: dict, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        replace(plain_windows(), **changed)


class Halves(Augmentation):
    """Returns half of what it was given."""

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        return windows.take(np.arange(windows.samples // 2))


class Forgets(Augmentation):
    """Returns samples without their truth."""

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        return replace(windows, truth=None)


@pytest.mark.parametrize(("part", "words"), [(Halves(), "what Halves returns"), (Forgets(), "Forgets must")])
def test_an_augmentation_that_returns_something_else_is_refused(part: Augmentation, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        augment(rich_windows(), (part,), rng())
