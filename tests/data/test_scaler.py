import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.data.scaler import Scaler, channel_moments
from core.errors import DataError, ShapeError
from tests.data.datasets import ragged, tiny

values = st.floats(-1e6, 1e6, width=32)
series = arrays.arrays(np.float32, arrays.array_shapes(min_dims=3, max_dims=3, max_side=6), elements=values)


@settings(max_examples=60)
@given(series, st.data())
def test_scaled_training_data_has_mean_zero_and_deviation_one(
    values: np.ndarray, data: st.DataObject
) -> None:
    lengths = np.array(
        data.draw(st.lists(st.integers(1, values.shape[1]), min_size=len(values), max_size=len(values)))
    )
    scaler = Scaler.fit(values, lengths)
    scaled = scaler.transform(values, lengths)
    assert np.isfinite(scaled).all()
    valid = np.arange(values.shape[1])[None, :] < lengths[:, None]
    assert (scaled[~valid] == 0).all()
    mean, deviation = channel_moments(scaled, lengths)
    plain_mean, plain_deviation = channel_moments(values, lengths)
    np.testing.assert_allclose(mean, 0, atol=1e-3)
    varied = plain_deviation > 1e-4 * np.abs(plain_mean)
    np.testing.assert_allclose(deviation[varied], 1, atol=1e-2)


def test_padding_does_not_move_the_mean() -> None:
    dataset = ragged([1, 3, 5])
    filled = dataset.series + np.where(dataset.mask()[:, :, None], 0, 99).astype(np.float32)
    np.testing.assert_array_equal(
        Scaler.fit(filled, dataset.lengths).mean, Scaler.fit(dataset.series, dataset.lengths).mean
    )
    np.testing.assert_allclose(
        Scaler.fit(dataset.series, dataset.lengths).mean, dataset.series[dataset.mask()].mean(0)
    )


@pytest.mark.parametrize("level", [0.0, 1e-20, 0.1, 1e9])
def test_a_constant_channel_is_centred_and_left_alone(level: float) -> None:
    values = np.full((4, 6, 1), level, dtype=np.float32)
    scaler = Scaler.fit(values, np.full(4, 6))
    assert scaler.scale.tolist() == [1.0]
    np.testing.assert_allclose(scaler.transform(values, np.full(4, 6)), 0, atol=abs(level) * 1e-6)


def test_samples_far_outside_of_training_stay_finite() -> None:
    training = np.array([[[0.0], [1e-30]]], dtype=np.float32)
    scaler = Scaler.fit(training, np.array([2]))
    assert np.isfinite(scaler.transform(np.full((1, 2, 1), 3e38, np.float32), np.array([2]))).all()


def test_a_scaler_survives_being_written_down() -> None:
    dataset = tiny()
    scaler = Scaler.fit(dataset.series, dataset.lengths)
    again = Scaler.from_plain(scaler.plain())
    assert again.kind == "standard"
    np.testing.assert_array_equal(
        again.transform(dataset.series, dataset.lengths), scaler.transform(dataset.series, dataset.lengths)
    )


def test_no_scaling_changes_nothing() -> None:
    dataset = tiny()
    scaler = Scaler.fit(dataset.series, dataset.lengths, "none")
    np.testing.assert_array_equal(scaler.transform(dataset.series, dataset.lengths), dataset.series)


def test_a_scaler_refuses_other_channels_and_no_samples() -> None:
    dataset = tiny(width=2)
    scaler = Scaler.fit(dataset.series, dataset.lengths)
    with pytest.raises(ShapeError):
        scaler.transform(tiny(width=3).series, dataset.lengths)
    with pytest.raises(DataError, match="at least one training sample"):
        Scaler.fit(dataset.series[:0], dataset.lengths[:0])


def test_the_robust_scale_sees_both_halves_of_data_that_alternates(monkeypatch):
    monkeypatch.setattr("core.data.scaler.ROBUST_VALUES", 400)
    series = np.zeros((1000, 4, 1), np.float32)
    series[1::2] = 100.0
    scaler = Scaler.fit(series, np.full(1000, 4), "robust")
    assert 0 <= scaler.mean[0] <= 100
    assert scaler.scale[0] == pytest.approx(100 / 1.349, rel=0.01)
