"""What every architecture with attention promises of its weights and ports, for each that is registered."""

import numpy as np
import pytest

from core.inference import Intervention, Prediction
from tests.models.contract import Subject, feed_of, outputs

pytestmark = pytest.mark.slow


def test_rows_of_attention_sum_to_one(attending: Subject) -> None:
    for layer in attending.layers:
        weights = attending.plain.attention[layer.name]
        rows = np.broadcast_to(attending.valid_queries(layer), weights.shape[:-1])
        assert (weights >= 0).all()
        assert np.abs(weights.sum(axis=-1) - rows).max() < 1e-5
        assert weights[rows > 0].std(axis=-1).max() > 0


def test_neutral_ports_change_nothing_in_any_broadcast_shape(attending: Subject) -> None:
    samples = len(attending.plain.hidden)
    for layer in attending.layers:
        single = (1,) * len(layer.shape)
        for n, sizes in [(1, single), (samples, layer.shape), (1, layer.shape), (samples, single)]:
            neutral = Intervention(
                gate=np.ones((n, sizes[0]), np.float32),
                override=np.zeros((n, *sizes), np.float32),
                blend=np.zeros((n, 1), np.float32),
            )
            found = outputs(attending.predict({layer.name: neutral}))
            for name, values in outputs(attending.plain).items():
                assert np.array_equal(found[name], values), (name, sizes)


def test_a_model_given_its_own_weights_gives_the_same_answer(attending: Subject) -> None:
    own = {name: Intervention(override=weights) for name, weights in attending.plain.attention.items()}
    found = outputs(attending.predict(own))
    for name, values in outputs(attending.plain).items():
        assert np.allclose(found[name], values, atol=1e-5), name


def test_an_override_takes_the_place_of_the_weights_and_a_blend_mixes_them(attending: Subject) -> None:
    for layer in attending.layers:
        other, own = attending.other_weights(layer), attending.plain.attention[layer.name]
        found = attending.predict({layer.name: Intervention(override=other)})
        assert np.abs(found.attention[layer.name] - other).max() < 1e-6
        assert differs(found, attending.plain)
        for share in (0.25, 0.5):
            blend = np.full((1, 1), share, np.float32)
            mixed = attending.predict({layer.name: Intervention(override=other, blend=blend)})
            wanted = (1 - share) * own + share * other
            assert np.abs(mixed.attention[layer.name] - wanted).max() < 1e-6


def differs(one: Prediction, other: Prediction) -> bool:
    """Tell whether two answers differ in the logits of any target."""
    return any(not np.allclose(one.logits[name], other.logits[name], atol=1e-6) for name in one.logits)


def test_a_closed_gate_removes_its_head_and_no_other(attending: Subject) -> None:
    for layer in attending.layers:
        for head in range(layer.heads):
            gate = (1.0 - np.eye(layer.heads, dtype=np.float32))[[head]]
            closed, both = Intervention(gate=gate), {}
            for changed in range(layer.heads):
                weights = attending.plain.attention[layer.name].copy()
                weights[:, changed] = attending.other_weights(layer)[:, changed]
                both[changed] = attending.predict({layer.name: Intervention(gate=gate, override=weights)})
            found = attending.predict({layer.name: closed})
            assert differs(found, attending.plain)
            assert [differs(found, both[changed]) for changed in both] == [
                changed != head for changed in both
            ]


def test_keras_obeys_the_ports_as_onnx_runtime_does(attending: Subject) -> None:
    feed = feed_of(attending.shape, attending.series, attending.lengths)
    done = {
        layer.name: Intervention(
            gate=np.linspace(0.2, 1.0, layer.heads, dtype=np.float32)[None],
            override=attending.other_weights(layer),
            blend=np.full((1, 1), 0.3, np.float32),
        )
        for layer in attending.layers
    }
    for layer, intervention in done.items():
        feed |= {f"{role}_{layer}": value for role, value in intervention.ports().items()}
    there = attending.model(feed, training=False)
    here = outputs(attending.predict(done))
    for name, values in here.items():
        assert np.abs(values - np.asarray(there[name])).max() < 1e-4, name
