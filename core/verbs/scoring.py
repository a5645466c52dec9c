"""The verb that scores data with a run, labelled or not."""

from core.data import Dataset
from core.evaluation.scoring import Scores, score
from core.store import Store
from core.verbs.opening import opened, the_dataset


def predict(run: str, dataset: str | Dataset, store: Store | None = None) -> Scores:
    """Score a dataset with a run: class probabilities, outcome and peak of attention of every sample.

    Args:
        run: The run's id, the beginning of its id or its name.
        dataset: A dataset, its id, the beginning of its id or its name; labelled or not.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        One row a sample in the order of the dataset; `to_frame` gives the table.

    Raises:
        DataError: If the dataset's channels or steps are not those the run was trained on.

    Example:
        >>> import core
        >>> scores = core.predict(run, dataset)
        >>> scores.to_frame()[["id", "actual", "predicted", "outcome"]].shape
        (200, 4)
    """
    place = opened(store)
    return score(place, place.runs.resolve(run), the_dataset(dataset, place))
