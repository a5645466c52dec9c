"""The same model without Heed around it: what a Keras program has in its hands."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.material import Material
from core.data import Dataset, open_dataset
from core.inference import OpenRun, open_run
from core.store import open_store


def opened(material: Material) -> tuple[OpenRun, Dataset]:
    """Return run and dataset as Heed opens them."""
    store = open_store(Path(material.home))
    return open_run(store, material.run), open_dataset(store, material.dataset)


def scaled(run: OpenRun, dataset: Dataset, rows: Any) -> dict[str, Any]:
    """Return scaled series and masks of some samples, as the model takes them."""
    return dict(run.model.ports.series(*run.inputs(dataset, rows)))


def keras_model(material: Material) -> Any:
    """Return the run's model.keras as a functional model of series and mask, its ports at rest."""
    import keras
    import tensorflow as tf

    import core.models.layers  # noqa: F401 - registers the layers that the file names

    directory = open_store(Path(material.home)).runs.directory(material.run)
    probed = keras.models.load_model(directory / "model.keras", compile=False, safe_mode=True)
    inputs = {
        name: keras.Input(tensor.shape[1:], name=name)
        for name, tensor in probed.input.items()
        if name.startswith(("series", "mask"))
    }
    ports = {
        name: tf.constant(np.full([1] * len(tensor.shape), float(name.startswith("gate_")), np.float32))
        for name, tensor in probed.input.items()
        if name not in inputs
    }
    return keras.Model(inputs, probed({**inputs, **ports}))


def attention_at_each_move(model: Any, sample: dict[str, Any]) -> str:
    """Answer a moved slider the way dashboards over Keras do: a sub-model for attention, built and predicted.

    Returns the figure, series over weights, as JSON.
    """
    import keras
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    wanted = {name: model.output[name] for name in ("attention_time", "logits_label")}
    answer = keras.Model(model.input, wanted).predict(sample, verbose=0)
    figure = make_subplots(rows=2, shared_xaxes=True)
    figure.add_trace(go.Scatter(y=sample["series"][0, :, 0]), row=1, col=1)
    figure.add_trace(go.Bar(y=answer["attention_time"].mean(axis=1)[0]), row=2, col=1)
    figure.update_layout(title=f"Predicted {answer['logits_label'].argmax()}")
    return str(figure.to_json())
