import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.augmentation import AUGMENTATIONS, Augmented, augment, create_augmentations
from core.augmentation.family import ORIGINAL
from core.errors import SettingsError, ShapeError


def windows(
    samples: int = 10, steps: int = 8, channels: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    lengths = rng.integers(1, steps + 1, samples)
    series = rng.normal(size=(samples, steps, channels)).astype(np.float32) + 3
    series[np.arange(steps)[None, :] >= lengths[:, None]] = 0
    return series, lengths, np.arange(samples) % 3


@pytest.mark.parametrize("name", AUGMENTATIONS.names())
def test_every_augmentation_keeps_shape_lengths_and_its_argument(name: str) -> None:
    described = AUGMENTATIONS.describe(name)
    assert described.summary
    assert all(setting.description for setting in described.settings)
    numbers = [setting for setting in described.settings if setting.kind in {"integer", "number"}]
    assert all(number.minimum is not None and number.maximum is not None for number in numbers)
    series, lengths, _ = windows()
    before = series.copy()
    series.flags.writeable = False
    part = AUGMENTATIONS.create(name)
    made, again, other = (part.apply(series, lengths, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert made.shape == series.shape
    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert (made[np.arange(8)[None, :] >= lengths[:, None]] == 0).all()
    np.testing.assert_array_equal(series, before)
    np.testing.assert_array_equal(made, again)
    assert not np.array_equal(made, series)
    assert not np.array_equal(made, other)
    assert part.apply(series[:0], lengths[:0], np.random.default_rng(0)).shape == (0, 8, 2)


@settings(max_examples=30)
@given(st.integers(1, 12), st.lists(st.floats(0.01, 1), max_size=3), st.integers(0, 5))
def test_s1_5_originals_and_copies_are_shuffled_together(
    samples: int, shares: list[float], seed: int
) -> None:
    series, lengths, labels = windows(samples)
    parts = create_augmentations(
        [{"name": "gaussian-noise", "settings": {"share": share}} for share in shares]
    )
    made = augment(series, lengths, labels, parts, np.random.default_rng(seed))
    copies = [max(1, round(share * samples)) for share in shares]
    assert len(made.series) == samples + sum(copies)
    assert np.bincount(made.made_by + 1, minlength=len(shares) + 1).tolist() == [samples, *copies]
    np.testing.assert_array_equal(made.labels, labels[made.sources])
    np.testing.assert_array_equal(made.lengths, lengths[made.sources])
    originals = made.made_by == ORIGINAL
    assert sorted(made.sources[originals].tolist()) == list(range(samples))
    np.testing.assert_array_equal(made.series[originals], series[made.sources[originals]])


def test_copies_stand_among_the_originals_and_the_seed_decides_all() -> None:
    series, lengths, labels = windows(40)
    parts = create_augmentations([{"name": "gaussian-noise"}, {"name": "amplitude-scaling"}])
    first, again = (augment(series, lengths, labels, parts, np.random.default_rng(3)) for _ in range(2))
    assert isinstance(first, Augmented)
    np.testing.assert_array_equal(first.series, again.series)
    assert len(set(first.made_by[:30].tolist())) == 3


def test_without_augmentations_only_the_order_changes() -> None:
    series, lengths, labels = windows()
    made = augment(series, lengths, labels, (), np.random.default_rng(0))
    assert sorted(made.sources.tolist()) == list(range(10))
    np.testing.assert_array_equal(made.series, series[made.sources])


def test_wishes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SettingsError, match="augmentation must be one of amplitude-scaling, gaussian-noise"):
        create_augmentations([{"name": "mirror"}])
    with pytest.raises(SettingsError, match="must have a name and settings"):
        create_augmentations([{"settings": {}}])
    with pytest.raises(SettingsError, match="level must be"):
        create_augmentations([{"name": "gaussian-noise", "settings": {"level": -1}}])
    with pytest.raises(ShapeError):
        augment(np.zeros((3, 4)), np.ones(3), np.zeros(3), (), np.random.default_rng(0))  # type: ignore[arg-type]
