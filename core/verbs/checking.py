"""The verb that examines a split: what would flatter a model."""

from collections.abc import Mapping
from typing import Any

from core.data import Dataset, SplitSettings, make_split
from core.data.leaks import LeakReport, examined
from core.errors import NotFoundError
from core.jobs.examining import default_target, publish_examined
from core.registry import validated
from core.store import Store
from core.verbs.opening import dataset_id, opened, the_dataset


def check(
    dataset: str | Dataset,
    split: Mapping[str, Any] | None = None,
    *,
    target: str | None = None,
    store: Store | None = None,
) -> LeakReport:
    """Examine a split of a dataset: what training and test share that would flatter a model.

    The split is stored with the report; a training with the same settings uses it.

    Args:
        dataset: A dataset, its id, the beginning of its id or its name.
        split: Settings of the split, for example {"kind": "time"}; the usual one unless given.
        target: The labels; the first ones unless named.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        The findings in words and numbers, the drift between training and test, and probes.

    Raises:
        DataError: If the dataset can't be split so; the message says what else can be done.
        SettingsError: If a setting is unknown or out of bounds.

    Example:
        >>> import core
        >>> report = core.check(core.make("bundled", {"name": "GunPoint"}))
        >>> report.counts["leak"], report.finding("identical").severity, report.sizes["test"]
        (0, 'ok', 150)
    """
    return checked(dataset, split, target=target, store=store)[1]


def checked(
    dataset: str | Dataset,
    split: Mapping[str, Any] | None = None,
    *,
    target: str | None = None,
    store: Store | None = None,
) -> tuple[str, LeakReport]:
    """Return the id of the stored split with its report; see `check`."""
    place = opened(store)
    dataset_id(dataset, place)
    data = the_dataset(dataset, place)
    labels = default_target(data) if target is None else target
    made = make_split(data, validated(SplitSettings, split or {}), labels)
    split_id, _ = publish_examined(place, data, made, labels)
    report = examined(place, split_id)
    if report is None:
        raise NotFoundError(f"the split {split_id} was deleted meanwhile: check again")
    return split_id, report
