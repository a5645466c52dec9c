"""The verbs that change one sample and look around it: what-if, and the nearest training samples."""

from collections.abc import Sequence

from core.data import Dataset
from core.inference import OpenRun, open_run
from core.inference.edits import Edit, parse_edits
from core.inference.nearest import NearestSamples, nearest_samples
from core.inference.what_if import WhatIf
from core.inference.what_if import what_if as answered
from core.store import Store
from core.verbs.opening import opened, the_dataset


def what_if(run: str, sample: int, edits: str | Sequence[Edit], store: Store | None = None) -> WhatIf:
    """Change a sample's signal, or where the model looks, and answer with what it says before and after.

    Args:
        run: The run's id, the beginning of its id or its name.
        sample: Place of the sample in the run's dataset, from 0.
        edits: What is done, in order; or a text of it, as "mean@10-20:0,2;head_off=1/self_1".
            `core.inference.edits` has the kinds.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        Probabilities, attention of each layer and the distance to the training data, before and after.

    Raises:
        SettingsError: If an edit can't be read or does not fit the sample.
        ModelError: If the run has no model to ask.

    Example:
        >>> import core
        >>> answer = core.what_if(run, 60, "mean@40-80")
        >>> bool(abs(answer.difference.sum()) < 1e-9), answer.edited.shape
        (True, (150, 1))
    """
    place = opened(store)
    model, dataset = _opened(run, place)
    return answered(
        place, model, dataset, sample, parse_edits(edits) if isinstance(edits, str) else tuple(edits)
    )


def nearest(run: str, sample: int, space: str = "series", store: Store | None = None) -> NearestSamples:
    """Find the training samples of each class that are most like a sample.

    Args:
        run: The run's id, the beginning of its id or its name.
        sample: Place of the sample in the run's dataset, from 0.
        space: "series" for distances of scaled series, "hidden" for those of the model's mean states.
        store: The store; the one that HEED_HOME names unless given.

    Raises:
        SettingsError: If the space is unknown.
        ModelError: If the run has no model to ask.

    Example:
        >>> import core
        >>> found = core.nearest(run, 60)
        >>> found.to_frame()["class"].nunique(), found.space
        (2, 'series')
    """
    place = opened(store)
    model, dataset = _opened(run, place)
    return nearest_samples(place, model, dataset, sample, space)


def _opened(run: str, store: Store) -> tuple[OpenRun, Dataset]:
    model = open_run(store, store.runs.resolve(run))
    return model, the_dataset(model.manifest.dataset, store)
