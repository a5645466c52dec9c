"""Fit a model: the one place where weights are learnt."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from core.training.checkpoint import read_checkpoint
from core.training.epochs import BLOCK_CELLS, Pass, blocks_in_turn, passes
from core.training.examples import Examples, FitArrays, class_weights
from core.training.measures import Head
from core.training.rates import cuts, rate_at
from core.training.settings import TrainSettings
from core.training.sizing import batch_size
from core.training.steps import VALIDATION_BATCH, Block, Measured, Steps, order_tensor
from core.training.watching import (
    Pace,
    StoppedError,
    TrainWatch,
    Unwatched,
    Watching,
    decisive_loss,
    raise_without_epochs,
    require_finite_loss,
)

SECONDS_BETWEEN_LOOKS = 2.0  # at a loss in the middle of an epoch


@dataclass(frozen=True)
class Fitted:
    """What a training came to; the model holds the weights of the best epoch.

    Attributes:
        history: One row per finished epoch.
        epochs: Number of finished epochs; 0 if it was cancelled in the first.
        seconds: Time spent in epochs, over all attempts.
        best_epoch: The epoch whose weights were kept, from 1.
        stopped: Why it ended: "epochs", "patience", "cancelled", or, after at least one epoch, "nan",
            "memory" or "disk".
        problem: What went wrong, in words for the user; empty if nothing did.
        batch_size: Samples per step, as set or as chosen.
    """

    history: tuple[dict[str, Any], ...]
    epochs: int
    seconds: float
    best_epoch: int
    stopped: str
    problem: str = ""
    batch_size: int = 0


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


def fit(
    model: keras.Model,
    arrays: FitArrays,
    settings: TrainSettings,
    seed: int,
    watch: TrainWatch | None = None,
) -> Fitted:
    """Train a probed model in place; it ends with the weights of its best epoch.

    The loss is the mean over all targets of the examples. Accuracy is that of the first target.

    Args:
        model: What an architecture has built, after `seed_everything(seed)`.
        arrays: Training and validation examples; without validation the training loss decides.
        settings: How to train.
        seed: Decides the order of the examples, their copies and the noise.
        watch: Told about each epoch; its checkpoint file, if there is one, is where the training goes on.

    Raises:
        TrainingError: If there is nothing to learn, or no epoch could be finished: the loss did not stay
            finite, memory or disk was full. After an epoch such a training ends with the best so far.
    """
    heads = _heads(model, arrays, settings)
    watch = watch or Unwatched()
    chosen = settings.model_copy(update={"batch_size": batch_size(model, arrays, settings)})
    steps = Steps(model, arrays, heads, chosen, seed)
    fingerprint = _fingerprint(steps, chosen, seed, arrays)
    progress = read_checkpoint(watch.checkpoint, steps.variables, fingerprint)
    watching = Watching(watch, progress, settings.patience, fingerprint)
    stop = StoppedError("epochs")
    if watching.impatient() and progress.epochs < settings.epochs:
        stop = StoppedError("patience")
    else:
        stop = _Run(model, arrays, chosen, seed, (steps, watching)).stop()
    raise_without_epochs(stop, progress)
    if progress.best:
        model.set_weights(progress.best)
    return Fitted(
        tuple(progress.history),
        progress.epochs,
        progress.seconds,
        progress.best_epoch,
        stop.reason,
        stop.problem,
        chosen.batch_size,
    )


class _Run:
    """The epochs of a training from where it stands."""

    def __init__(
        self, model: Any, arrays: FitArrays, settings: TrainSettings, seed: int, parts: tuple[Steps, Watching]
    ) -> None:
        self._model, self._arrays, self._settings, self._seed = model, arrays, settings, seed
        self._steps, self._watching = parts
        self._looked = time.monotonic()
        self._held: tuple[Examples, Block] | None = None
        self._held_out: list[tuple[Examples, Block]] = []

    def stop(self) -> StoppedError:
        """Run until the training ends, and return why it did."""
        try:
            self._epochs()
            self._watching.save(self._steps)
        except StoppedError as stop:
            return self._saved(stop) if stop.reason == "patience" else stop
        except (tf.errors.ResourceExhaustedError, MemoryError):
            return StoppedError(
                "memory",
                f"memory was not enough for steps of {self._settings.batch_size} samples."
                " Choose a smaller batch size or model, or run fewer trainings side by side",
            )
        return StoppedError("epochs")

    def _saved(self, stop: StoppedError) -> StoppedError:
        try:
            self._watching.save(self._steps)
        except StoppedError as full:
            return full
        return stop

    def _epochs(self) -> None:
        done = self._watching.progress.epochs
        factor, started, met = self._factor(), time.monotonic(), 0
        for part in passes(
            self._arrays, self._seed, self._settings.batch_size, range(done, self._settings.epochs)
        ):
            rate = self._learn(part, factor)
            met += len(part.order)
            if part.last:
                pace = Pace(rate, met, time.monotonic() - started)
                measured = self._steps.measured("train"), self._validated()
                self._watching.finish_epoch(self._model, self._steps, *measured, pace)
                factor, started, met = self._factor(), time.monotonic(), 0

    def _factor(self) -> float:
        return cuts(self._settings, [decisive_loss(row) for row in self._watching.progress.history])

    def _learn(self, part: Pass, factor: float) -> float:
        """Learn from a part of an epoch and return the last learning rate."""
        block, order = self._block(part.examples), order_tensor(part.order)
        size, rate = self._settings.batch_size, 0.0
        cancelled = self._watching.watch.cancelled
        for start in range(0, len(part.order), size):
            passed = part.epoch + part.before + part.share * start / len(part.order)
            rate = factor * rate_at(self._settings, passed)
            self._steps.train(block, order, start, rate)
            if cancelled():
                raise StoppedError("cancelled")
            self._look(part.epoch)
        return rate

    def _look(self, epoch: int) -> None:
        """End a long epoch whose loss is lost already."""
        if time.monotonic() - self._looked >= SECONDS_BETWEEN_LOOKS:
            require_finite_loss(epoch + 1, {"loss": self._steps.measured("train", clear=False).loss})
            self._looked = time.monotonic()

    def _block(self, examples: Examples) -> Block:
        if self._held is None or self._held[0] is not examples:
            self._held = None  # frees the block before
            self._held = examples, Block.of(examples)
        return self._held[1]

    def _validated(self) -> Measured | None:
        if not len(self._arrays.validation):
            return None
        for examples, block in self._validation_blocks():
            order = tf.range(len(examples))
            for start in range(0, len(examples), VALIDATION_BATCH):
                self._steps.validate(block, order, start)
        return self._steps.measured("validation")

    def _validation_blocks(self) -> Iterator[tuple[Examples, Block]]:
        validation = self._arrays.validation
        if not validation.in_memory:
            for examples in blocks_in_turn(validation, BLOCK_CELLS):
                yield examples, Block.of(examples)
            return
        if not self._held_out:
            self._held_out.append((validation, Block.of(validation)))
        yield from self._held_out


def _heads(model: Any, arrays: FitArrays, settings: TrainSettings) -> list[Head]:
    heads = [Head(target, len(codes.shape) == 2) for target, codes in arrays.train.targets.items()]
    classes = {head.target: int(model.output[head.output].shape[-1]) for head in heads}
    arrays.check(classes)
    if not settings.class_weights:
        return heads
    return [
        head.weighted(class_weights(arrays.train.counts(head.target, classes[head.target]))) for head in heads
    ]


def _fingerprint(steps: Steps, settings: TrainSettings, seed: int, arrays: FitArrays) -> str:
    shapes = [list(variable.shape) for variable in steps.variables]
    sizes = [len(arrays.train), len(arrays.validation), arrays.copies, list(arrays.train.targets)]
    text = json.dumps([settings.model_dump(), seed, sizes, shapes])
    return hashlib.sha256(text.encode()).hexdigest()
