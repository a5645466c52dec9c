import os
from pathlib import Path

import pytest

from core.data.folders import data_folders, file_of, list_files, resolve
from core.errors import DataError, NotFoundError
from tests.abuse.corpus import IDS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "lab"
    (root / "a" / "b" / "c" / "d").mkdir(parents=True)
    (root / ".hidden").mkdir()
    for name in (
        "one.csv",
        "a/two.npz",
        "a/b/c/three.CSV",
        "a/b/c/d/four.csv",
        ".dot.csv",
        ".hidden/five.csv",
    ):
        (root / name).write_text("x")
    (tmp_path / "secret.csv").write_text("secret")
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "out").symlink_to(tmp_path)
    monkeypatch.setenv("HEED_DATA_FOLDERS", f"{root}: {tmp_path / 'none'}:relative:")
    return root


def test_files_are_listed_by_name_to_a_depth_without_links_and_hidden_ones(folder: Path) -> None:
    found = list_files()
    assert [file.name for file in found] == ["lab/a/b/c/three.CSV", "lab/a/two.npz", "lab/one.csv"]
    assert found[0].size == 1
    assert [file.name for file in list_files([".csv"])] == ["lab/a/b/c/three.CSV", "lab/one.csv"]
    assert all(resolve(file.name).is_file() for file in found)
    assert file_of("folder:lab/one.csv") == folder.resolve() / "one.csv"
    assert file_of("plain.csv") == Path("plain.csv")
    with pytest.raises(DataError, match="empty path"):
        file_of("")


@pytest.mark.parametrize(
    "name",
    [
        "lab",
        "lab/",
        "one.csv",
        "lab/none.csv",
        "lab/../secret.csv",
        "lab/a/../one.csv",
        "lab//one.csv",
        "lab/./one.csv",
        "lab/link.csv",
        "lab/out/secret.csv",
        "lab/.dot.csv",
        "lab/.hidden/five.csv",
        "lab/a/b/c/d/four.csv",
        "lab/a",
        "/etc/passwd",
        "lab//etc/passwd",
        *IDS,
        *(f"lab/{text}" for text in IDS),
    ],
)
def test_u15_names_that_lead_elsewhere_are_not_found(folder: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="registered folders"):
        resolve(name)


def test_folders_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    paths = [tmp_path / first / "data" for first in "abc"]
    for path in paths:
        path.mkdir(parents=True)
    text = ":".join(map(str, [*paths, paths[0]]))
    assert data_folders(text) == dict(zip(["data", "data (2)", "data (3)"], paths, strict=True))
    assert data_folders("") == {}


def test_many_files_are_cut_and_a_closed_folder_shows_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1010):
        (tmp_path / f"{number:04}.csv").touch()
    assert len(list_files(folders={"many": tmp_path})) == 1000
    monkeypatch.setattr(os, "scandir", lambda _: (_ for _ in ()).throw(PermissionError()))
    assert list_files(folders={"many": tmp_path}) == ()
