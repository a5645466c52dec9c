"""Columns of tables in shapes that others write: codes of any type, names that are not there, blank names."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.tables_cells import TextColumn
from core.data.tables_parquet import read_parquet_table
from core.data.tables_votes import majority_of
from core.data.windowing import plan_windows
from core.errors import DataError, LimitError
from tests.data.readers.tables import read, write

CODES = [pa.int8(), pa.uint8(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64()]


@pytest.mark.parametrize("kind", CODES, ids=str)
def test_parquet_texts_may_have_codes_of_any_type(tmp_path: Path, kind: pa.DataType) -> None:
    names = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 1], kind), pa.array(["up", "down"]))
    dates = pa.DictionaryArray.from_arrays(
        pa.array(range(128), kind), pa.array([str(np.datetime64("2024-01-01") + day) for day in range(128)])
    )
    wide = read(tmp_path, pa.table({"label": names, "0": [1, 2, 3, 4], "1": [1, 2, 3, 4]}), "wide")
    assert wide.targets["label"].tolist() == [1, 0, 1, 0]
    table = pa.table({"day": dates, "value": range(128)})
    long = read(tmp_path, table, "long", order="day", length=128)
    assert long.spans is not None
    assert int(long.spans[0, 1] - long.spans[0, 0]) == 127 * 86_400 * 10**9


@pytest.mark.parametrize("chosen", [{"id": "nme"}, {"skip": ("nme",)}], ids=["id", "skip"])
def test_a_wide_table_has_the_columns_that_are_named(tmp_path: Path, chosen) -> None:
    content = "label,name,0,1\nx,a,1,2\ny,b,3,4\n"
    with pytest.raises(DataError, match=r"nme.*label, name, 0, 1"):
        read(tmp_path, content, "wide", **{"metadata": ("name",), **chosen})
    assert read(tmp_path, content, "wide", id="", skip=("name",)).sample_ids.tolist() == ["0", "1"]


def test_every_row_of_a_wide_table_says_what_it_was_recorded_of(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 3 of the column 'patient' is empty"):
        read(tmp_path, "label,patient,0,1\nx,a,1,2\ny,,3,4\nx, ,3,4\n", "wide", entity="patient")


def test_texts_that_become_one_class_vote_together(tmp_path: Path) -> None:
    cells = ["up", "up ", "down", "down", "up", "down", "down", "up"]
    table = pa.table({"x": range(8), "label": cells})
    dataset = read(tmp_path, table, "long", label="label", length=5, stride=3, label_at="majority")
    assert [dataset.classes["label"][code] for code in dataset.targets["label"]] == ["up", "down"]


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_many_classes_are_counted_as_few_are(seed: int, length: int, stride: int) -> None:
    rng = np.random.default_rng(seed)
    few = rng.choice(100, 4, replace=False)
    column = TextColumn(160, "label")
    column.take(pa.array([f"c{code}" for code in range(100)]), slice(0, 100))
    column.codes = rng.choice([*few, -1], 60).astype(np.int32)
    plan = plan_windows(np.array([0, 25, 60]), length, stride)
    found = majority_of(column, plan)
    for first, code in zip(plan.firsts, found, strict=True):
        counts = np.bincount(column.codes[first : first + length] + 1, minlength=101)[1:]
        assert code == (int(np.argmax(counts)) if counts.any() else -1)


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1", "2.50", "-3", "1e-3", "", "0.1"], True),
        (["30", "nan", " 30", "-0.5", "12.30", "7"], True),
        (["007", "7", "1", "2", "3", "4"], False),
        (["1.1", "1.10", "1", "2", "3", "4"], False),
        (["12345678901234567890", "1", "2", "3", "4", "5"], False),
        (["inf", "1", "2", "3", "4", "5"], False),
        (["1_000", "1", "2", "3", "4", "5"], False),
        (["+49", "1", "2", "3", "4", "5"], False),
    ],
)
def test_metadata_are_numbers_where_these_give_back_every_text(
    tmp_path: Path, cells: list[str], numbers: bool
) -> None:
    content = "x,note\n" + "".join(f"{step},{cell}\n" for step, cell in enumerate(cells))
    found = read(tmp_path, content, "long", metadata="note", length=1).metadata["note"]
    assert (found.dtype.kind == "f") is numbers
    if not numbers:
        assert found.tolist() == cells


@pytest.mark.parametrize("reader", ["wide", "long"])
def test_refusing_a_missing_cell_names_the_choices(tmp_path: Path, reader: str) -> None:
    for content in ("a,b,c,d\n1,2,3,4\n1,,3,4\n", "a,b,c,d\n1,2,3,4\n5,6,7,8\n1,2,,4\n"):
        with pytest.raises(DataError, match="interpolate, forward or mask"):
            read(tmp_path, content, reader, label="")


def test_a_parquet_file_beyond_the_limit_is_told_the_limit_that_it_meets(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("core.data.tables_parquet.CELLS", 10)
    path = write(tmp_path, pa.table({"a": range(20)}))
    with pytest.raises(LimitError, match="may hold at most 10 cells; this one has 20 rows of 1 columns"):
        read_parquet_table(path, 2**62)


def test_names_of_what_was_left_out_are_counted_once_and_the_rows_ahead_are_told(tmp_path: Path) -> None:
    times = [*range(10), *(100 * run for run in range(1, 8))]
    content = "who,t,x,label\n" + "".join(f"a,{time},{time},{'xy'[n % 2]}\n" for n, time in enumerate(times))
    content += "".join(f"b,{time},{time},{'xy'[time % 2]}\n" for time in range(9))
    chosen = {"entity": "who", "order": "t", "label": "label", "length": 3}
    said = read(tmp_path, content, "long", **chosen, gap=5).notices
    assert any(text.endswith("runs of rows are shorter than a window and were left out: a") for text in said)
    short = "who,t,x,label\na,0,1,x\na,1,2,y\na,2,3,x\n" + content[content.index("b,0") :]
    ahead = read(tmp_path, short, "long", **chosen, label_at="horizon").notices
    assert "1 of 2 entities is shorter than a window and the rows ahead of it and was left out: a" in ahead
