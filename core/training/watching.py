"""Who follows a training, and what the end of an epoch brings: row, best weights, patience, checkpoint."""

import errno
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core.errors import TrainingError
from core.training.checkpoint import Progress, write_checkpoint
from core.training.steps import Measured, Steps

SECONDS_BETWEEN_CHECKPOINTS = 10.0


class TrainWatch(Protocol):
    """Who follows a training."""

    checkpoint: Path | None

    def report(self, row: dict[str, Any]) -> None:
        """Take the row of an epoch.

        It holds epoch, loss, accuracy, val_loss, val_accuracy, seconds, learning_rate, samples_per_second,
        gradient_norm and attention_entropy; of further targets accuracy_<target> and val_accuracy_<target>.
        """

    def cancelled(self) -> bool:
        """Return whether the training is to end; asked after each batch."""


@dataclass
class Unwatched:
    """A watch that keeps nothing and never cancels."""

    checkpoint: Path | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)

    def report(self, row: dict[str, Any]) -> None:
        """Keep the row."""
        self.rows.append(row)

    def cancelled(self) -> bool:
        """Return False."""
        return False


class StoppedError(Exception):
    """A training ends before its last epoch.

    Attributes:
        reason: "patience", "cancelled", "nan", "memory" or "disk".
        problem: What went wrong, in words for the user; empty if nothing did.
    """

    def __init__(self, reason: str, problem: str = "") -> None:
        super().__init__(reason)
        self.reason, self.problem = reason, problem


@dataclass(frozen=True)
class Pace:
    """How an epoch went: the rate of its last step, and how many samples it met in how many seconds."""

    rate: float
    samples: int
    seconds: float


class Watching:
    """Tell the watch about each epoch, keep the best weights, write checkpoints.

    Args:
        watch: Who is told.
        progress: How far the training is; changed in place.
        patience: Epochs without a better loss before it ends; 0 never ends it.
        fingerprint: Says in a checkpoint which training it is of.
    """

    def __init__(self, watch: TrainWatch, progress: Progress, patience: int, fingerprint: str) -> None:
        self.watch, self.progress, self.patience, self.fingerprint = watch, progress, patience, fingerprint
        self._saved = self._started = time.monotonic()
        self._before = progress.seconds

    def impatient(self) -> bool:
        """Return whether the last epochs were no better than the best, as many as patience allows."""
        waited = self.progress.epochs - self.progress.best_epoch
        return bool(self.patience and self.progress.epochs and waited >= self.patience)

    def finish_epoch(
        self, model: Any, steps: Steps, train: Measured, validation: Measured | None, pace: Pace
    ) -> None:
        """Report the epoch, keep the weights if they are the best, decide whether to go on.

        Raises:
            StoppedError: If a loss is not finite, patience is over or the disk is full.
        """
        progress = self.progress
        _require_finite(progress.epochs + 1, train, validation)
        progress.seconds = self._before + time.monotonic() - self._started
        row = _row(progress, train, validation, pace)
        progress.history.append(row)
        decisive = decisive_loss(row)
        if decisive < progress.best_value:
            weights = model.get_weights()
            if not all(np.isfinite(one).all() for one in weights):
                progress.history.pop()
                require_finite_loss(progress.epochs + 1, {"a weight": math.nan})
            progress.best_value, progress.best_epoch = decisive, progress.epochs
            progress.best = weights
        self.watch.report(row)
        if self.watch.checkpoint and time.monotonic() - self._saved >= SECONDS_BETWEEN_CHECKPOINTS:
            self.save(steps)
        if self.impatient():
            raise StoppedError("patience")

    def save(self, steps: Steps) -> None:
        """Write the checkpoint, if one is wished.

        Raises:
            StoppedError: If the disk is full.
        """
        if self.watch.checkpoint is None:
            return
        try:
            write_checkpoint(self.watch.checkpoint, steps.variables, self.progress, self.fingerprint)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise StoppedError(
                "disk",
                "the disk is full: the checkpoint of epoch"
                f" {self.progress.epochs} could not be written. The best weights so far are kept;"
                " make room and train again",
            ) from error
        self._saved = time.monotonic()


def decisive_loss(row: Mapping[str, Any]) -> float:
    """Return the loss that tells which epoch is the best: of validation where there is some."""
    return float(row["loss"] if row["val_loss"] is None else row["val_loss"])


def require_finite_loss(epoch: int, values: Mapping[str, float]) -> None:
    """Raise StoppedError with advice if a measured value is not finite."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise StoppedError(
                "nan",
                f"the loss must stay finite; {name} became {value} in epoch {epoch}. Lower the"
                " learning rate, keep gradient clipping on, and look for extreme values in the data",
            )


def raise_without_epochs(stop: StoppedError, progress: Progress) -> None:
    """Raise TrainingError if a training broke before its first epoch was over: there is nothing to keep."""
    if stop.problem and not progress.epochs:
        raise TrainingError(stop.problem) from stop


def _require_finite(epoch: int, train: Measured, validation: Measured | None) -> None:
    values = {"loss": train.loss}
    if validation is not None:
        values["val_loss"] = validation.loss
    require_finite_loss(epoch, values)


def _row(progress: Progress, train: Measured, validation: Measured | None, pace: Pace) -> dict[str, Any]:
    first, *others = train.accuracy
    entropy = train.entropy if validation is None else validation.entropy
    row = {
        "epoch": progress.epochs + 1,
        "loss": train.loss,
        "accuracy": train.accuracy[first],
        "val_loss": None if validation is None else validation.loss,
        "val_accuracy": None if validation is None else validation.accuracy[first],
        "seconds": round(progress.seconds, 3),
        "gradient_norm": _finite(train.gradient_norm),
        "attention_entropy": _finite(entropy),
        "learning_rate": pace.rate,
        "samples_per_second": round(pace.samples / max(pace.seconds, 1e-9), 1),
    }
    for name in others:
        row[f"accuracy_{name}"] = train.accuracy[name]
        if validation is not None:
            row[f"val_accuracy_{name}"] = validation.accuracy[name]
    return row


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
