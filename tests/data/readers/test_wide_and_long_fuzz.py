"""U8, U11: whatever a table holds, its readers give a dataset or one of our errors, within bounds.

HEED_FUZZ=5000 tries as many mutants of each kind; HEED_FUZZ_FIRST chooses the number of the first one.
"""

import os
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.confine import Limits, run_confined
from core.data.choosing import best_reader
from core.data.content import content_hash
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.store.files import read_json
from tests.data.readers.table_mutants import READERS_OF_TABLES, SEEDS, try_mutants, try_table

MUTANTS = int(os.environ.get("HEED_FUZZ", "500"))
FIRST = int(os.environ.get("HEED_FUZZ_FIRST", "0"))
MEGABYTES = 700  # what the libraries take alone is about 150

given_tables = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ODD = (
    "|NA|nan|x|y|1|2|''|'a|1e400|-inf|1,5|1_000|2020-01-01|2020-01-01T10:00:00Z|31.12.2020|12/31/2020|1700000000|"
    "1700000000000|20201231|2020-13-01|0001-01-01|9999-12-31|01/02/2020|TRUE| |\0|\r|\x1a|\ufeff"
).replace("'", '"')
CELLS = st.one_of(
    st.floats(allow_nan=True).map(str),
    st.integers().map(str),
    st.text(max_size=6),
    st.sampled_from([*ODD.split("|"), "9" * 400]),
)
HEADINGS = st.one_of(
    st.sampled_from(
        ["id", "time", "label", "x", "y", "part", "a_0", "a_1", "b_0", "b_1", "0", "1", "", "x "]
    ),
    st.text(max_size=5),
)


@given_tables
@given(
    st.lists(HEADINGS, min_size=1, max_size=5),
    st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"]),
    st.fixed_dictionaries(
        {},
        optional={
            "missing": st.sampled_from(["reject", "interpolate", "forward", "mask"]),
            "length": st.integers(0, 4),
            "label_at": st.sampled_from(["end", "majority", "horizon", "each"]),
            "gap": st.sampled_from([0, 1.5]),
            "dates": st.sampled_from(["auto", "iso", "day first", "seconds", "compact", "number"]),
            "label": st.sampled_from(["", "label", "x"]),
            "order": st.sampled_from(["", "time"]),
            "several": st.booleans(),
        },
    ),
)
def test_u8_any_text_table_is_a_dataset_or_a_clear_error(
    tmp_path: Path, names: list[str], rows: list[list[str]], sign: str, encoding: str, chosen: dict[str, Any]
) -> None:
    lines = [sign.join(names), *(sign.join((row * 5)[: len(names)]) for row in rows)]
    path = tmp_path / "table.csv"
    path.write_bytes("\n".join(lines).encode(encoding, "replace"))
    try_table(path, chosen)


ARROW_TYPES = (
    *(
        pa.int8(),
        pa.uint64(),
        pa.float16(),
        pa.float32(),
        pa.float64(),
        pa.bool_(),
        pa.string(),
        pa.large_string(),
    ),
    *(
        pa.date32(),
        pa.timestamp("s"),
        pa.timestamp("ns", "UTC"),
        pa.timestamp("us"),
        pa.duration("s"),
        pa.time64("us"),
    ),
    *(
        pa.decimal128(30, 3),
        pa.binary(),
        pa.binary(4),
        pa.null(),
        pa.list_(pa.int8()),
        pa.struct({"a": pa.int8()}),
    ),
    *(
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.int32(), pa.float64()),
        pa.uuid(),
        pa.string_view(),
    ),
)


@given_tables
@given(
    st.lists(
        st.tuples(HEADINGS, st.sampled_from(ARROW_TYPES)),
        min_size=1,
        max_size=5,
        unique_by=lambda pair: pair[0],
    ),
    st.integers(0, 9),
    st.integers(0, 2**32),
    st.sampled_from(["interpolate", "forward", "mask"]),
)
def test_u4_any_parquet_table_is_a_dataset_or_a_clear_error(
    tmp_path: Path, columns: list[tuple[str, pa.DataType]], rows: int, seed: int, policy: str
) -> None:
    rng = np.random.default_rng(seed)
    arrays = {}
    for name, kind in columns:
        raw = rng.integers(-128, 127, rows).astype(np.int8)
        arrays[name] = filled(raw, kind, rng.random(rows) < 0.2)
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table(arrays), path)
    try_table(path, {"missing": policy})


def filled(raw: np.ndarray, kind: pa.DataType, missing: np.ndarray) -> pa.Array:
    """Return numbers as a column of any type, some of them missing."""
    values = [None if gone else value for value, gone in zip(raw.tolist(), missing, strict=True)]
    known = {
        pa.types.is_list: lambda value: [value],
        pa.types.is_struct: lambda value: {"a": value},
        pa.types.is_binary: lambda value: bytes([value % 256] * 4),
        pa.types.is_fixed_size_binary: lambda value: bytes([value % 256] * 4),
        pa.types.is_unsigned_integer: abs,
        pa.types.is_floating: float,
        pa.types.is_boolean: bool,
        pa.types.is_decimal: Decimal,
        pa.types.is_string: lambda value: str(value % 5),
        pa.types.is_large_string: lambda value: str(value % 5),
        pa.types.is_string_view: lambda value: str(value % 5),
        pa.types.is_null: lambda value: None,
        pa.types.is_time: abs,
    }
    if kind == pa.uuid():
        return pa.array([None if value is None else bytes([value % 3] * 16) for value in values], kind)
    if pa.types.is_dictionary(kind):
        return filled(raw, kind.value_type, missing).dictionary_encode()
    make = next((make for fits, make in known.items() if fits(kind)), lambda value: value)
    return pa.array([None if value is None else make(value) for value in values], kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEEDS)
def test_u11_mutants_of_tables_are_read_or_refused_in_bounded_time_and_memory(
    tmp_path: Path, kind: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    limits = Limits(seconds=120 + MUTANTS // 5)
    run_confined(try_mutants, (kind, MUTANTS, FIRST, out), read=[], write=out, limits=limits)
    found = read_json(out / "found.json")
    assert found["wrong"] == {}
    assert found["read"] + found["refused"] + found["memory"] == MUTANTS
    assert min(found["read"], found["refused"]) > MUTANTS // 50, found
    assert found["megabytes"] < MEGABYTES


def test_ten_thousand_columns_and_duplicates_and_no_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for content in (
        ",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000),
        "a,a\n1,2\n",
        "a,b\n",
        "a,b\n\n\n",
    ):
        path.write_text(content)
        assert try_table(path, {}) == "refused"


def test_the_same_file_twice_gives_the_same_hash(tmp_path: Path) -> None:
    for kind, contents in SEEDS.items():
        for content in contents():
            path = tmp_path / f"table.{kind}"
            path.write_bytes(content)
            name = best_reader(READERS_OF_TABLES, path)
            hashes = set()
            for _ in range(2):
                chosen = READERS.create(name, {"missing": "mask"}).inspect(path).settings
                dataset = READERS.create(name, chosen).read(path, Desk(Path(mkdtemp(dir=tmp_path))))
                hashes.add(content_hash(sound(dataset)))
            assert len(hashes) == 1
