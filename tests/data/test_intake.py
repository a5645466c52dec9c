import gzip
import os
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.data.content import content_hash
from core.data.intake import load_file, preview_file
from core.data.manifest import DatasetManifest
from core.errors import DataError, LimitError, SettingsError
from core.store import Store
from tests.data.datasets import npy, npz, tiny

TABLE = "label,0,1\nx,1,2\ny,3,4\nx,5,\n"


def parsed_here(function: Callable[..., None], arguments: tuple[object, ...], **_: object) -> None:
    """Take the place of the confined child where it is not what a test is about."""
    function(*arguments)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "waves.csv"
    path.write_text(TABLE)
    return path


def test_a_file_is_parsed_in_a_child_and_published(store: Store, table: Path) -> None:
    dataset = load_file(store, table)
    assert dataset.name == "waves"
    assert dataset.lengths.tolist() == [2, 2, 1]
    assert dataset.classes == {"label": ("x", "y")}
    assert dataset.origin["reader"] == "wide"
    assert dataset.origin["file"] == "waves.csv"
    assert dataset.sha256 == content_hash(dataset)
    assert store.datasets.verify(dataset.id) == []
    assert list(store.tmp.iterdir()) == []


@pytest.mark.slow
def test_the_same_file_twice_gives_the_same_hash_whatever_it_is_called(store: Store, table: Path) -> None:
    first = load_file(store, table)
    again = load_file(store, table, name="another name", owner="ana")
    assert again.id != first.id
    assert again.sha256 == first.sha256
    assert store.datasets.read(again.id, DatasetManifest).owner == "ana"


@pytest.mark.slow
def test_an_archive_with_all_its_names_comes_back_the_same(store: Store, tmp_path: Path) -> None:
    made = tiny()
    path = tmp_path / "all.npz"
    np.savez(
        path,
        X=made.series,
        y=made.targets["label"],
        channels=made.channels,
        classes=made.classes["label"],
        ids=made.sample_ids,
        groups=["a", "b"],
    )
    dataset = load_file(store, path)
    assert dataset.groups == {"a": (0,), "b": (1,)}
    assert content_hash(tiny(groups=dataset.groups)) == dataset.sha256


@pytest.mark.slow
def test_the_content_chooses_the_reader_when_there_is_no_suffix(store: Store, table: Path) -> None:
    bare = table.rename(table.with_name("0123abcd"))
    assert load_file(store, bare, name="waves").origin["reader"] == "wide"


def test_settings_reach_the_reader_and_are_kept(
    store: Store, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.intake.run_confined", parsed_here)
    table.write_text(TABLE.replace("label", "kind"))
    with pytest.raises(DataError, match="the label column 'label'; its columns: kind, 0, 1"):
        load_file(store, table, settings={"label": "label"})
    for given in ({"label": "kind"}, {}):  # given, and guessed
        dataset = load_file(store, table, settings=given)
        assert dataset.origin["settings"]["label"] == "kind"
    with pytest.raises(SettingsError, match="no setting lable"):
        load_file(store, table, settings={"lable": "kind"})
    with pytest.raises(SettingsError, match=r"file reader must be one of .*npz"):
        load_file(store, table, "parquet")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"\x7fELF" + bytes(100), "must be CSV, Parquet; by its content 'a.csv' is a program"),
        ("a.npz", b"PAR1" + bytes(100), "is a Parquet file"),
        ("a.csv", b"<!DOCTYPE html><html></html>", "is an HTML or XML page"),
        ("a.csv", npy(np.zeros(3)), "is a single NumPy array"),
        ("a.npz", b"a,b\n1,2\n", "must be NPZ; by its content 'a.npz' is plain text"),
        ("a.npz", b"\x80\x04\x95\x00", "a Python pickle: it contains Python objects"),
        ("a", b"%PDF-1.7 ...", "by its content 'a' is a PDF document"),
        ("a.csv", b"", "'a.csv' is empty"),
    ],
)
def test_u5_wrong_content_is_named_before_any_parser_runs(
    store: Store, tmp_path: Path, name: str, content: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.intake.run_confined", None)
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_file(store, path)
    assert words in str(caught.value)
    assert store.datasets.ids() == ()


def test_u5_a_java_archive_is_no_numpy_archive(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "x")
    with pytest.raises(DataError, match="a Java archive"):
        load_file(store, path)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_u9_archives_are_not_unpacked(store: Store, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(gzip.compress(TABLE.encode()))
    with pytest.raises(DataError, match="is a gzip archive"):
        load_file(store, path)


def test_u9_an_address_in_place_of_a_file_is_refused(store: Store) -> None:
    with pytest.raises(DataError, match="No such file"):
        load_file(store, Path("http://127.0.0.1:9/a.csv"))


@pytest.mark.slow
def test_u1_python_objects_are_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, X=np.array([{}, {}], dtype=object))
    with pytest.raises(DataError, match="contains Python objects"):
        load_file(store, path)
    assert list(store.tmp.iterdir()) == []


@pytest.mark.slow
def test_u2_a_bomb_costs_this_process_no_memory(store: Store, tmp_path: Path) -> None:
    lying = npy(np.zeros(1), "{'descr': '<f8', 'fortran_order': False, 'shape': (199999, 1000, 1)}")
    path = npz(tmp_path / "bomb.npz", X=lying)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match="as many values as its header says"):
        load_file(store, path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_file_over_the_limit_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    path.touch()
    os.truncate(path, 21 * 1024**3)
    with pytest.raises(LimitError, match="at most 20 GB"):
        load_file(store, path)


@pytest.mark.parametrize(
    "name", ["x" * 300, "../../x", "CON", "\u202ereverse", "\r\n", "<img onerror=1>", "", "."]
)
def test_u15_hostile_names_are_kept_as_text(
    store: Store, table: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.intake.run_confined", parsed_here)
    dataset = load_file(store, table, name=name)
    assert 1 <= len(dataset.name) <= 120
    assert "\n" not in dataset.name
    assert store.datasets.directory(dataset.id).name == dataset.id


@pytest.mark.slow
def test_u17_a_file_that_goes_away_leaves_no_half_dataset(
    store: Store, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.data import intake

    run = intake.run_confined

    def run_late(*arguments: object, **options: object) -> None:
        table.unlink()
        run(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "run_confined", run_late)
    with pytest.raises(DataError):
        load_file(store, table)
    assert store.datasets.ids() == ()
    assert list(store.tmp.iterdir()) == []


def test_what_a_child_leaves_is_not_trusted(
    store: Store, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.data import intake

    def spoil(wrong: dict[str, np.ndarray]) -> None:
        def run(*arguments: object, write: Path, **_: object) -> None:
            intake.parse_file(*arguments[1])  # type: ignore[index,misc]
            for name, array in wrong.items():
                (write / name).unlink()
                np.save(write / name, array)

        monkeypatch.setattr(intake, "run_confined", run)

    for wrong, message in (
        ({"series.npy": np.zeros((3, 2, 1))}, "not a dataset"),
        ({"series.npy": np.full((3, 2, 1), np.nan, dtype=np.float32)}, "finite"),
        ({"target_0.npy": np.array([0, 1, 7])}, "class codes"),
        ({"lengths.npy": np.array([2, 2, 9])}, "lengths must lie"),
        ({"sample_ids.npy": np.array(["x" * 301, "b", "c"])}, "not a dataset"),
    ):
        spoil(wrong)
        with pytest.raises(DataError, match=message):
            load_file(store, table)
    (broken := table.with_name("broken.csv")).write_text(TABLE)
    monkeypatch.setattr(intake, "run_confined", lambda *_, **__: None)
    with pytest.raises(DataError, match="could not be read"):
        load_file(store, broken)
    assert store.datasets.ids() == ()


@pytest.mark.slow
def test_u7_a_table_of_four_thousand_columns_is_looked_at_and_read_within_the_limits(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "wide.csv"
    values = ",".join(f"{step / 7:.6f}" for step in range(4000))
    header = ",".join(f"step_{step}" for step in range(4000))
    path.write_text("\n".join([f"{header},label", *(f"{values},{'ab'[row % 2]}" for row in range(60))]))
    seen = preview_file(store, path)
    assert (seen.reader, seen.samples, seen.steps, seen.problems) == ("wide", 60, 4000, ())
    assert load_file(store, path).steps == 4000
