"""Fit a model: the one place where weights are learnt."""

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.training.callback import TrainWatch, Unwatched, Watching
from core.training.checkpoint import Progress, read_checkpoint, write_checkpoint
from core.training.examples import Examples, FitArrays, balanced_weights
from core.training.settings import TrainSettings


@dataclass(frozen=True)
class Fitted:
    """What a training came to; the model holds the weights of the best epoch.

    Attributes:
        history: One row per finished epoch.
        epochs: Number of finished epochs; 0 if it was cancelled in the first.
        seconds: Time spent in epochs, over all attempts.
        best_epoch: The epoch whose weights were kept, from 1.
        stopped: Why it ended: "epochs", "patience" or "cancelled".
    """

    history: tuple[dict[str, Any], ...]
    epochs: int
    seconds: float
    best_epoch: int
    stopped: str


def one_thread() -> None:
    """Keep TensorFlow to one thread if nothing has run yet: small recurrent models gain nothing from two."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        return  # TensorFlow has already started: its threads can't be changed any more


def seed_everything(seed: int) -> None:
    """Make what follows depend on the seed only; call before a model is built."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)


def training_model(model: keras.Model, output: str, noise: float = 0.0) -> keras.Model:
    """Return the model as it is trained: ports at their neutral values, one target's logits as output.

    It shares all weights with the probed model; noise is added to the series in training only.
    """
    series, mask = (keras.Input(model.input[name].shape[1:], name=name) for name in ("series", "mask"))
    ports = {
        name: np.full([1] * len(tensor.shape), 1.0 if name.startswith("gate_") else 0.0, np.float32)
        for name, tensor in model.input.items()
        if name not in {"series", "mask"}
    }
    varied = keras.layers.GaussianNoise(noise)(series) if noise else series
    constants = {name: tf.constant(value) for name, value in ports.items()}
    return keras.Model([series, mask], model({"series": varied, "mask": mask, **constants})[output])


def training_batches(examples: Examples, settings: TrainSettings, classes: int, seed: int, done: int) -> Any:
    """Return the batches of all epochs from `done` on as one dataset.

    Seed and epoch alone decide an epoch's order, so that a resumed training meets the same batches. One
    dataset for all epochs spares Keras an iterator for each, which costs as much as a small epoch itself.
    """
    columns = [examples.series, examples.mask(), examples.targets]
    if settings.class_weights:
        columns.append(balanced_weights(examples.targets, classes).astype(np.float32))
    tensors = [tf.constant(column) for column in columns]

    def order(epoch: Any) -> Any:
        shuffled = tf.random.experimental.stateless_shuffle(tf.range(len(examples)), seed=[seed, epoch])
        return tf.data.Dataset.from_tensor_slices(shuffled).batch(settings.batch_size)

    def batch(rows: Any) -> Any:
        series, mask, *others = (tf.gather(tensor, rows) for tensor in tensors)
        return ((series, mask), *others)

    return tf.data.Dataset.range(done, settings.epochs).flat_map(order).map(batch)


def _validation(examples: Examples, size: int = 256) -> dict[str, Any]:
    if not len(examples):
        return {}
    arrays = ((examples.series, examples.mask()), examples.targets)
    return {
        "validation_data": tf.data.Dataset.from_tensor_slices(arrays).batch(size).repeat(),
        "validation_steps": math.ceil(len(examples) / size),
    }


def fit(
    model: keras.Model,
    arrays: FitArrays,
    settings: TrainSettings,
    seed: int,
    watch: TrainWatch | None = None,
    output: str = "logits_label",
) -> Fitted:
    """Train a probed model in place; it ends with the weights of its best epoch.

    Args:
        model: What an architecture has built, after `seed_everything(seed)`.
        arrays: Training and validation examples; without validation the training loss decides.
        settings: How to train.
        seed: Decides the order of the examples.
        watch: Told about each epoch; its checkpoint file, if there is one, is where the training goes on.
        output: Name of the logits to learn.

    Raises:
        TrainingError: If there is nothing to learn or the loss stops being finite.
    """
    classes = int(model.output[output].shape[-1])
    arrays.check(classes)
    watch = watch or Unwatched()
    trained = training_model(model, output, settings.noise)
    trained.compile(
        _optimizer(settings, _steps(arrays.train, settings)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        jit_compile=False,
    )
    trained.optimizer.build(trained.trainable_variables)
    fingerprint = _fingerprint(trained, settings, seed, len(arrays.train))
    progress = read_checkpoint(watch.checkpoint, trained, fingerprint)
    watching = Watching(watch, progress, settings.patience, fingerprint)
    if not watching.finished(settings.epochs):
        _run(trained, arrays, settings, seed, watching)
    return _finish(trained, progress, watch, watching)


def _run(trained: Any, arrays: FitArrays, settings: TrainSettings, seed: int, watching: Watching) -> None:
    done, classes = watching.progress.epochs, int(trained.output_shape[-1])
    trained.fit(
        training_batches(arrays.train, settings, classes, seed, done),
        epochs=settings.epochs,
        initial_epoch=done,
        steps_per_epoch=_steps(arrays.train, settings),
        shuffle=False,
        callbacks=[watching],
        verbose=0,
        **_validation(arrays.validation),
    )


def _steps(examples: Examples, settings: TrainSettings) -> int:
    return math.ceil(len(examples) / settings.batch_size)


def _finish(trained: Any, progress: Progress, watch: TrainWatch, watching: Watching) -> Fitted:
    # A cancel stops in the middle of an epoch: what was learnt since it began must not be saved as whole.
    if watch.checkpoint is not None and progress.epochs and watching.stopped != "cancelled":
        write_checkpoint(watch.checkpoint, trained, progress, watching.fingerprint)
    if progress.best:
        trained.set_weights(progress.best)
    return Fitted(
        tuple(progress.history), progress.epochs, progress.seconds, progress.best_epoch, watching.stopped
    )


def _optimizer(settings: TrainSettings, steps: int) -> Any:
    rate: Any = settings.learning_rate
    if settings.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, settings.epochs * steps)
    return keras.optimizers.Adam(
        rate, global_clipnorm=settings.clip or None, weight_decay=settings.weight_decay or None
    )


def _fingerprint(trained: Any, settings: TrainSettings, seed: int, samples: int) -> str:
    shapes = [list(variable.shape) for variable in trained.variables]
    text = json.dumps([settings.model_dump(), seed, samples, shapes])
    return hashlib.sha256(text.encode()).hexdigest()
