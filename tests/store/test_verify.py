import os
import time
from pathlib import Path

import numpy as np
import pytest

from core.store import Manifest, Store
from core.store.files import write_json
from core.store.verify import sweep, verify_store


def publish(store: Store) -> str:
    with store.runs.publish(Manifest()) as staging:
        staging.save_array("series.npy", np.ones(100))
        staging.save_json("history.json", [1])
    return staging.id


def found(store: Store, deep: bool = True) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in verify_store(store, deep).problems]


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86400
    os.utime(path, (then, then), follow_symlinks=False)


def test_a_sound_store_has_no_problems(store: Store) -> None:
    id = publish(store)
    store.runs.edit(id, name="x")
    report = verify_store(store)
    assert report.problems == ()
    assert report.checked == 2


@pytest.mark.parametrize("name", ["series.npy", "history.json"])
def test_D11_one_flipped_byte_is_named(store: Store, name: str) -> None:
    id = publish(store)
    path = store.runs.file(id, name)
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    assert found(store) == [(f"runs/{id}", f"{name} was changed: its hash is not the one in the manifest")]
    assert found(store, deep=False) == []


def test_missing_strange_and_open_files_are_named(store: Store) -> None:
    id = publish(store)
    folder = store.runs.directory(id)
    (folder / "series.npy").unlink()
    (folder / "stray").write_text("x")
    (folder / "stray").chmod(0o644)
    (store.runs.path / "Nonsense").mkdir()
    write_json(store.root / "edits" / "run-nobodynobody.json", {})
    (store.root / "edits" / "nothing.json").write_text("{")
    assert sorted(what for _, what in found(store)) == [
        "it belongs to nothing",
        "its name is not an id",
        "series.npy is missing or not a regular file",
        "stray can be read by others",
        "stray is not named in the manifest",
        "there is no run nobodynobody",
    ]


def test_a_manifest_that_names_a_file_elsewhere_is_a_problem(store: Store) -> None:
    id = publish(store)
    path = store.runs.directory(id) / "manifest.json"
    plain = store.runs.json(id, "manifest.json")
    write_json(path, {**plain, "files": {**plain["files"], "../../secret": "0"}})
    assert any("can't be the name of a file" in what for _, what in found(store))


def test_leftovers_are_named_and_swept_after_an_hour_but_not_what_is_being_filled(store: Store) -> None:
    left = store.tmp / "run-abandoned"
    left.mkdir()
    (left / "a").write_text("x")
    half = store.root / "edits" / ".run-x.json.0.part"
    half.write_text("x")
    assert sweep(store).leftovers == 0
    with store.runs.publish(Manifest()) as staging:
        for path in (left, half, staging.path):
            age(path, 0.1)
        assert sorted(where for where, _ in found(store)) == ["edits/.run-x.json.0.part", "tmp/run-abandoned"]
        assert sweep(store).leftovers == 2
        staging.save_json("a.json", {})
    assert store.runs.verify(staging.id) == []
    assert found(store) == []


def test_D12_the_trash_is_emptied_after_seven_days_with_its_edits(store: Store) -> None:
    young, old = publish(store), publish(store)
    for id in (young, old):
        store.runs.edit(id, name="x")
        store.runs.delete(id)
    age(store.trash / f"run-{young}", 6.9)
    age(store.trash / f"run-{old}", 7.1)
    assert sweep(store).trashed == 1
    assert store.runs.trashed() == [young]
    assert [path.name for path in (store.root / "edits").iterdir()] == [f"run-{young}.json"]
    assert list(store.tmp.iterdir()) == []


def test_the_seven_days_count_from_the_deletion(store: Store) -> None:
    id = publish(store)
    age(store.runs.directory(id), 30)
    store.runs.delete(id)
    assert sweep(store).trashed == 0
    assert store.runs.trashed() == [id]
