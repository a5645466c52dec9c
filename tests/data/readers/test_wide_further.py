import pickle
import resource
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from core.data.content import content_hash
from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.tables_lines import plain_lines
from core.errors import DataError, LimitError
from tests.data.readers import tables


def read(tmp_path: Path, content: tables.Content, **chosen: object) -> Dataset:
    return tables.read(tmp_path, content, "wide", **chosen)


def test_parquet_gives_what_the_same_table_as_text_gives(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    plain = {f"t{step}": rng.normal(size=30).astype(np.float32) for step in range(5)}
    columns = {"label": np.tile(["x", "y", "z"], 10), "id": np.array([f"s{n}" for n in range(30)]), **plain}
    table = pa.table(columns)
    text = "\n".join([",".join(columns), *(",".join(map(str, row.values())) for row in table.to_pylist())])
    hashes = {content_hash(read(tmp_path, text)), content_hash(read(tmp_path, table))}
    coded = table.set_column(0, "label", pc.dictionary_encode(table["label"]))
    hashes.add(content_hash(read(tmp_path, coded)))
    doubles = [
        pa.field(name, pa.float64()) if name in plain else table.schema.field(name) for name in columns
    ]
    hashes.add(content_hash(read(tmp_path, table.cast(pa.schema(doubles)))))
    assert len(hashes) == 1


@pytest.mark.parametrize("labels", [pa.float64(), pa.float16()])
def test_numbers_of_every_type_of_parquet_are_read(tmp_path: Path, labels: pa.DataType) -> None:
    from decimal import Decimal

    table = pa.table(
        {
            "a": pa.array([1, 2, 3], pa.int8()),
            "b": pa.array([1, 2, 3], pa.uint64()),
            "c": pa.array([True, False, True]),
            "d": pa.array([Decimal("1.50"), Decimal("2.50"), Decimal("3.50")]),
            "e": pa.array([1.5, 2.5, 3.5], pa.float16()),
            "f": pa.array([" 1", "2.5", "3"]),
            "label": pa.array([1.0, 2.0, 1.0], labels),
        }
    )
    dataset = read(tmp_path, table)
    assert dataset.series[1, :, 0].tolist() == [2, 2, 0, 2.5, 2.5, 2.5]
    assert dataset.classes == {"label": ("1", "2")}


def test_empty_cells_of_parquet_are_those_of_text(tmp_path: Path) -> None:
    table = pa.table({"a": [1.0, 2.0], "b": [None, 5.0], "c": [3.0, None], "label": ["x", "y"]})
    with pytest.raises(DataError, match="1 within are, the first in row 1, column 'b': choose what to do"):
        read(tmp_path, table)
    dataset = read(tmp_path, table, missing="interpolate")
    assert dataset.series[:, :, 0].tolist() == [[1, 2, 3], [2, 5, 0]]
    assert dataset.lengths.tolist() == [3, 2]


def test_names_of_channels_and_steps_make_several_channels(tmp_path: Path) -> None:
    content = "a_1,b_0,a_0,b_1,label\n2,3,1,4,x\n6,7,5,8,y\n1,2,,,x\n"
    dataset = read(tmp_path, content, missing="mask")
    assert (dataset.channels, dataset.step_labels) == (("a", "b"), ("0", "1"))
    np.testing.assert_array_equal(dataset.series[:2], [[[1, 3], [2, 4]], [[5, 7], [6, 8]]])
    np.testing.assert_array_equal(dataset.series[2], [[np.nan, 2], [1, np.nan]])
    assert read(tmp_path, content.replace(",,", ",1,1"), several="false").channels == ("value",)


def test_columns_beside_the_steps_become_what_they_are_said_to_be(tmp_path: Path) -> None:
    content = (
        "patient,split,age,site,kind,stage,0,1,extra\n"
        "p1,train,30,north,x,i,1,2,9\np1,Train,,north,y,ii,3,4,9\np2,test,41.5,south,x,ii,5,6,9\np3,,50,,y,i,7,8,9\n"
    )
    dataset = read(
        tmp_path,
        content,
        entity="patient",
        part="split",
        metadata="age,site",
        label="kind",
        labels="stage,kind",
        skip="extra",
        id="",
    )
    assert dataset.steps == 2
    assert dataset.entities is not None
    assert dataset.entities.tolist() == ["p1", "p1", "p2", "p3"]
    assert dataset.parts.tolist() == [0, 0, 2, -1]
    np.testing.assert_array_equal(dataset.metadata["age"], [30, np.nan, 41.5, 50])
    assert dataset.metadata["site"].tolist() == ["north", "north", "south", ""]
    assert dataset.classes == {"label": ("x", "y"), "stage": ("i", "ii")}
    assert dataset.targets["stage"].tolist() == [0, 1, 1, 0]
    with pytest.raises(DataError, match="a part must be train, validation, test or empty; line 2"):
        read(tmp_path, "label,p,0\nx,late,1\ny,,1\n", part="p")
    with pytest.raises(DataError, match="the metadata column 'gone'"):
        read(tmp_path, content, metadata="gone", label="kind")


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [("interpolate", [1, 2, 3]), ("forward", [1, 1, 3]), ("mask", [1, np.nan, 3])],
)
@pytest.mark.parametrize("mark", ["", "NA", "NaN", "null"])
def test_gaps_within_a_row_are_filled_as_chosen(
    tmp_path: Path, policy: str, wanted: list[float], mark: str
) -> None:
    dataset = read(tmp_path, f"label,0,1,2\nx,1,{mark},3\ny,4,5,\n", missing=policy)
    np.testing.assert_array_equal(dataset.series[0, :, 0], np.array(wanted, dtype=np.float32))
    assert dataset.lengths.tolist() == [3, 2]
    assert (dataset.filled is None) == (policy == "mask")
    if dataset.filled is not None:
        assert dataset.filled[:, 0].tolist() == [0, 1, 0]


def test_large_series_are_filled_on_disk_and_progress_is_told(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("core.data.tables_text.BLOCK_BYTES", 500)
    path = tmp_path / "a.csv"
    path.write_text("label,0,1\n" + "".join(f"{'xy'[row % 2]},{row},{row}\n" for row in range(1000)))
    desk = Desk(Path(mkdtemp(dir=tmp_path)))
    told: list[float] = []
    monkeypatch.setattr(desk, "tell", lambda fraction, words: told.append(fraction))
    dataset = READERS.create("wide").read(path, desk)
    assert desk.holds("series", dataset.series)
    assert told == sorted(told)
    assert (len(told) > 10, told[-1]) == (True, 1.0)


def bomb(path: Path, rows: int) -> None:
    """Write a small Parquet file of which every cell is the same long text."""
    texts = pa.array(["x" * 100_000])
    table = pa.table(
        {"label": pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), texts)}
    )
    for name in ("a", "b", "c"):
        table = table.append_column(name, pa.array(np.zeros(rows)))
    pq.write_table(table, path, store_schema=False)


def test_u4_a_dictionary_bomb_costs_little_and_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    bomb(path, 1_000_000)
    assert path.stat().st_size < 2_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(LimitError, match="at most 300 characters"):
        READERS.create("wide").read(path, Desk(Path(mkdtemp(dir=tmp_path))))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


def test_u4_parquet_is_refused_by_its_own_description(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("core.data.tables_parquet._opened", opened_without_values)
    flat = pa.table({f"c{n}": pa.array([1.0, 2.0]) for n in range(5000)})
    with pytest.raises(LimitError, match="at most 4,096 columns; got 5,000"):
        read(tmp_path, flat)
    monkeypatch.setattr("core.data.tables_parquet.CELLS", 1000)
    with pytest.raises(LimitError, match="this one has 600 rows of 2 columns"):
        read(tmp_path, pa.table({"label": ["x", "y"] * 300, "a": [1.0] * 600}))
    deep = pa.array([[[1.0]], [[2.0]]])
    with pytest.raises(DataError, match="lists or records stand in deep, record: write one column"):
        read(
            tmp_path, pa.table({"label": ["x", "y"], "deep": deep, "record": pa.array([{"a": 1}, {"a": 2}])})
        )
    with pytest.raises(DataError, match="this Parquet file has none"):
        read(tmp_path, pa.table({"label": pa.array([], pa.string()), "a": pa.array([], pa.float64())}))


@contextmanager
def opened_without_values(path: Path, width: int, texts: tuple[str, ...] = ()):
    """Open a Parquet file of which only the description may be looked at."""
    with path.open("rb") as handle, pq.ParquetFile(handle) as file:
        yield SimpleNamespace(metadata=file.metadata, schema_arrow=file.schema_arrow)


def test_u4_types_of_python_run_no_code(tmp_path: Path) -> None:
    spied = pickle.dumps(Spied())
    field = pa.field("a", pa.float64(), metadata={
        b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": spied,
    })  # fmt: skip
    table = pa.table({"label": ["x", "y"], "a": [1.0, 2.0]}).cast(
        pa.schema([pa.field("label", pa.string()), field])
    )
    Spied.called.clear()
    assert read(tmp_path, table).series[:, 0, 0].tolist() == [1, 2]
    assert Spied.called == []


class Spied:
    """Writes down when it is unpickled."""

    called: ClassVar[list[str]] = []

    def __reduce__(self):
        return self.called.append, ("unpickled",)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_parquet_file_is_refused(tmp_path: Path, cut: float) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"label": ["x", "y"] * 50, "a": np.arange(100.0)}), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(cut * len(content))])
    with pytest.raises(DataError, match="the Parquet file can't be read"):
        READERS.create("wide").read(path, Desk(Path(mkdtemp(dir=tmp_path))))


def test_a_preview_tells_roles_shape_and_classes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "name,kind,0,1,2\n" + "".join(f"s{n},{'xxy'[n % 3]},1,{'' if n == 4 else 2},3\n" for n in range(9))
    )
    seen = READERS.create("wide").inspect(path)
    assert [(column.name, column.role) for column in seen.columns] == [
        ("name", "id"), ("kind", "label"), ("0", "step"), ("1", "step"), ("2", "step"),
    ]  # fmt: skip
    assert (seen.samples, seen.steps, seen.channels, seen.rows) == (9, 3, 1, 9)
    assert seen.classes == {"x": 6, "y": 3}
    assert seen.settings["missing"] == "interpolate"
    assert seen.problems == ()
    dataset = READERS.create("wide", seen.settings).read(path, Desk(Path(mkdtemp(dir=tmp_path))))
    assert dataset.series.shape == (9, 3, 1)
    kept = READERS.create("wide", {"label": "", "id": "", "missing": "reject"}).inspect(path)
    assert kept.settings["metadata"] == ["name", "kind"]
    assert "only cells at the end of a row may be empty" in kept.problems[0]


def test_u7_the_preview_refuses_millions_of_columns_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(map(str, range(2_000_000))) + "\n")
    started = time.monotonic()
    with pytest.raises(LimitError, match="at most 4,096 columns"):
        READERS.create("wide").inspect(path)
    assert time.monotonic() - started < 5


def test_rows_are_counted_fast_where_lines_are_plain_and_with_care_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content, plain in (
        ("a,b\n1,2\n3,4\n", 3), ("a,b\n1,2\n3,4", 3), ("a,b\r\n1,2\r\n", 2), ("ä,b\n1,2\n", 2),
        ("\ufeffa\n1\n", 2),
        ("a,b\n\n1,2\n", None), ("a,b\r1,2\r", None), ('a,"b"\n1,2\n', None), ("a,b\n1,\x002\n", None),
        ("a,b\n1,2\r\n\r\n3,4\n", None), ("\na\n1\n", None), ("a\n" + "1" * 3 * 2**20, None),
    ):  # fmt: skip
        path.write_text(content, newline="")
        assert plain_lines(path) == plain
    path.write_bytes(b"a,b\n1,\xff2\n")
    assert plain_lines(path) is None


def test_the_numbers_of_rows_that_pandas_writes_are_no_step(tmp_path: Path) -> None:
    table = pd.DataFrame({"label": ["x", "y"] * 3, "0": np.arange(6.0), "1": 2.0})
    for content in (table.to_csv(), table.set_index(np.array([9, 4, 5, 0, 1, 7]))):
        seen = tables.looked(tmp_path, content, "wide")
        assert seen.settings["skip"] == ["(index)"]
        assert (seen.samples, seen.steps, seen.problems) == (6, 2, ())
        assert read(tmp_path, content, id="").step_labels == ("0", "1")
    named = table.set_index(pd.Index(list("abcdef")))
    assert tables.looked(tmp_path, named.to_csv(), "wide").settings["id"] == "(index)"
