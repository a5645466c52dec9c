import threading

import pytest

from core.data.making import find_made, make_dataset
from core.errors import DataError, SettingsError
from core.store import Store

SMALL = {"samples": 30, "timesteps": 8}


def test_the_same_origin_is_made_once(store: Store) -> None:
    assert find_made(store, "synthetic", SMALL) is None
    made = make_dataset(store, "synthetic", SMALL)
    assert make_dataset(store, "synthetic", {"samples": "30", "timesteps": 8.0}).id == made.id
    assert find_made(store, "synthetic", SMALL) == made.id
    assert made.origin["source"] == "synthetic"
    assert made.origin["settings"]["samples"] == 30


@pytest.mark.parametrize("other", [{"seed": 1}, {"owner": "ana"}, {"name": "mine"}])
def test_another_seed_owner_or_name_makes_another_dataset(store: Store, other: dict) -> None:
    made = make_dataset(store, "synthetic", SMALL)
    changed = make_dataset(store, "synthetic", SMALL, **other)
    assert changed.id != made.id
    assert (changed.sha256 == made.sha256) == ("seed" not in other)


def test_two_at_once_make_it_once(store: Store) -> None:
    ids: list[str] = []

    def make() -> None:
        ids.append(make_dataset(store, "synthetic", SMALL).id)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == 1


def test_a_dataset_in_the_trash_is_made_anew(store: Store) -> None:
    made = make_dataset(store, "synthetic", SMALL)
    store.datasets.delete(made.id)
    assert make_dataset(store, "synthetic", SMALL).id != made.id


def test_wrong_sources_and_settings_are_told_and_leave_nothing(store: Store) -> None:
    with pytest.raises(SettingsError, match=r"data source must be one of bundled, .*synthetic"):
        make_dataset(store, "nothing", {})
    with pytest.raises(SettingsError, match="no setting waves"):
        make_dataset(store, "synthetic", {"waves": 3})
    with pytest.raises(DataError):
        make_dataset(store, "synthetic", {**SMALL, "label_threshold": 99})
    assert store.datasets.ids() == ()
