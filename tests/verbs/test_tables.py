import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataError, SettingsError
from core.tables import FORMULA_STARTS, form_of, protected, save_table


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "＋1", " =1", '"=1', "'=1", " '\u00a0=1"],
)
def test_X9_text_that_a_spreadsheet_could_take_for_a_formula_is_protected(text: str) -> None:
    assert protected(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "1", "a=b", "3-4", "é", "%", "x@y"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert protected(text) == text


@given(st.text())
def test_X10_protection_is_undone_by_taking_one_sign_off(text: str) -> None:
    cell = protected(text)
    assert not cell.startswith(FORMULA_STARTS)
    assert (cell[1:] if cell.startswith("'") else cell) == text


def test_numbers_keep_all_their_digits_and_their_signs(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"=name": ["-1", None, "x,y\nz"], "number": [-1.5, 0.1 + 0.2, np.nan], "count": [-1, 0, 7]}
    )
    save_table(frame, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["'=name", "number", "count"],
        ["'-1", "-1.5", "-1"],
        ["", "0.30000000000000004", "0"],
        ["x,y\nz", "", "7"],
    ]


def test_parquet_keeps_the_table(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["=a", "b"], "number": [0.1, np.nan]})
    save_table(frame, tmp_path / "table.PARQUET")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "table.PARQUET"), frame)
    assert form_of(tmp_path / "table.PARQUET") == "parquet"


@pytest.mark.parametrize("name", ["table", "table.xlsx", "csv", "table.csv.gz"])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"must end with \.csv or \.parquet"):
        save_table(pd.DataFrame(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_can_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be written"):
        save_table(pd.DataFrame({"a": [1]}), tmp_path / "missing" / "table.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match="can't be written"):
        save_table(pd.DataFrame({"a": [1]}), tmp_path / "folder.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_an_older_file_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("older")
    with pytest.raises(UnicodeEncodeError):
        save_table(pd.DataFrame({"a": ["\ud800"]}), path)
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]
