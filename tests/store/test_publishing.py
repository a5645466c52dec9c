import threading

import numpy as np
import pytest

from core.errors import NotFoundError, StoreError
from core.store import Manifest, Store
from tests.store.shelves import Bigger, publish


def test_a_published_directory_is_read_back_whole(store: Store) -> None:
    id = publish(store.runs, name="first", epochs=3, versions={"numpy": np.__version__})
    manifest = store.runs.read(id, Bigger)
    assert (manifest.id, manifest.kind, manifest.name, manifest.epochs) == (id, "run", "first", 3)
    assert sorted(manifest.files) == ["history.json", "series.npy"]
    assert store.runs.verify(id) == []
    np.testing.assert_array_equal(store.runs.array(id, "series.npy"), np.arange(6.0).reshape(2, 3))
    assert store.runs.json(id, "history.json") == [1, 2]
    assert list(store.tmp.iterdir()) == []


def test_a_manifest_may_be_completed_while_the_directory_is_filled(store: Store) -> None:
    with store.runs.publish(Bigger()) as staging:
        staging.manifest = staging.manifest.model_copy(update={"epochs": 7})
    assert store.runs.read(staging.id, Bigger).epochs == 7


def test_a_mapped_array_is_published_with_its_values(store: Store) -> None:
    with store.runs.publish(Manifest()) as staging:
        staging.new_array("weights.npy", (50, 20), "f4")[:] = 2
        assert staging.new_array("empty.npy", (0, 20), "f4").shape == (0, 20)
    assert float(store.runs.array(staging.id, "weights.npy").sum()) == 2000
    assert store.runs.verify(staging.id) == []


def test_a_failure_while_filling_leaves_nothing(store: Store) -> None:
    def fill() -> None:
        with store.runs.publish(Manifest()) as staging:
            staging.save_json("a.json", {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill()
    assert store.runs.ids() == ()
    assert list(store.tmp.iterdir()) == []


def test_a_file_that_nobody_named_stops_the_publishing(store: Store) -> None:
    with pytest.raises(ValueError, match="saved or added"), store.runs.publish(Manifest()) as staging:
        (staging.path / "stray.bin").write_bytes(b"x")
    assert store.runs.ids() == ()


def test_a_file_that_others_wrote_is_taken_in_and_closed_to_others(store: Store) -> None:
    with store.runs.publish(Manifest()) as staging:
        (staging.path / "model.onnx").write_bytes(b"x")
        (staging.path / "model.onnx").chmod(0o666)
        staging.add("model.onnx")
    path = store.runs.file(staging.id, "model.onnx")
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.runs.verify(staging.id) == []


def test_a_link_is_not_taken_in(store: Store) -> None:
    with store.runs.publish(Manifest()) as staging:
        (staging.path / "model.onnx").symlink_to("/etc/passwd")
        with pytest.raises(StoreError, match="symbolic link"):
            staging.add("model.onnx")
        (staging.path / "model.onnx").unlink()


def test_an_id_is_published_once(store: Store) -> None:
    id = publish(store.runs)
    with pytest.raises(StoreError):
        publish(store.runs, id=id)
    assert store.runs.verify(id) == []
    assert list(store.tmp.iterdir()) == []


def test_K6_a_reader_during_publishing_and_deleting_sees_none_or_whole(store: Store) -> None:
    rounds, seen, wrong = 300, 0, []
    over = threading.Event()

    def write() -> None:
        for _ in range(rounds):
            store.runs.delete(publish(store.runs))
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not over.is_set():
        listing = store.runs.list(Bigger)
        for entry in listing.entries:
            try:
                wrong += store.runs.verify(entry.id)
                seen += 1
            except NotFoundError:
                pass
        wrong += [one for one in listing.damaged if one.id in store.runs.ids()]
    writer.join()
    assert wrong == []
    assert seen > 0
    assert len(store.runs.trashed()) == rounds


def test_K4_ids_of_several_processes_never_meet(tmp_path: object) -> None:
    import subprocess
    import sys

    code = "from core.store import new_id\nprint(*(new_id() for _ in range(10000)))"
    children = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    ids = [id for child in children for id in child.communicate()[0].split()]
    assert len(ids) == len(set(ids)) == 40_000
