"""Columns of tables in shapes that others write: codes of any type, names that are not there, blank names."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.errors import DataError
from tests.data.readers.tables import read

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
