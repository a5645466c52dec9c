"""The fused LSTM gives the states and gradients of Keras."""

from typing import Any

import numpy as np
import pytest

from tests.models import toys

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["lstm", "attention-lstm", "bilstm"])
def test_the_fused_lstm_gives_the_outputs_and_gradients_of_keras(name: str) -> None:
    import tensorflow as tf

    from core.training.fused import fused_lstm
    from core.training.measures import neutral_ports

    model = toys.built(name, classes=3, settings={"units": 5})
    toy = toys.examples(6, classes=3)
    short = np.minimum(toy.lengths, 5)
    mask = (np.arange(8)[None, :] < short[:, None]).astype(np.float32)
    inputs = {"series": tf.constant(toy.series), "mask": tf.constant(mask)}
    inputs |= neutral_ports(model.input, inputs)

    def found() -> tuple[dict[str, Any], list[Any]]:
        with tf.GradientTape() as tape:
            outputs = model(inputs, training=True)
            loss = tf.reduce_sum(tf.square(outputs["logits_label"]))
        return outputs, tape.gradient(loss, [one.value for one in model.trainable_variables])

    expected = found()
    with fused_lstm(model, tf.constant(5)):
        fused = found()
    assert found()[0]["hidden"].numpy().tobytes() == expected[0]["hidden"].numpy().tobytes()
    for key, values in expected[0].items():
        assert np.allclose(values, fused[0][key], atol=1e-5), key
    for one, other in zip(expected[1], fused[1], strict=True):
        assert np.allclose(one, other, atol=1e-4, rtol=1e-4)
