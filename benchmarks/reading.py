"""Rows about reading: the slider, one prediction, a whole test set."""

import numpy as np

from benchmarks.material import Material, trained
from benchmarks.measure import Measured, Side, in_turn, timed
from benchmarks.plain import attention_at_each_move, keras_model, opened, scaled


def slider(material: Material, repeat: int) -> Measured:
    """Move the sample slider: all that the Attention page asks the server, another sample each time."""
    from plotly.io.json import to_json_plotly

    from dashboard.app import application  # noqa: F401 - the pages as a web worker has them
    from dashboard.pages.attention.overview import callbacks as overview
    from dashboard.pages.attention.overview.charts import SAMPLE

    run, dataset = opened(material)
    test = np.flatnonzero(np.asarray(dataset.parts) == 2)
    model = keras_model(material)

    def heed(turn: int) -> None:
        # No sample comes twice, so no answer is remembered; what belongs to the run is, as it is on the page.
        view = {"dataset": material.dataset, "run": material.run, "sample": int(test[(turn + 1) % len(test)])}
        to_json_plotly(SAMPLE.update({"view": view, "theme": "light"}))
        to_json_plotly(overview.update_focus(view))

    def reference(turn: int) -> None:
        rows = test[[(turn + 1) % len(test)]]
        attention_at_each_move(model, scaled(run, dataset, rows))

    sides = [Side("Heed", timed(heed)), Side("Keras sub-model at each move", timed(reference))]
    return in_turn(sides, min(repeat, len(test) - 1))


def prediction(material: Material, repeat: int) -> Measured:
    """Predict one sample with attention and hidden states."""
    run, dataset = opened(material)
    model = keras_model(material)
    samples = [scaled(run, dataset, [index]) for index in range(20)]
    raw = [
        (np.asarray(dataset.series[index : index + 1]), dataset.lengths[index : index + 1])
        for index in range(20)
    ]
    sides = [
        Side("Heed", timed(lambda turn: run.predict(*raw[turn % 20]))),
        Side("Keras predict", timed(lambda turn: model.predict(samples[turn % 20], verbose=0))),
        Side("Keras eager call", timed(lambda turn: model(samples[turn % 20], training=False))),
    ]
    return in_turn(sides, repeat, warm=3)


def many_heads(material: Material, repeat: int) -> Measured:
    """Get the maps of all 16 heads of a cross-modal model, for a test set with two modalities."""
    payload = {"model": "cross-modal", "source": {"name": "bundled", "settings": {"name": "BasicMotions"}}}
    found = test_set(trained(material.home, {**payload, "training": {"epochs": 1}}), repeat)
    found.notes = f"{found.notes}; cross-modal, 8 heads in each direction"
    return found


def test_set(material: Material, repeat: int) -> Measured:
    """Get attention, hidden states and predictions of all test samples."""
    run, dataset = opened(material)
    model = keras_model(material)
    test = np.flatnonzero(np.asarray(dataset.parts) == 2)
    inputs = scaled(run, dataset, test)
    sides = [
        Side("Heed", timed(lambda _: run.predict_rows(dataset, test))),
        Side("Keras predict", timed(lambda _: model.predict(inputs, batch_size=256, verbose=0))),
    ]
    found = in_turn(sides, repeat, warm=2)
    found.notes = f"{len(test)} samples of {dataset.steps} steps, {run.manifest.model}; Heed in one thread"
    return found
