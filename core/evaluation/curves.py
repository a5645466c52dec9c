"""How runs came to where they are: loss, accuracy and what else was measured, by epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.arrays import DoubleArray, IntArray, require_axes


def _unknown() -> DoubleArray:
    return np.empty(0)


FURTHER = ("gradient_norm", "attention_entropy", "learning_rate", "samples_per_second")
"""What a training may measure beside loss and accuracy; older runs and models without attention did not."""


@dataclass(frozen=True)
class RunCurve:
    """Loss and accuracy of one run by epoch; NaN where there is no value.

    Attributes:
        run: Id of the run or the job.
        label: What figures call it.
        epoch: Epochs from 1 (E,).
        loss: Training loss (E,).
        accuracy: Training accuracy (E,).
        validation_loss: Loss on the validation part (E,).
        validation_accuracy: Accuracy on the validation part (E,).
        gradient_norm: Norm of the gradient (E,); this and what follows is NaN unless given.
        attention_entropy: Entropy of attention, 0 on one step to 1 over all alike (E,).
        learning_rate: Learning rate of the optimizer (E,).
        samples_per_second: Training samples seen in a second (E,).
    """

    run: str
    label: str
    epoch: IntArray
    loss: DoubleArray
    accuracy: DoubleArray
    validation_loss: DoubleArray
    validation_accuracy: DoubleArray
    gradient_norm: DoubleArray = field(default_factory=_unknown)
    attention_entropy: DoubleArray = field(default_factory=_unknown)
    learning_rate: DoubleArray = field(default_factory=_unknown)
    samples_per_second: DoubleArray = field(default_factory=_unknown)

    def __post_init__(self) -> None:
        sizes = require_axes(self.epoch, "E", "epoch")
        for name in FURTHER:
            if not getattr(self, name).size:
                object.__setattr__(self, name, np.full(len(self.epoch), np.nan))
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy", *FURTHER):
            require_axes(getattr(self, name), "E", name, sizes)


def run_curve(run: str, label: str, history: Sequence[Mapping[str, Any]]) -> RunCurve:
    """Return the curve of a run from its epoch rows: epoch, loss, accuracy, val_loss, val_accuracy.

    Rows without an epoch (other records of a job) are passed over; the last row of an epoch counts.
    """
    rows = {int(row["epoch"]): row for row in history if row.get("epoch") is not None}
    epochs = sorted(rows)

    def column(name: str) -> DoubleArray:
        values = [rows[epoch].get(name) for epoch in epochs]
        return np.array([np.nan if value is None else value for value in values], np.float64)

    return RunCurve(
        run=run,
        label=label,
        epoch=np.array(epochs, np.int64),
        loss=column("loss"),
        accuracy=column("accuracy"),
        validation_loss=column("val_loss"),
        validation_accuracy=column("val_accuracy"),
        **{name: column(name) for name in FURTHER},
    )
