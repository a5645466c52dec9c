"""Directories to publish in tests."""

import numpy as np

from core.store import Manifest, Shelf


class Bigger(Manifest):
    """A manifest with a field of its own."""

    epochs: int = 0


def publish(shelf: Shelf, **known: object) -> str:
    with shelf.publish(Bigger(**known)) as staging:
        staging.save_array("series.npy", np.arange(6.0).reshape(2, 3))
        staging.save_json("history.json", [1, 2])
    return staging.id
