"""What every architecture promises, for each one that is registered: a new one is tested by itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.arrays import FloatArray, length_mask
from core.models.family import InputShape, port, port_name
from tests.models.contract import (
    NAMES,
    Subject,
    built,
    feed_of,
    logits_names,
    neutral_ports,
    outputs,
    said_by_keras,
    series_of,
    shape_for,
    subject_of,
    tiny,
)

pytestmark = pytest.mark.slow


def test_outputs_have_the_shapes_that_were_promised(subject: Subject) -> None:
    shape, samples = subject.shape, len(subject.plain.hidden)
    found = outputs(subject.plain)
    for target, name in logits_names(shape).items():
        steps = (shape.steps,) if target in shape.per_step else ()
        assert found.pop(name).shape == (samples, *steps, shape.classes[target])
    for group, (steps, _channels) in shape.groups.items():
        assert found.pop(port("hidden", group)).shape[:2] == (samples, steps)
    assert {name: values.shape[1:] for name, values in found.items()} == {
        f"attention_{layer.name}": layer.shape for layer in subject.layers
    }


def test_ports_are_those_of_the_attention_layers_and_no_others(subject: Subject) -> None:
    roles = ("gate", "override", "blend")
    wanted = {port(role, group) for role in ("series", "mask") for group in subject.shape.groups}
    wanted |= {f"{role}_{layer.name}" for role in roles for layer in subject.layers}
    assert set(subject.model.input) == wanted
    for layer in subject.layers:
        assert layer.heads == layer.shape[0]
        assert len(layer.shape) == (2 if layer.kind == "pooled" else 3)
        assert {layer.queries, layer.keys} <= set(subject.shape.groups)
        assert subject.run.ports.heads[layer.name] == layer.heads


def test_onnx_runtime_repeats_keras(subject: Subject) -> None:
    found = subject.answers
    assert found.keys() == subject.keras.keys()
    for name, values in subject.keras.items():
        assert np.abs(found[name] - values).max() < 1e-4, name


def test_the_export_has_no_loop_over_steps(subject: Subject) -> None:
    import onnx

    operators = {node.op_type for node in onnx.load(subject.path).graph.node}
    assert not operators & {"Loop", "Scan", "If"}


def test_a_target_of_two_classes_has_one_logit_beside_zero(subject: Subject) -> None:
    assert (subject.plain.logits["side"][:, 0] == 0).all()
    assert (subject.plain.logits["side"][:, 1] != 0).all()


def test_values_on_padding_change_nothing(subject: Subject) -> None:
    masks = feed_of(subject.shape, subject.series, subject.lengths)
    filled = {
        group: np.where(masks[port("mask", group)][:, :, None] > 0, values, 70.5).astype(np.float32)
        for group, values in subject.series.items()
    }
    found = outputs(subject.ask(filled))
    for name, values in outputs(subject.plain).items():
        seen = valid_steps(subject, name, values)
        assert np.array_equal(found[name][seen], values[seen]), name


def valid_steps(subject: Subject, name: str, values: FloatArray) -> Any:
    """Return where an output counts: logits of a label per step say nothing on padding."""
    by_step = {f"logits_{port_name(target)}" for target in subject.shape.per_step}
    if name not in by_step:
        return np.ones(values.shape, bool)
    first = next(iter(subject.lengths.values()))
    return length_mask(first, values.shape[1])


def test_states_and_weights_are_zero_on_padding(subject: Subject) -> None:
    for group, states in subject.plain.states.items():
        assert (states[~length_mask(subject.lengths[group], states.shape[1])] == 0).all()
        assert (states != 0).any()
    for layer in subject.layers:
        weights = subject.plain.attention[layer.name]
        assert (weights * (1 - subject.valid_keys(layer)) == 0).all()
        assert (weights * (1 - subject.valid_queries(layer))[..., None] == 0).all()


def test_a_sample_gets_the_same_answer_alone_and_among_longer_ones(subject: Subject) -> None:
    plain = outputs(subject.plain)
    for row in range(3):
        alone = outputs(subject.predict(rows=slice(row, row + 1)))
        for name, values in alone.items():
            seen = valid_steps(subject, name, plain[name])[row]
            assert np.allclose(values[0][seen], plain[name][row][seen], atol=1e-5), name


def test_a_model_for_longer_series_gives_the_same_answer(subject: Subject) -> None:
    part, shape = subject.part, subject.shape
    if "position" in type(part).model_fields:  # codes of places stretch over all steps of a model
        part = part.model_copy(update={"position": "none"})
    groups = {group: (2 * steps, channels) for group, (steps, channels) in shape.modalities.items()}
    longer = InputShape(
        2 * shape.steps, shape.channels, shape.classes, shape.per_step, shape.categories, groups
    )
    short, long = built(part, shape), part.build(longer)
    long.set_weights(short.get_weights())
    padded = {
        group: np.pad(values, ((0, 0), (0, values.shape[1]), (0, 0)))
        for group, values in subject.series.items()
    }
    there = said_by_keras(short, feed_of(shape, subject.series, subject.lengths))
    here = said_by_keras(long, feed_of(longer, padded, subject.lengths))
    for target, name in logits_names(shape).items():
        if target not in shape.per_step:
            assert np.allclose(here[name], there[name], atol=1e-5), name
    for group, (steps, _channels) in shape.groups.items():
        name = port("hidden", group)
        assert np.allclose(here[name][:, :steps], there[name], atol=1e-5)


def test_a_permutation_of_samples_permutes_the_answer(subject: Subject) -> None:
    order = np.random.default_rng(0).permutation(len(subject.plain.hidden))
    found = outputs(subject.predict(rows=order))
    for name, values in outputs(subject.plain).items():
        assert np.allclose(found[name], values[order], atol=1e-5), name


def labels_of(shape: InputShape, samples: int) -> dict[str, Any]:
    """Return class codes by target, every class in turn."""
    codes = {}
    for target, classes in shape.classes.items():
        steps = shape.steps if target in shape.per_step else 1
        codes[target] = np.repeat(np.arange(samples)[:, None] % classes, steps, axis=1)
        codes[target] = codes[target] if target in shape.per_step else codes[target][:, 0]
    return codes


def loss_of(shape: InputShape, found: Mapping[str, Any], codes: Mapping[str, Any]) -> Any:
    """Return the mean cross-entropy, summed over targets."""
    import keras
    from keras import ops

    entropy = keras.losses.sparse_categorical_crossentropy
    losses = [
        ops.mean(entropy(codes[target], found[name], from_logits=True))
        for target, name in logits_names(shape).items()
    ]
    return sum(losses[1:], losses[0])


def learner(model: Any, shape: InputShape, feed: Mapping[str, Any], codes: Mapping[str, Any]) -> Any:
    """Return a compiled function that takes rows and gives the gradient of each weight."""
    import tensorflow as tf

    neutral = {name: tf.constant(value) for name, value in neutral_ports(model, feed).items()}
    values = {name: tf.constant(array) for name, array in feed.items()}

    @tf.function
    def learn(rows: Any) -> Any:
        with tf.GradientTape() as tape:
            read = {name: tf.gather(array, rows) for name, array in values.items()}
            found = model({**read, **neutral}, training=True)
            some = {target: tf.gather(array, rows) for target, array in codes.items()}
            loss = loss_of(shape, found, some)
        gradients = tape.gradient(loss, model.trainable_variables, unconnected_gradients="zero")
        return [tf.convert_to_tensor(found) for found in gradients]

    return learn


def test_one_epoch_lowers_the_loss_and_every_weight_takes_part(subject: Subject) -> None:
    import keras

    samples, size, shape = 120, 8, subject.shape
    series, lengths = series_of(shape, samples)
    codes = labels_of(shape, samples)
    level = (codes["outcome"] / 5.0 - 1.0)[:, None] + 2.0 * (codes["side"] - 0.5)[:, None]
    for values in series.values():  # each class has a level of its own in the first channel
        values[:, :, 0] = 0.2 * values[:, :, 0] + level * (values[:, :, 0] != 0)
    model, feed = built(subject.part, shape), feed_of(shape, series, lengths)
    before = loss_of(shape, said_by_keras(model, feed), codes)
    learn = learner(model, shape, feed, codes)
    optimizer = keras.optimizers.Adam(0.02, global_clipnorm=1.0)
    moved = np.zeros(len(model.trainable_variables))
    for rows in np.random.default_rng(0).permutation(samples).reshape(-1, size):
        gradients = learn(rows)
        moved += [float(np.abs(gradient).max()) for gradient in gradients]
        optimizer.apply(gradients, model.trainable_variables)
    still = [weight.path for weight, most in zip(model.trainable_variables, moved, strict=True) if not most]
    assert still == []
    assert float(loss_of(shape, said_by_keras(model, feed), codes)) < 0.95 * float(before)


def test_a_saved_model_is_opened_in_safe_mode_and_says_the_same(subject: Subject, tmp_path: Path) -> None:
    import keras

    from core.training.export import save_keras

    save_keras(subject.model, tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    found = said_by_keras(again, feed_of(subject.shape, subject.series, subject.lengths))
    assert all(np.array_equal(found[name], values) for name, values in subject.keras.items())
    assert again.count_params() == subject.model.count_params() > 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("steps", "channels", "classes"),
    [(8, 155, 10), (1000, 1, 2)],
    ids=["155 channels, 10 classes", "1000 steps, 1 channel"],
)
def test_onnx_runtime_repeats_keras_for_wide_and_long_series(
    name: str, steps: int, channels: int, classes: int, tmp_path: Path
) -> None:
    subject = subject_of(name, tmp_path, shape_for(tiny(name), steps, channels, classes), samples=3)
    found = subject.answers
    for key, values in subject.keras.items():
        assert np.abs(found[key] - values).max() < 1e-4, key
    assert found["logits_outcome"].shape == (3, classes)
    assert {layer.name: layer.shape for layer in subject.layers} == {
        layer: weights.shape[1:] for layer, weights in subject.plain.attention.items()
    }
