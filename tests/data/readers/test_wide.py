import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.errors import DataError, HeedError, LimitError

TABLE = "label,0,1,2\nup,1,2,3\ndown,3,2,1\nup,1.5,2.5,3.5\n"
VALUES = [[1, 2, 3], [3, 2, 1], [1.5, 2.5, 3.5]]


def read(tmp_path: Path, content: str | bytes, **chosen: object) -> Dataset:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return sound(READERS.create("wide", chosen).read(path, Desk(Path(mkdtemp(dir=tmp_path)))))


def test_a_row_is_a_sample_and_a_column_a_step(tmp_path: Path) -> None:
    dataset = read(tmp_path, TABLE)
    assert dataset.series[:, :, 0].tolist() == VALUES
    assert dataset.classes == {"label": ("down", "up")}
    assert dataset.targets["label"].tolist() == [1, 0, 1]
    assert dataset.step_labels == ("0", "1", "2")
    assert dataset.sample_ids.tolist() == ["0", "1", "2"]
    assert (dataset.channels, dataset.name) == (("value",), "a")


def test_an_id_column_names_the_samples_and_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    dataset = read(tmp_path, "mon,id,tue,label\n1,a,2,x\n3,b,4,y\n5,c,6,y\n")
    assert dataset.sample_ids.tolist() == ["a", "b", "c"]
    assert dataset.step_labels == ("mon", "tue")
    assert dataset.series[:, :, 0].tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.encode("utf-16"),
        b"\xfe\xff" + TABLE.encode("utf-16-be"),
        TABLE.encode("utf-32"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        TABLE.replace("\n", "\r\n", 2).encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", ";").replace(".", ",").encode(),
        TABLE.replace(",", "\t").replace(".", ",").encode(),
        TABLE.replace("1,", '"1",').encode(),
        TABLE.replace("up", '"up"').encode(),
        TABLE.replace("1,2", " 1 ,+2").encode(),
        TABLE.replace("2.5", "25e-1").encode(),
        ("\n\n" + TABLE.replace("\n", "\n\n")).encode(),
        TABLE.rstrip().encode(),
    ],
    ids=[
        "utf-8 mark", "utf-16", "utf-16 be", "utf-32", "windows lines", "old mac lines", "mixed lines",
        "semicolons", "tabs", "decimal commas", "tabs and commas", "quoted numbers", "quoted labels",
        "blanks and signs", "exponents", "blank lines", "no last line end",
    ],
)  # fmt: skip
def test_u8_every_usual_way_to_write_a_table_is_read_the_same(tmp_path: Path, content: bytes) -> None:
    dataset = read(tmp_path, content)
    assert dataset.series[:, :, 0].tolist() == VALUES
    assert dataset.classes == {"label": ("down", "up")}


def test_empty_cells_at_the_end_make_a_shorter_sample(tmp_path: Path) -> None:
    dataset = read(tmp_path, "a,b,c,d,label\n1,2,3,,x\n4,,,,y\n5,6,,,x\n")
    assert dataset.lengths.tolist() == [3, 1, 2]
    assert dataset.step_labels == ("a", "b", "c")
    assert dataset.series[:, :, 0].tolist() == [[1, 2, 3], [4, 0, 0], [5, 6, 0]]


def test_a_table_can_be_read_without_labels(tmp_path: Path) -> None:
    dataset = read(tmp_path, "a,b\n1,2\n3,4\n", label="")
    assert not dataset.labelled
    assert dataset.steps == 2


def test_signs_can_be_chosen(tmp_path: Path) -> None:
    content = "label;a,b;c\nx;1,5;2\ny;3,0;4\n"
    dataset = read(tmp_path, content, delimiter="semicolon", decimal="comma")
    assert dataset.step_labels == ("a,b", "c")
    assert dataset.series[:, :, 0].tolist() == [[1.5, 2], [3, 4]]
    with pytest.raises(DataError, match="both are a comma"):
        read(tmp_path, TABLE, delimiter="comma", decimal="comma")


def test_rows_of_many_blocks_are_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.tables_text.BLOCK_BYTES", 200)
    lines = [f"{'abc'[row % 3]},{row},{row + 0.5},{'' if row % 2 else row}" for row in range(500)]
    dataset = read(tmp_path, "\n".join(["label,0,1,2", *lines]))
    assert dataset.series[:, 0, 0].tolist() == list(range(500))
    assert dataset.lengths.tolist() == [3, 2] * 250
    assert dataset.targets["label"].tolist() == [row % 3 for row in range(499)] + [499 % 3]
    lines[321] = "a,1,x,3"
    with pytest.raises(DataError, match=r"line 323, column '1' holds 'x'"):
        read(tmp_path, "\n".join(["label,0,1,2", *lines]))
    lines[321] = "a,1,,3"
    with pytest.raises(DataError, match="line 323, column '1'"):
        read(tmp_path, "\n".join(["label,0,1,2", *lines]))
    lines[321] = "a,1,nan,3"
    with pytest.raises(DataError, match="line 323, column '1': 'nan'"):
        read(tmp_path, "\n".join(["label,0,1,2", *lines]))


BAD = {
    "only blank lines": ("\n\n \n", "holds only blank lines"),
    "header only": ("label,0,1\n", "must hold rows below its header; it ends after line 1"),
    "header and blank lines": ("\nlabel,0,1\n\n\n", "it ends after line 2"),
    "no label column": ("class,0,1\nx,1,2\ny,3,4\n", "its columns: class, 0, 1: choose the column"),
    "no header": ("1,2,3\n4,5,6\n", "a header line is needed"),
    "only labels": ("label\nx\ny\n", "columns of values beside labels"),
    "one class": ("label,0\nx,1\nx,2\n", "at least two classes; the column 'label' holds only 'x'"),
    "a class a row": ("label,0\na,1\nb,2\nc,3\n", "more samples than classes"),
    "text among numbers": ("label,0,1\nx,1,2\n\ny,3,four\n", "line 4, column '1' holds 'four': correct it"),
    "thousands": ("label,0,1\nx,1,2\ny,3,1_000\n", "line 3, column '1' holds '1_000'"),
    "truth values": ("label,0\nx,TRUE\n", "holds 'TRUE'"),
    "not a number": ("label,0,1\nx,1,NaN\ny,nan,4\n", "2 are not, the first in line 2, column '1': 'NaN'"),
    "infinite": ("label,0,1\nx,1,2\ny,-inf,4\n", "1 is not, the first in line 3, column '0': '-inf'"),
    "beyond 64 bits": ("label,0\nx,1e400\ny,1\n", "line 2, column '0': '1e400'"),
    "400 digits": ("label,0\nx," + "9" * 400 + "\ny,1\n", "line 2, column '0'"),
    "beyond 32 bits": ("label,0\nx,1\ny,1e39\n", "below 3.4e38; 1 is not, the first in line 3"),
    "empty within": ("label,0,1,2\nx,1,2,3\ny,1,,3\nx,,,3\n", "3 within are, the first in line 3"),
    "empty row": ("label,0,1\nx,1,2\ny,,\n", "at least one value; line 3 holds none"),
    "no label": ("label,0\nx,1\n ,2\n", "every sample must have a label; line 3 has none"),
    "a short row": ("label,0,1\nx,1,2\n\n\ny,3\n", "as many cells as the header, 3; line 5 has 2"),
    "a long row": ("label,0,1\nx,1,2,\n", "3; line 2 has 4"),
    "same columns": ("label,a,b, a\nx,1,2,3\n", "'a' names columns 2 and 4"),
    "a column without name": ("label,,0\n0,x,1\n", "column 2 of line 1 has none: give it one"),
    "an open quote": ('label,0\nx,1\n"y,2\nz,3\n', "the quotes in line 3 don't match"),
    "an open quote in the header": ('label,"0\nx,1\n', "the quotes in line 1 don't match"),
    "a line end within quotes": ('label,0\n"x\ny",2\n', "line 2"),
    "NUL bytes": ("label,0\nx,1\ny,\x002\n", "NUL bytes; line 3 does"),
    "same ids": ("id,label,0\na,x,1\na,y,2\nb,y,3\n", "'a' comes 2 times"),
    "another encoding": (b"label,0\nx,1\n\xfcber,2\n", "UTF-8 or UTF-16 text; line 3 is not"),
    "half a sign": (TABLE.encode("utf-16")[:-1], "is not: save it as UTF-8"),
    "no separators": ("label 0 1\nx 1 2\n", "must have the label column 'label'; its columns: label 0 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_u8_bad_input_is_told_with_its_line(tmp_path: Path, case: str) -> None:
    content, message = BAD[case]
    with pytest.raises(DataError) as caught:
        read(tmp_path, content)
    assert message in str(caught.value)


def test_u7_millions_of_columns_are_refused_at_the_header(tmp_path: Path) -> None:
    content = ",".join(map(str, range(2_000_000))) + "\n"
    started = time.monotonic()
    with pytest.raises(LimitError, match="at most 4,096 columns"):
        read(tmp_path, content)
    assert time.monotonic() - started < 5
    with pytest.raises(LimitError, match="at most 4,096 columns; got 5,001"):
        read(tmp_path, "label," + ",".join(map(str, range(5000))) + "\n")


def test_u7_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="at most 4,194,304 characters; line 2 has more"):
        read(tmp_path, "label,0\nx," + "1" * 20_000_000)


def test_u7_too_many_rows_are_refused_where_the_limit_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.tables_text.SAMPLES", 1000)
    with pytest.raises(LimitError, match=r"at most 1,000 rows and .* cells; .* reaches that at line 1,002"):
        read(tmp_path, "label,0\n" + "x,1\n" * 2000)
    monkeypatch.setattr("core.data.tables_text.CELLS", 100)
    with pytest.raises(LimitError, match="reaches that at line 52"):
        read(tmp_path, "label,0\n" + "x,1\n" * 2000)


def test_u8_an_unterminated_quote_of_50_mb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the quotes in line 2 don't match"):
        read(tmp_path, 'label,0\n"x,1\n' + "y,2\n" * 12_500_000)


def test_u7_too_many_classes_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"class {row % 1500},{row}\n" for row in range(4000))
    with pytest.raises(LimitError, match="at most 1,000 classes"):
        read(tmp_path, "label,0\n" + rows)


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "$x$", "'quoted'", "日本語", "__proto__", "x" * 300]
)
def test_columns_and_classes_may_have_any_name(tmp_path: Path, name: str) -> None:
    dataset = read(tmp_path, f"{name},label\n1,{name}\n2,other\n3,other\n")
    assert dataset.step_labels == (name,)
    assert name in dataset.classes["label"]


def test_a_name_beyond_300_characters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="column name may have at most 300"):
        read(tmp_path, "x" * 301 + ",label\n1,a\n")


cells = st.one_of(
    st.floats(allow_nan=True).map(str),
    st.text(max_size=6),
    st.sampled_from(["", "x", "1", '"', '""', "2020-01-01", "9" * 50]),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.lists(cells, min_size=1, max_size=5), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_any_table_is_a_dataset_or_a_clear_error(
    tmp_path: Path, rows: list[list[str]], sign: str, encoding: str
) -> None:
    lines = [sign.join(["label", "a", "b"]), *(sign.join(row) for row in rows)]
    with suppress(HeedError):
        assert read(tmp_path, "\n".join(lines).encode(encoding, "replace")).samples > 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_dataset_or_a_clear_error(tmp_path: Path, content: bytes) -> None:
    with suppress(HeedError):
        assert read(tmp_path, content, label="").samples > 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=4),
        min_size=3,
        max_size=6,
    )
)
def test_numbers_come_back_as_they_were_written(tmp_path: Path, rows: list[list[float]]) -> None:
    longest = max(map(len, rows))
    lines = [",".join(["label", *map(str, range(longest))])]
    for place, row in enumerate(rows):
        lines.append(",".join([str(place % 2), *map(repr, row), *[""] * (longest - len(row))]))
    dataset = read(tmp_path, "\n".join(lines))
    assert dataset.lengths.tolist() == list(map(len, rows))
    for place, row in enumerate(rows):
        np.testing.assert_array_equal(dataset.series[place, : len(row), 0], np.array(row, dtype=np.float32))
