import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.dataset import PARTS
from core.data.manifest import DatasetManifest
from core.data.published import open_dataset, publish_dataset
from core.errors import DataError, NotFoundError, StoreError
from core.store import Store
from tests.data.datasets import ragged, tiny


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 6), min_size=4, max_size=8), st.integers(1, 3), st.booleans())
def test_a_dataset_comes_back_as_it_was_published(
    store: Store, lengths: list[int], channels: int, labelled: bool
) -> None:
    made = ragged(lengths, channels)
    if not labelled:
        made = tiny(5, targets={}, classes={})
    published = publish_dataset(store, made)
    opened = open_dataset(store, published.id)
    for name in ("series", "lengths", "sample_ids", "parts"):
        np.testing.assert_array_equal(getattr(opened, name), getattr(made, name))
    assert set(opened.targets) == set(made.targets)
    for name, codes in made.targets.items():
        np.testing.assert_array_equal(opened.targets[name], codes)
    assert (opened.classes, opened.channels, opened.step_labels) == (
        made.classes,
        made.channels,
        made.step_labels,
    )
    assert opened.sha256 == published.sha256 != ""


def test_everything_that_describes_a_dataset_is_kept(store: Store) -> None:
    parts = np.array([0] * 8 + [2] * 4, dtype=np.int8)
    made = tiny(
        groups={"left": (0,), "right": (1,)},
        parts=parts,
        step_labels=("mon", "tue", "wed", "thu", "fri"),
        step_name="day",
        description="Five days.",
        origin={"source": "x", "notices": ["seen"]},
    )
    opened = publish_dataset(store, made, owner="ana")
    assert (opened.groups, opened.step_name, opened.step_labels[0]) == (made.groups, "day", "mon")
    assert (opened.description, opened.origin["source"], opened.notices) == ("Five days.", "x", ("seen",))
    manifest = store.datasets.read(opened.id, DatasetManifest)
    assert (manifest.owner, manifest.samples, manifest.steps, manifest.lengths) == ("ana", 12, 5, (5, 5))
    assert manifest.counts == {"label": (4, 4, 4)}
    assert manifest.parts == {"train": 8, "validation": 0, "test": 4, "none": 0}
    assert manifest.has_parts
    assert manifest.labelled
    assert store.datasets.verify(opened.id) == []


def test_arrays_of_a_stored_dataset_are_mapped_and_can_not_be_written(store: Store) -> None:
    opened = publish_dataset(store, tiny())
    assert not opened.series.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        opened.series[0, 0, 0] = 1


def test_a_refused_dataset_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(DataError):
        publish_dataset(store, tiny(series=np.full((12, 5, 2), np.nan, dtype=np.float32)))
    assert store.datasets.ids() == ()
    assert list(store.tmp.iterdir()) == []


def test_a_missing_or_damaged_dataset_is_told(store: Store) -> None:
    with pytest.raises(NotFoundError):
        open_dataset(store, "nothere00000")
    opened = publish_dataset(store, tiny())
    (store.datasets.directory(opened.id) / "axis.json").write_text("{")
    with pytest.raises(StoreError):
        open_dataset(store, opened.id)


def test_hostile_names_are_only_text(store: Store) -> None:
    hostile = '<img src=x onerror=alert(1)>"$`../\u202e' + "x" * 200
    opened = publish_dataset(
        store, tiny(name=hostile, channels=("<b>", "$a$"), classes={"label": ("'", '"', "&")})
    )
    assert len(opened.name) == 120
    assert opened.name.startswith("<img src=x")
    assert open_dataset(store, opened.id).channels == ("<b>", "$a$")


def test_parts_are_named_as_everywhere() -> None:
    assert PARTS == ("train", "validation", "test")
