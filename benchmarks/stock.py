"""What a stock background callback does: a process forked from the web worker imports TensorFlow anew."""

import os
from pathlib import Path


def train_one_epoch(home: str, dataset_id: str, result: str) -> str:
    """Build the model, fit one epoch and write its loss to a file."""
    from benchmarks.training import built, compiled, examples_of, keras_arrays
    from core.data import open_dataset
    from core.store import open_store

    arrays, shape = examples_of(open_dataset(open_store(Path(home)), dataset_id))
    model, settings = compiled(built(shape), 1, len(arrays.train))
    train = keras_arrays(arrays.train)
    history = model.fit(*train, batch_size=settings.batch_size, epochs=1, verbose=0)
    part = Path(f"{result}.part")
    part.write_text(str(history.history["loss"][0]))
    os.replace(part, result)  # noqa: PTH105 - as a program without Heed would
    return result
