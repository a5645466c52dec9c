"""What is guessed of tables, and what people are told where a guess may not be what they mean."""

from pathlib import Path

import numpy as np
import pytest

from core.data.choosing import best_reader, completed
from core.data.preview import Preview
from tests.data.readers import tables

READERS = ("long", "wide")


def looked(tmp_path: Path, content: str, **chosen: object) -> Preview:
    """Return what the reader that suits a table best sees in it."""
    reader = best_reader(READERS, tables.write(tmp_path, content))
    return tables.looked(tmp_path, content, reader, **chosen)


def log(heading: str, row, rows: int = 40) -> str:
    """Return a table with one row a step of two machines."""
    lines = [f"{'mn'[step * 2 // rows]},{step % (rows // 2)},{row(step)}\n" for step in range(rows)]
    return f"machine,t,{heading}\n{''.join(lines)}"


@pytest.mark.parametrize("heading", ["a_0,b_1,c_2,d_3", "a0,b1,c2,v3", "temp_1,pressure_2,x_3,flow_4"])
def test_channels_that_are_numbered_through_are_no_steps(tmp_path: Path, heading: str) -> None:
    seen = looked(tmp_path, log(heading, lambda step: f"{step},{step % 7},{step * 3 % 11},{step / 2}"))
    assert (seen.reader, seen.settings["order"], seen.settings["entity"]) == ("long", "t", "machine")
    assert seen.settings["features"] == heading.split(",")


@pytest.mark.parametrize(
    ("heading", "row", "words"),
    [
        ("x,stage,risk", lambda step: f"{step},{'ab'[step % 2]},{'lh'[step % 3 // 2]}", "stage and risk"),
        ("x,label", lambda step: f"{step},up", "label holds one value only"),
        ("x,label", lambda step: f"{step},{'ab'[step % 2]}", ""),
        ("x,y2", lambda step: f"{step},{step / 3}", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("reader", READERS)
def test_a_table_that_goes_unlabelled_says_which_columns_could_be_labels(
    tmp_path: Path, heading: str, row, words: str, reader: str
) -> None:
    content = log(heading, row)
    if reader == "wide":
        content = "0," + content.split(",", 2)[2].replace("\nm,", "\n").replace("\nn,", "\n")
    path = tables.write(tmp_path, content)
    said = tables.looked(tmp_path, content, reader).notices
    hints = [notice for notice in said if notice.startswith("no column was taken for labels")]
    assert [words in hint for hint in hints] == ([True] if words else [])
    assert [notice for notice in completed(reader, {}, path)[1] if notice in hints] == hints
    chosen = tables.looked(tmp_path, content, reader, label="").notices
    assert not any(notice.startswith("no column was taken") for notice in chosen)


def test_one_text_among_the_numbers_of_a_wide_table_is_a_problem_unless_it_is_metadata(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(0)
    rows = [[f"{value:.3f}" for value in rng.normal(size=4)] for _ in range(30)]
    rows[11][2] = "broken"
    content = "label,a,b,c,d\n" + "".join(f"{'xy'[n % 2]},{','.join(row)}\n" for n, row in enumerate(rows))
    seen = tables.looked(tmp_path, content, "wide")
    assert any("line 13, column 'c' holds 'broken'" in problem for problem in seen.problems)
    assert tables.looked(tmp_path, content, "wide", metadata=("c",)).problems == ()


@pytest.mark.parametrize("entity", ["", "machine,"])
def test_numbers_named_like_a_time_order_rows_that_stand_the_other_way_round(
    tmp_path: Path, entity: str
) -> None:
    lines = [f"{'m,' if entity else ''}{hour},{hour * 3 % 7}\n" for hour in range(24, 0, -1)]
    seen = tables.looked(tmp_path, f"{entity}hour,load\n{''.join(lines)}", "long")
    assert (seen.settings["order"], seen.settings["features"]) == ("hour", ["load"])


def test_windows_of_a_tiny_table_are_not_single_rows(tmp_path: Path) -> None:
    seen = tables.looked(tmp_path, "t,x\n1,2\n2,4\n3,1\n", "long")
    assert (seen.steps, seen.samples) == (2, 2)
    assert any("the windows are short" in notice for notice in seen.notices)
