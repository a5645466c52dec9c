"""Models without a way from step to step, or with one that padding must not use."""

import numpy as np
import pytest

from core.models.family import InputShape, architecture, port_name
from tests.models.contract import built, feed_of, said_by_keras, series_of

pytestmark = pytest.mark.slow
SHAPE = InputShape(9, 3, {"label": 3})


def test_a_step_of_attention_dense_knows_nothing_of_the_others() -> None:
    series, _ = series_of(SHAPE, 4)
    model = built(architecture("attention-dense", {"units": 6, "second_units": 5}), SHAPE)
    changed = series[""].copy()
    changed[:, 2] += 3.0
    before, after = (
        said_by_keras(model, feed_of(SHAPE, {"": values}, {"": np.full(4, 9)}))["hidden"]
        for values in (series[""], changed)
    )
    same = np.arange(9) != 2
    assert np.array_equal(before[:, same], after[:, same])
    assert not np.allclose(before[:, 2], after[:, 2])


def test_attention_dense_is_blind_to_the_order_of_steps() -> None:
    series, _ = series_of(SHAPE, 4)
    model = built(architecture("attention-dense", {"units": 6, "heads": 2}), SHAPE)
    order = np.random.default_rng(0).permutation(9)
    there, here = (
        said_by_keras(model, feed_of(SHAPE, {"": values}, {"": np.full(4, 9)}))
        for values in (series[""], series[""][:, order])
    )
    assert np.allclose(here["logits_label"], there["logits_label"], atol=1e-5)
    assert np.allclose(here["attention_time"], there["attention_time"][:, :, order], atol=1e-5)


def test_the_highest_nearby_value_is_never_that_of_padding() -> None:
    from core.models.layers import HighestNearby

    hidden = np.array([[[-3.0], [-1.0], [-2.0], [50.0]], [[-5.0], [9.0], [9.0], [9.0]]], np.float32)
    mask = np.array([[1, 1, 1, 0], [1, 0, 0, 0]], np.float32)
    found = np.asarray(HighestNearby(3)(hidden, mask))
    assert found[:, :, 0].tolist() == [[-1, -1, -1, 0], [-5, 0, 0, 0]]


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_figures_of_normalized_states_leave_padding_out(kind: str) -> None:
    from core.models.layers import Normalized

    rng = np.random.default_rng(0)
    hidden = rng.normal(3.0, 2.0, (5, 6, 4)).astype(np.float32)
    longer = np.concatenate([hidden, np.full((5, 7, 4), 99.0, np.float32)], axis=1)
    mask = np.repeat([[1.0] * 6 + [0.0] * 7], 5, axis=0).astype(np.float32)
    short, long = Normalized(kind), Normalized(kind)
    found = np.asarray(short(hidden, np.ones((5, 6), np.float32), training=True))
    padded = np.asarray(long(longer, mask, training=True))
    assert np.allclose(padded[:, :6], found, atol=1e-5)
    assert (padded[:, 6:] == 0).all()
    axes = (0, 1) if kind == "batch" else (2,)
    assert np.allclose(found.mean(axis=axes), 0, atol=1e-4)
    assert np.allclose(found.std(axis=axes), 1, atol=1e-2)
    for one, other in zip(short.weights, long.weights, strict=True):
        assert np.allclose(one, other, atol=1e-4)


def test_a_convolution_learns_the_same_from_padded_series() -> None:
    series, _ = series_of(SHAPE, 6)
    part = architecture("cnn-attention", {"filters": 2, "kernel": 5, "bottleneck": 2})
    short, long = (built(part, InputShape(steps, 3, {"label": 3})) for steps in (9, 15))
    padded = np.pad(series[""], ((0, 0), (0, 6), (0, 0)), constant_values=40.0)
    for model, values in ((short, series[""]), (long, padded)):
        shape = InputShape(values.shape[1], 3, {"label": 3})
        feed = feed_of(shape, {"": values}, {"": np.full(6, 9)})
        ports = {
            "gate_time": np.ones((1, 1)),
            "override_time": np.zeros((1, 1, 1)),
            "blend_time": np.zeros((1, 1)),
        }
        model({**feed, **{name: value.astype(np.float32) for name, value in ports.items()}}, training=True)
    for one, other in zip(short.weights, long.weights, strict=True):
        assert np.allclose(one, other, atol=1e-5), one.path


def test_ports_are_named_by_letters_digits_and_underscores() -> None:
    assert port_name("winner/loser é") == "winner_loser__"
