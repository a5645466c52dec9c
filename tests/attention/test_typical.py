from types import SimpleNamespace

import numpy as np
import pytest

from core.attention.typical import class_distances
from core.data.scaler import Scaler

SERIES = np.arange(12, dtype=np.float32).reshape(4, 3, 1)


def data(series=SERIES, lengths=None):
    return SimpleNamespace(series=series, lengths=np.full(len(series), 3) if lengths is None else lengths)


def scaling(scale=1.0, channels=1):
    return Scaler("standard", np.zeros(channels), np.full(channels, scale))


def test_a_distance_is_the_root_of_the_mean_square_to_the_class_mean():
    codes = np.array([0, 0, 1, 1])
    found = class_distances(data(), codes, np.array([0, 1, 2]), scaling())
    assert found.tolist() == pytest.approx([1.5, 1.5, 0.0, 3.0])
    halved = class_distances(data(), codes, np.array([0, 1, 2]), scaling(2.0))
    assert halved.tolist() == pytest.approx([0.75, 0.75, 0.0, 1.5])


def test_padding_and_what_is_missing_do_not_count():
    series = SERIES.copy()
    series[1, 1:] = 1e9  # beyond its end
    series[3, 0] = np.nan
    found = class_distances(
        data(series, np.array([3, 1, 3, 3])), np.array([0, 0, 1, 1]), np.array([0, 2]), scaling()
    )
    assert found.tolist() == pytest.approx([0.0, 3.0, 0.0, 3.0])


def test_a_sample_without_class_or_training_samples_has_no_distance():
    found = class_distances(data(), np.array([0, -1, 1, 0]), np.array([0]), scaling())
    assert np.isnan(found).tolist() == [False, True, True, False]


def test_large_data_is_read_at_steps_spread_evenly():
    rng = np.random.default_rng(0)
    series = (rng.normal(size=(20, 1)) + np.zeros((20, 50))).astype(np.float32)[:, :, None]
    source = SimpleNamespace(series=series, lengths=np.full(20, 50))
    codes, training = np.arange(20) % 2, np.arange(10)
    whole = class_distances(source, codes, training, scaling())
    part = class_distances(source, codes, training, scaling(), most_cells=100)
    assert np.allclose(whole, part)
