import numpy as np
import pytest

from core.augmentation.family import AUGMENTATIONS, Windows
from core.errors import SettingsError


def test_a_sample_is_multiplied_by_one_factor_within_the_range() -> None:
    series = np.random.default_rng(0).uniform(1, 2, size=(300, 6, 2)).astype(np.float32)
    part = AUGMENTATIONS.create("amplitude-scaling", {"low": 0.5, "high": 2})
    windows = Windows(series, np.full(300, 6), np.zeros(300, np.int64))
    factors = part.apply(windows, np.random.default_rng(1)).series / series
    np.testing.assert_allclose(factors, factors[:, :1, :1] * np.ones((1, 6, 2)), rtol=1e-5)
    assert 0.5 <= factors.min() < 0.6
    assert 1.9 < factors.max() <= 2.0


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"low must not exceed high; got low 2\.0 and high 1\.0"):
        AUGMENTATIONS.create("amplitude-scaling", {"low": 2, "high": 1})


def test_a_range_of_one_leaves_the_sample_as_it_is() -> None:
    windows = Windows(np.ones((2, 3, 1), dtype=np.float32), np.full(2, 3), np.zeros(2, np.int64))
    part = AUGMENTATIONS.create("amplitude-scaling", {"low": 1, "high": 1})
    np.testing.assert_array_equal(part.apply(windows, np.random.default_rng(0)).series, windows.series)
