"""What a confined child leaves is checked in every part, and taken over without a copy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data import intake
from core.data.content import content_hash
from core.data.handover import received, received_preview
from core.data.intake import load_file, preview_file
from core.data.limits import CHILD_SECONDS
from core.data.parsing import parse_file
from core.errors import DataError, HeedError, SettingsError, ShapeError
from core.store import Store
from core.store.files import read_json, write_json
from tests.data.test_further_arrays import full


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive that holds everything a file may hold."""
    made = full()
    path = tmp_path / "all.npz"
    assert made.timestamps is not None
    np.savez(
        path,
        X=made.series,
        y=made.targets["label"],
        state=made.targets["state"],
        lengths=made.lengths,
        channels=made.channels,
        times=made.timestamps.astype("M8[ns]"),
        entities=made.entities,
        spans=made.spans,
        truth=made.truth,
        **made.metadata,
    )
    return path


SETTINGS = {"labels": ["y", "state"], "metadata": ["age", "site"], "missing": "mask", "axes": "N T C"}


@pytest.fixture
def left(archive: Path, tmp_path: Path) -> Path:
    """Return what a child leaves of it."""
    out = tmp_path / "out"
    out.mkdir()
    parse_file(["npz"], SETTINGS, archive, out)
    return out


def test_every_field_of_a_dataset_arrives(left: Path) -> None:
    found = received(left, "all").dataset
    made = full()
    for name in ("entities", "spans", "timestamps", "truth", "lengths"):
        assert np.array_equal(getattr(found, name), getattr(made, name)), name
    np.testing.assert_array_equal(found.targets["state"], made.targets["state"])
    assert np.isnan(found.series[0, 0, 0])
    assert found.nan_policy == "mask"
    assert found.metadata["age"].tolist() == made.metadata["age"].tolist()
    assert found.metadata["site"].tolist() == made.metadata["site"].tolist()


WRONG: dict[str, Any] = {
    "series": np.zeros((8, 5, 2)),
    "lengths": np.zeros(8, np.float64),
    "sample_ids": np.arange(8),
    "target_1": np.zeros((8, 5), np.int32),
    "truth": np.zeros((8, 5, 2), np.int8),
    "timestamps": np.zeros((8, 4), np.int64),
    "spans": np.zeros((8, 3), np.int64),
    "entities": np.array(["x" * 301] * 8),
    "sample_ids_again": np.array([0x110000] * 8, np.uint32).view("<U1"),
    "metadata_0": np.zeros(8, np.float32),
    "metadata_1": np.zeros(3),
}


@pytest.mark.parametrize("file", WRONG)
def test_an_array_of_another_kind_or_shape_is_refused(left: Path, file: str) -> None:
    place = left / f"{file.removesuffix('_again')}.npy"
    place.unlink()
    np.save(place, WRONG[file])
    with pytest.raises((DataError, ShapeError)):
        received(left, "all")


def _fortran(path: Path) -> None:
    array = np.asfortranarray(np.load(path))
    path.unlink()
    np.save(path, array)


def _longer(path: Path) -> None:
    with path.open("ab") as file:
        file.write(bytes(20_000))


def _linked(path: Path) -> None:
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


@pytest.mark.parametrize("spoil", [Path.unlink, _fortran, _longer, _linked])
def test_a_file_that_holds_more_or_otherwise_is_refused(left: Path, spoil: Callable[[Path], None]) -> None:
    spoil(left / "series.npy")
    with pytest.raises(DataError, match="could not be read"):
        received(left, "all")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("further", ["series"]),
        ("further", ["../../secret"]),
        ("targets", ["y"]),
        ("targets", [f"t{place}" for place in range(65)]),
        ("channels", ["c"] * 5000),
        ("channels", ["x" * 301, "b"]),
        ("nan_policy", "whatever"),
        ("step_labels", ["a"]),
        ("categories", {"channel 0": ["x"] * 1001}),
        ("metadata", ["age"] * 65),
        ("notices", "text"),
        ("groups", {"a": [0, 0]}),
        ("groups", {"a": list(range(5000))}),
        ("stranger", 1),
    ],
)
def test_a_description_that_is_none_is_refused(left: Path, field: str, value: Any) -> None:
    plain = read_json(left / "description.json")
    write_json(left / "description.json", {**plain, field: value})
    with pytest.raises((DataError, ShapeError)):
        received(left, "all")


def test_of_many_long_notices_the_first_are_kept_and_cut(left: Path) -> None:
    plain = read_json(left / "description.json")
    write_json(left / "description.json", {**plain, "notices": ["x\u202e" * 1000] * 2000})
    notices = received(left, "all").dataset.notices
    assert len(notices) == 20
    assert max(map(len, notices)) == 500
    assert "\u202e" not in notices[0]


@pytest.mark.parametrize("plain", [[], {"reader": "npz", "head": 3}, {"reader": "x" * 200}])
def test_a_preview_that_is_none_is_refused(tmp_path: Path, plain: Any) -> None:
    with pytest.raises(DataError, match="could not be looked at"):
        received_preview(tmp_path)
    write_json(tmp_path / "preview.json", plain)
    with pytest.raises(DataError, match="could not be looked at"):
        received_preview(tmp_path)


def test_a_reader_or_settings_that_a_child_makes_up_are_refused(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(function: Callable[..., None], arguments: tuple[Any, ...], *, write: Path, **_: Any) -> None:
        function(*arguments)
        plain = read_json(write / "description.json")
        write_json(write / "description.json", {**plain, "reader": "evil"})

    monkeypatch.setattr(intake, "run_confined", run)
    with pytest.raises(SettingsError, match="file reader must be one of"):
        load_file(store, archive, settings=SETTINGS)
    assert store.datasets.ids() == ()
    assert list(store.tmp.iterdir()) == []


def test_arrays_are_moved_into_the_store_and_not_copied(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: dict[str, int] = {}

    def run(function: Callable[..., None], arguments: tuple[Any, ...], *, write: Path, **_: Any) -> None:
        function(*arguments)
        places.update({path.name: path.stat().st_ino for path in write.glob("*.npy")})

    monkeypatch.setattr(intake, "run_confined", run)
    dataset = load_file(store, archive, settings=SETTINGS)
    directory = store.datasets.directory(dataset.id)
    assert {name: (directory / name).stat().st_ino for name in places} == places
    assert {"series.npy", "truth.npy", "timestamps.npy", "target_1.npy", "metadata_1.npy"} <= set(places)
    assert store.datasets.verify(dataset.id) == []
    assert dataset.sha256 == content_hash(dataset)
    assert dataset.origin["settings"] == {"series": "X", **SETTINGS}


@pytest.mark.slow
def test_an_import_says_how_far_it_is_and_ends_at_once_when_it_is_told_to(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "many.npy"
    np.save(path, np.zeros((40_000, 500), np.float32) + np.arange(500))
    told: list[tuple[float, str]] = []
    load_file(store, path, progress=lambda share, words: told.append((share, words)))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert {"checking every value", "computing statistics"} <= {words for _, words in told}

    class EnoughError(Exception):
        """Raised by whoever is told."""

    for last in ("reading the file", "checking every value", "computing statistics"):

        def stop(share: float, words: str, last: str = last) -> None:
            if words == last:
                raise EnoughError

        before = store.datasets.ids()
        with pytest.raises(EnoughError):
            load_file(store, path, progress=stop)
        assert store.datasets.ids() == before
        assert list(store.tmp.iterdir()) == []


@pytest.mark.slow
def test_a_preview_comes_from_a_confined_child_and_leaves_nothing(store: Store, archive: Path) -> None:
    found = preview_file(store, archive)
    assert (found.reader, found.samples, found.steps, found.channels) == ("npz", 8, 5, 2)
    assert (found.settings["labels"], found.settings["metadata"]) == (["y"], ["age", "site"])
    assert found.problems[0].startswith("values must be there")
    assert list(store.tmp.iterdir()) == []
    complete = preview_file(store, archive, settings=SETTINGS)
    assert complete.problems == ()
    assert load_file(store, archive, settings=complete.settings).samples == 8


def test_larger_files_are_given_more_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x")
    assert intake._reading_limits(path).seconds == CHILD_SECONDS
    with path.open("r+b") as file:
        file.truncate(2 * 1024**3)
    assert intake._reading_limits(path).seconds == CHILD_SECONDS + 204
    assert intake._looking_limits(path).seconds < 30
    assert intake._reading_limits(tmp_path / "gone").seconds == CHILD_SECONDS


def test_a_setting_that_no_reader_knows_is_refused_before_a_child_starts(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "run_confined", None)
    for call in (load_file, preview_file):
        with pytest.raises(HeedError, match="no setting lable"):
            call(store, archive, settings={"lable": "y"})
