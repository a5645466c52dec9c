import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.content import content_hash
from core.data.dataset import Dataset
from core.errors import DataError, LimitError
from tests.data.readers import tables

TABLE = "id,day,price,label\n" + "".join(
    f"{name},2024-01-{day:02d},{10 * number + day},{'up' if day % 2 else 'down'}\n"
    for number, name in enumerate("ab")
    for day in range(1, 7)
)
CHOSEN = {"entity": "id", "order": "day", "label": "label", "length": 3}


def read(tmp_path: Path, content: tables.Content, **chosen: object) -> Dataset:
    return tables.read(tmp_path, content, "long", **chosen)


def test_rows_become_windows_of_each_entity_with_dates_names_and_spans(tmp_path: Path) -> None:
    dataset = read(tmp_path, TABLE, **CHOSEN)
    assert dataset.series[:, :, 0].tolist() == [
        *([day, day + 1, day + 2] for day in range(1, 5)),
        *([10 + day, 11 + day, 12 + day] for day in range(1, 5)),
    ]
    assert dataset.channels == ("price",)
    assert dataset.entities is not None
    assert dataset.entities.tolist() == ["a"] * 4 + ["b"] * 4
    assert dataset.sample_ids[:2].tolist() == ["a 2024-01-03", "a 2024-01-04"]
    assert dataset.labels_of(1) == ("2024-01-02", "2024-01-03", "2024-01-04")
    assert dataset.step_name == "day"
    assert dataset.spans is not None
    assert dataset.spans.view("M8[ns]")[1].astype("M8[D]").astype(str).tolist() == [
        "2024-01-02",
        "2024-01-04",
    ]
    assert dataset.classes == {"label": ("down", "up")}
    assert dataset.targets["label"].tolist() == [1, 0, 1, 0] * 2


def test_the_order_of_rows_in_the_file_does_not_matter(tmp_path: Path) -> None:
    lines = TABLE.splitlines()
    shuffled = [lines[0], lines[1], *np.random.default_rng(0).permutation(lines[2:])]
    there, again = read(tmp_path, TABLE, **CHOSEN), read(tmp_path, "\n".join(shuffled), **CHOSEN)
    assert content_hash(there) == content_hash(again)


def test_csv_and_parquet_with_dates_of_any_type_give_the_same_hash(tmp_path: Path) -> None:
    table = pd.read_csv(tables.write(tmp_path, TABLE))
    hashes = {content_hash(read(tmp_path, TABLE, **CHOSEN))}
    days = pd.to_datetime(table["day"])
    stamps = days.astype("datetime64[s]").astype("int64")
    for kind in (
        table["day"],
        days,
        days.dt.date,
        days.dt.tz_localize("UTC"),
        days.astype("datetime64[ms]"),
        stamps,
    ):
        hashes.add(content_hash(read(tmp_path, table.assign(day=kind), **CHOSEN)))
    for kind in (days.dt.strftime("%d.%m.%Y"), days.dt.strftime("%m/%d/%Y"), 1000 * stamps):
        dates = {"dates": "month first"} if "/" in str(kind[0]) else {}
        hashes.add(
            content_hash(read(tmp_path, table.assign(day=kind).to_csv(index=False), **CHOSEN, **dates))
        )
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("chosen", "windows", "labels"),
    [
        ({"label_at": "end", "stride": 2}, 2, ["c", "b"]),
        ({"label_at": "majority", "stride": 2}, 2, ["a", "b"]),
        ({"label_at": "horizon", "horizon": 1, "stride": 2}, 1, ["b"]),
        ({"label_at": "horizon", "horizon": 2}, 1, ["b"]),
        ({"label_at": "majority", "stride": 1, "length": 2}, 4, ["a", "a", "c", "b"]),
    ],
)
def test_a_window_has_the_label_of_the_row_that_was_chosen(
    tmp_path: Path, chosen: dict[str, object], windows: int, labels: list[str]
) -> None:
    rows = "".join(f"{step},{step},{label}\n" for step, label in enumerate("aacbb"))
    more = "".join(f"{step},{step},{label}\n" for step, label in enumerate("bbaaa", start=100))
    table = "who,t,x,label\n" + "".join(f"one,{row}\n" for row in rows.splitlines())
    table += "".join(f"two,{row}\n" for row in more.splitlines())
    dataset = read(
        tmp_path, table, **{"entity": "who", "order": "t", "label": "label", "length": 3, **chosen}
    )
    first = dataset.entities == "one"
    assert first.sum() == windows
    names = np.array(dataset.classes["label"])[dataset.targets["label"][first]]
    assert names.tolist() == labels


def test_each_step_may_have_a_label_of_its_own_or_none(tmp_path: Path) -> None:
    table = (
        "who,t,x,label\n" + "".join(f"a,{t},{t},{'xy '[t % 3]}\n" for t in range(6)) + "b,0,1,x\nb,1,2,y\n"
    )
    dataset = read(tmp_path, table, entity="who", order="t", label="label", length=0, label_at="each")
    assert dataset.per_step("label")
    assert dataset.targets["label"].tolist() == [[0, 1, -1, 0, 1, -1], [0, 1, -1, -1, -1, -1]]
    assert dataset.lengths.tolist() == [6, 2]
    assert dataset.sample_ids.tolist() == ["a", "b"]


def test_windows_without_a_label_are_left_out_and_counted(tmp_path: Path) -> None:
    table = "x,label\n" + "".join(f"{t},{'xy'[t % 2] if t < 8 else ''}\n" for t in range(10))
    dataset = read(tmp_path, table, label="label", length=2)
    assert dataset.samples == 7
    assert dataset.notices == ("2 windows without a label were left out",)


def test_entities_that_are_too_short_are_named_and_incomplete_windows_counted(tmp_path: Path) -> None:
    table = "who,x\n" + "".join(
        f"{name},{step}\n" for name, size in (("a", 7), ("b", 2), ("c", 6)) for step in range(size)
    )
    dataset = read(tmp_path, table, entity="who", length=3, stride=3)
    assert dataset.samples == 4
    assert dataset.notices == (
        "1 of 3 entities is shorter than a window and was left out: b",
        "1 window that was not complete was left out",
    )
    assert read(tmp_path, table, entity="who", length=0, least=6).lengths.tolist() == [7, 6]


def test_several_labels_metadata_parts_and_categories_come_along(tmp_path: Path) -> None:
    table = "who,x,mood,level,y,z,age,site,part\n" + "".join(
        f"{who},{step},{'good' if step % 2 else 'bad'},{3 - step % 3},{step % 2},{who},{30 + (who == 'b')},"
        f"s{who},{'train' if who == 'a' else 'Test'}\n"
        for who in "ab"
        for step in range(6)
    )
    dataset = read(
        tmp_path,
        table,
        entity="who",
        features=["x"],
        categories=["mood", "level"],
        label="y",
        labels="z",
        metadata="age,site",
        part="part",
        length=3,
    )
    assert dataset.channels == ("x", "mood", "level")
    assert dataset.categories == {"mood": ("bad", "good"), "level": ("1", "2", "3")}
    assert dataset.series[0].tolist() == [[0, 0, 2], [1, 1, 1], [2, 0, 0]]
    assert dataset.classes == {"label": ("0", "1"), "z": ("a", "b")}
    assert dataset.metadata["age"].tolist() == [30.0] * 4 + [31.0] * 4
    assert dataset.metadata["site"].tolist() == ["sa"] * 4 + ["sb"] * 4
    assert dataset.parts.tolist() == [0] * 4 + [2] * 4


def test_gaps_in_time_are_told_and_may_part_windows(tmp_path: Path) -> None:
    days = [*range(1, 7), *range(100, 106)]
    table = "t,x\n" + "".join(f"{day},{day}\n" for day in days)
    over = read(tmp_path, table, order="t", length=4)
    assert over.samples == 9
    assert "1 step is longer than 10 median ones, and windows reach over it" in over.notices[0]
    apart = read(tmp_path, table, order="t", length=4, gap=3)
    assert apart.samples == 6
    assert apart.spans is not None
    assert apart.spans.tolist()[3] == [6, 9]
    assert apart.notices == ("1 step is longer than 3 median ones: no window reaches over",)


def test_a_gap_is_measured_by_the_steps_of_its_own_entity(tmp_path: Path) -> None:
    hours = {
        "fast": [*range(30)],
        "slow": [24 * day for day in range(9)],
        "torn": [0, 24, 48, 72, 720, 744],
        "late": [0, 1, 2, 8, 9, 10],
    }
    table = "who,t,x\n" + "".join(f"{who},{t},{t}\n" for who, times in hours.items() for t in times)
    dataset = read(tmp_path, table, entity="who", order="t", length=3, gap=3)
    assert np.unique(dataset.entities, return_counts=True)[1].tolist() == [28, 2, 7, 2]
    assert dataset.notices[-1].startswith("2 steps are longer than 3 median ones")


def test_equal_times_are_refused_or_kept_in_the_order_of_the_file(tmp_path: Path) -> None:
    table = "t,x\n1,1\n2,2\n2,3\n3,4\n"
    with pytest.raises(DataError, match="rows must have different times; line 4 repeats '2', as 1 rows do"):
        read(tmp_path, table, order="t", length=2)
    kept = read(tmp_path, table, order="t", length=4, ties="keep")
    assert kept.series[0, :, 0].tolist() == [1, 2, 3, 4]
    assert kept.notices[0].startswith("1 row has the time of the row before it")


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [("interpolate", [1, 2, 3, 4]), ("forward", [1, 1, 1, 4]), ("mask", [1, np.nan, np.nan, 4])],
)
def test_missing_values_are_filled_within_the_window(
    tmp_path: Path, policy: str, wanted: list[float]
) -> None:
    table = "x,kind\n9,a\n1,a\n,\nNA,NA\n4,b\n"
    dataset = read(tmp_path, table, features="x", categories="kind", length=4, stride=1, missing=policy)
    np.testing.assert_array_equal(dataset.series[1, :, 0], np.array(wanted, dtype=np.float32))
    assert dataset.nan_policy == policy
    codes = [0, 2, 2, 1] if policy == "mask" else [0, 0, 0, 1]
    assert dataset.categories["kind"] == (("a", "b", "missing") if policy == "mask" else ("a", "b"))
    np.testing.assert_array_equal(dataset.series[1, :, 1], np.array(codes, dtype=np.float32))
    if policy == "mask":
        assert dataset.filled is None
    else:
        assert dataset.filled is not None
        assert dataset.filled.tolist() == [[0, 0], [1, 1], [2, 2], [1, 1]]


def test_without_an_order_rows_stay_as_they_are_and_spans_are_rows_of_the_entity(tmp_path: Path) -> None:
    dataset = read(tmp_path, "who,x\n" + "a,5\nb,1\n" * 3, entity="who", length=2)
    assert dataset.series[:, :, 0].tolist() == [[5, 5], [5, 5], [1, 1], [1, 1]]
    assert dataset.spans is not None
    assert dataset.spans.tolist() == [[0, 1], [1, 2]] * 2
    assert dataset.timestamps is None
    assert dataset.sample_ids.tolist() == ["a 1", "a 2", "b 1", "b 2"]


BAD: dict[str, tuple[str, dict[str, object], str]] = {
    "no such entity": (TABLE, {"entity": "who"}, "entity column 'who'; its columns: id, day, price, label"),
    "no such time": (TABLE, {"order": "when"}, "the time column 'when'"),
    "two roles": (TABLE, {"order": "day", "features": "day"}, "a channel can't be entity, time or label too"),
    "no window": (TABLE, {**CHOSEN, "length": 7}, "one needs 7 rows, the longest run of rows has 6"),
    "no number": ("x,y\n1,2\n3,four\n", {"features": "x,y"}, "line 3, column 'y' holds 'four'"),
    "empty": ("x,y\n1,2\n3,\n", {"features": "x,y"}, "must be there; line 3, column 'y' holds none: choose"),
    "infinite": ("x,y\n1,2\n3,inf\n", {"features": "x,y"}, "finite numbers below 3.4e38; line 3"),
    "too large": ("x,y\n1,2\n3,1e39\n", {"features": "x,y"}, "column 'y' holds 1e39"),
    "no date": ("t,x\n2024-01-01,1\n2024-01-32,2\n", {"order": "t"}, "dates (iso); line 3, column 't'"),
    "no time": ("t,x\n2024-01-01,1\n,2\n", {"order": "t"}, "line 3, column 't' holds ''"),
    "neither": ("t,x\nsoon,1\nlater,2\n", {"order": "t"}, "numbers or dates such as 2024-01-31"),
    "both ways": ("t,x\n01/02/2024,1\n02/02/2024,2\n", {"order": "t"}, "'01/02/2024' can be read both ways"),
    "mixed times": ("t,x\n1,1\n2,2\nsoon,3\n", {"order": "t"}, "must hold numbers or dates; line 4"),
    "no entity": ("who,x\na,1\n ,2\n", {"entity": "who"}, "what it was recorded of; line 3"),
    "no part": ("p,x\ntrain,1\nrest,2\n", {"part": "p"}, "or empty; line 3 of the column 'p' holds 'rest'"),
    "one class": ("x,y\n1,a\n2,a\n3,a\n", {"label": "y", "length": 1}, "at least two classes"),
    "no label": ("x,y\n1,\n2,\n3,\n", {"label": "y", "length": 1}, "at least one window must have a label"),
    "no channel": ("a,b\nx,y\nu,v\n", {}, "columns of values beside entity, time and label"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_tables_are_told_with_line_and_column(tmp_path: Path, case: str) -> None:
    content, chosen, words = BAD[case]
    with pytest.raises(DataError, match=re.escape(words)):
        read(tmp_path, content, **{"length": 2, **chosen})


def test_too_many_windows_are_refused_before_one_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.windowing.CELLS", 30)
    monkeypatch.setattr("core.data.readers.long.cut_windows", None)
    with pytest.raises(LimitError, match="a stride of 1 gives 48 windows of 3 values: a stride of 5 would"):
        read(tmp_path, "x\n" + "1\n" * 50, length=3)
