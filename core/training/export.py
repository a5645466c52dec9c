"""Write a trained model for ONNX Runtime, with all its probe ports, and for Keras."""

import warnings
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from core.arrays import FloatArray

OPSET = 17


def save_keras(model: keras.Model, path: Path) -> None:
    """Write the probed model so that Keras opens it in safe mode."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Keras reads TensorFlow's arrays the old way
        model.save(path)


def export_onnx(model: keras.Model, path: Path) -> None:
    """Write the probed model as ONNX; inputs and outputs keep their names, LSTM layers become one operator.

    Axes of the ports may have size 1 or that of the series; number of samples is free.
    """
    import tf2onnx

    signature = {
        name: tf.TensorSpec(tensor.shape, tf.float32, name=name) for name, tensor in model.input.items()
    }

    @tf.function(input_signature=[signature])  # type: ignore[untyped-decorator] # TensorFlow has no types
    def predict(inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        return {name: tf.identity(value, name=name) for name, value in model(inputs, training=False).items()}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tf2onnx uses NumPy names that are going away
        tf2onnx.convert.from_function(
            predict, input_signature=[signature], opset=OPSET, output_path=str(path)
        )


def keras_outputs(
    model: keras.Model, inputs: Mapping[str, FloatArray], batch: int = 256
) -> dict[str, FloatArray]:
    """Return all outputs of the probed model with neutral ports, by name: what its export must repeat.

    Args:
        model: The model.
        inputs: Series and masks by name, all of the same samples.
        batch: Samples computed at a time.
    """
    neutral = {
        name: np.full([1] * len(tensor.shape), 1.0 if name.startswith("gate_") else 0.0, np.float32)
        for name, tensor in model.input.items()
        if name not in inputs
    }
    samples = len(next(iter(inputs.values())))
    signature = {name: tf.TensorSpec(tensor.shape, tf.float32) for name, tensor in model.input.items()}
    # One graph for all batches: called eagerly, a recurrent layer runs its loop over steps in Python.
    predict = tf.function(
        lambda given: model(given, training=False), input_signature=[signature], autograph=False
    )
    parts = [
        predict({**{name: values[start : start + batch] for name, values in inputs.items()}, **neutral})
        for start in range(0, samples, batch)
    ]
    return {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in model.output}
