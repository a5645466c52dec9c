"""The one Keras callback of a training: rows, best weights, patience, cancelling, checkpoints."""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import keras

from core.errors import TrainingError
from core.training.checkpoint import Progress, write_checkpoint

SECONDS_BETWEEN_CHECKPOINTS = 10.0


class TrainWatch(Protocol):
    """Who follows a training."""

    checkpoint: Path | None

    def report(self, row: dict[str, Any]) -> None:
        """Take the row of an epoch: epoch, loss, accuracy, val_loss, val_accuracy, seconds."""

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


class Watching(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Tell the watch about each epoch, keep the best weights, stop when patience or the user says so."""

    def __init__(self, watch: TrainWatch, progress: Progress, patience: int, fingerprint: str) -> None:
        super().__init__()
        self.watch, self.progress, self.patience, self.fingerprint = watch, progress, patience, fingerprint
        self.stopped = "epochs"
        self._saved = self._started = time.monotonic()
        self._before = progress.seconds

    def finished(self, epochs: int) -> bool:
        """Return whether a resumed training had already come to its end."""
        done = self.progress.epochs
        if done < epochs and self.patience and done and done - self.progress.best_epoch >= self.patience:
            self.stopped = "patience"
            return True
        return done >= epochs

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Stop in the middle of an epoch when the user cancels."""
        if self.watch.cancelled():
            self.stopped = "cancelled"
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Report the epoch, keep the weights if they are the best, decide whether to go on."""
        if self.stopped == "cancelled":
            return
        row = self._row(epoch, logs or {})
        progress = self.progress
        progress.history.append(row)
        decisive = row["loss"] if row["val_loss"] is None else row["val_loss"]
        if decisive < progress.best_value:
            progress.best_value, progress.best_epoch = decisive, epoch + 1
            progress.best = self.model.get_weights()
        self.watch.report(row)
        if self.patience and epoch + 1 - progress.best_epoch >= self.patience:
            self.stopped = "patience"
            self.model.stop_training = True
        if self.watch.checkpoint and time.monotonic() - self._saved >= SECONDS_BETWEEN_CHECKPOINTS:
            write_checkpoint(self.watch.checkpoint, self.model, progress, self.fingerprint)
            self._saved = time.monotonic()

    def _row(self, epoch: int, logs: dict[str, float]) -> dict[str, Any]:
        values = {name: float(value) for name, value in logs.items()}
        broken = [name for name, value in values.items() if not math.isfinite(value)]
        if broken:
            raise TrainingError(
                f"the loss must stay finite; {broken[0]} became {values[broken[0]]} in epoch {epoch + 1}."
                " Lower the learning rate, keep gradient clipping on, and look for extreme values in the data"
            )
        self.progress.seconds = self._before + time.monotonic() - self._started
        return {
            "epoch": epoch + 1,
            "loss": values["loss"],
            "accuracy": values["accuracy"],
            "val_loss": values.get("val_loss"),
            "val_accuracy": values.get("val_accuracy"),
            "seconds": round(self.progress.seconds, 3),
        }
