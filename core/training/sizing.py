"""What the settings leave open: the batch size, and whether the step is compiled first."""

import math
from typing import Any

import keras

from core.models.layers import GRU
from core.training.examples import FitArrays
from core.training.fused import is_plain_lstm
from core.training.settings import TrainSettings

LEAST_BATCH, MOST_BATCH = 16, 256
STEPS_PER_EPOCH = 16  # that a batch size chosen by itself leaves at least
STEP_BYTES = 256 * 2**20
KEPT = 6  # copies of a layer's output that a step holds: forward, what backward needs, gradients
BYTES = 4
STEPS_THAT_PAY = 200_000  # steps of the optimizer times steps of a series: twice what compiling costs


def batch_size(model: Any, arrays: FitArrays, settings: TrainSettings) -> int:
    """Return the samples per step: as set, or the largest power of two that memory and data allow.

    What a step holds is estimated from the sizes of the layers' outputs, so that the choice is the same on
    every machine. A small training part keeps enough steps per epoch to learn in.
    """
    if settings.batch_size:
        return settings.batch_size
    fitting = STEP_BYTES / max(1, bytes_of_sample(model))
    useful = arrays.copies * len(arrays.train) / STEPS_PER_EPOCH
    size = 2 ** int(math.log2(max(1.0, min(fitting, useful))))
    return int(min(MOST_BATCH, max(LEAST_BATCH, size)))


def compiles(model: Any, arrays: FitArrays, settings: TrainSettings) -> bool:
    """Return whether steps are compiled first: as set, or where it pays.

    It pays where loops over steps remain, as in a GRU, and are run often enough to make up for compiling; the
    choice follows from settings and sizes alone, since compiled steps round differently.
    """
    if settings.xla != "auto":
        return settings.xla == "on"
    steps = settings.epochs * math.ceil(arrays.copies * len(arrays.train) / settings.batch_size)
    longest = max(rows.shape[1] for rows in arrays.train.series.values())
    loops = any(_recurrent(layer) and not is_plain_lstm(layer) for layer in model.layers)
    return loops and steps * longest >= STEPS_THAT_PAY


def bytes_of_sample(model: Any) -> int:
    """Return about how many bytes a training step holds for one sample."""
    cells = sum(_cells(tensor) for operation in model.operations for tensor in _outputs(operation))
    recurrent = sum(
        # Gates and states of each step are kept for the way back.
        8 * _cells(layer.output)
        for layer in model.layers
        if _recurrent(layer)
    )
    return KEPT * BYTES * (cells + recurrent)


def _recurrent(layer: Any) -> bool:
    return isinstance(layer, keras.layers.RNN | GRU)


def _outputs(operation: Any) -> list[Any]:
    output = operation.output
    if isinstance(output, dict):
        return list(output.values())
    return list(output) if isinstance(output, (list, tuple)) else [output]


def _cells(tensor: Any) -> int:
    return math.prod(size or 1 for size in tensor.shape[1:])
