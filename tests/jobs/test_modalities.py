"""Modalities that are chosen: refused when they are ordered or read in their order."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.data import Dataset, SplitSettings, make_dataset, make_split
from core.data.published import publish_dataset
from core.errors import SettingsError
from core.jobs.material import Recipe, make_material
from core.jobs.planning import checked
from core.jobs.plans import ExperimentPlan, request_of
from core.registry import validated
from core.store import Store


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return make_dataset(store, "synthetic", {"samples": 40, "timesteps": 12}, name="waves")


def plan(dataset: str, *arms: dict[str, Any]) -> ExperimentPlan:
    return validated(ExperimentPlan, {"dataset": dataset, "arms": arms})


def grouped(store: Store, dataset: Dataset, count: int) -> Dataset:
    """Return a dataset of so many groups of one channel each, with a label for each step besides."""
    series = np.repeat(np.asarray(dataset.series[:, :, :1]), count, axis=2)
    return publish_dataset(
        store,
        replace(
            dataset,
            series=series,
            channels=tuple(f"c{place}" for place in range(count)),
            groups={f"g{place}": (place,) for place in range(count)},
            truth=None,
            id="",
            sha256="",
        ),
    )


@pytest.mark.parametrize(
    ("count", "arm", "words"),
    [
        (5, {"model": "cross-modal"}, "2 to 4 modalities; got 5: g0, g1, g2, g3, g4. Choose which"),
        (3, {"model": "cross-modal", "modalities": ["g2", "g9"]}, "some of series, g0, g1, g2; got 'g9'"),
        (3, {"model": "cross-modal", "modalities": ["g2", "g0", "g2"]}, "different; 'g2' came twice"),
        (3, {"model": "cross-modal", "modalities": ["g2"]}, "two groups of channels; got 'g2' alone"),
        (3, {"model": "lstm", "modalities": ["g2", "g0"]}, "lstm reads all channels as one series"),
        (3, {"model": "ridge", "modalities": ["g2", "g0"]}, "ridge reads all channels as one series"),
    ],
)
def test_modalities_that_can_not_be_read_are_refused_when_they_are_ordered(
    store: Store, dataset: Dataset, count: int, arm: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        checked(store, plan(grouped(store, dataset, count).id, arm))


def test_chosen_modalities_reach_the_training_in_their_order_and_tell_arms_apart(
    store: Store, dataset: Dataset
) -> None:
    data = grouped(store, dataset, 5)
    arms = [{"model": "cross-modal", "modalities": names} for names in (["g3", "g0"], ["g0", "g3"])]
    found = checked(store, plan(data.id, *arms))
    assert [arm.label for arm in found.arms] == ["cross-modal, g3 and g0", "cross-modal, g0 and g3"]
    request = request_of(found.plan, found.arms, found.members("x")[0], "", "")
    assert request.modalities == ("g3", "g0")
    split = make_split(data, SplitSettings(), "label")
    material = make_material(data, split, Recipe(("label",), modalities=True, chosen=request.modalities))
    assert list(material.shape().modalities) == ["g3", "g0"]
