import numpy as np

from core.augmentation import AUGMENTATIONS, Windows
from tests.augmentation.samples import plain_windows, rng


def factors(samples: int, steps: int, channels: int = 1, **settings: object) -> np.ndarray:
    ones = Windows(
        np.ones((samples, steps, channels), np.float32), np.full(samples, steps), np.zeros(samples)
    )
    return AUGMENTATIONS.create("magnitude-warp", settings).apply(ones, rng()).series


def test_strength_zero_changes_nothing() -> None:
    windows = plain_windows(50, 30)
    made = AUGMENTATIONS.create("magnitude-warp", {"strength": 0}).apply(windows, rng())
    np.testing.assert_array_equal(made.series, windows.series)


def test_factors_lie_around_one_as_far_as_the_strength_says() -> None:
    found = factors(2000, 10, strength=0.3, knots=2)
    np.testing.assert_allclose(found.mean(), 1, atol=0.02)
    np.testing.assert_allclose(found[:, [0, -1]].std(), 0.3, rtol=0.05)  # at the knots


def test_factors_are_smooth_and_never_turn_a_sign() -> None:
    found = factors(300, 400, strength=2, knots=4)
    assert (found >= 0).all()
    assert np.abs(np.diff(found, 2, axis=1)).max() < 0.01 * found.max()


def test_each_channel_has_its_own_curve() -> None:
    found = factors(5, 20, 2)
    assert not np.allclose(found[..., 0], found[..., 1])
