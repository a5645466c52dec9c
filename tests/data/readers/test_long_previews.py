import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.families import READERS, SOURCES
from core.data.preview import Preview
from core.errors import HeedError
from tests.data.readers import tables

TABLE = "id,day,price,label\n" + "".join(
    f"{name},2024-01-{day:02d},{10 * number + day},{'up' if day % 2 else 'down'}\n"
    for number, name in enumerate("ab")
    for day in range(1, 7)
)


def read(tmp_path: Path, content: tables.Content, **chosen: object) -> Dataset:
    return tables.read(tmp_path, content, "long", **chosen)


def looked(tmp_path: Path, content: tables.Content, **chosen: object) -> Preview:
    return tables.looked(tmp_path, content, "long", **chosen)


def test_the_set_that_ships_comes_back_from_a_long_table(tmp_path: Path) -> None:
    known = SOURCES.create("bundled", {"name": "BasicMotions"}).make(np.random.default_rng(0))
    samples, steps, width = known.series.shape
    table = pd.DataFrame(known.series.reshape(-1, width), columns=list(known.channels))
    table.insert(0, "recording", np.repeat(known.sample_ids, steps))
    table.insert(1, "t", np.tile(np.arange(steps), samples))
    table["activity"] = np.repeat(np.array(known.classes["label"])[known.targets["label"]], steps)
    table["part"] = np.repeat(np.array(["train", "validation", "test"])[known.parts], steps)
    for content in (table, table.to_csv(index=False)):
        seen = looked(tmp_path, content)
        assert (seen.problems, seen.dropped) == ((), 0)
        assert (seen.samples, seen.steps, seen.channels) == known.series.shape
        found = read(tmp_path, content, **seen.settings)
        np.testing.assert_array_equal(found.series, known.series)
        np.testing.assert_array_equal(found.targets["label"], known.targets["label"])
        np.testing.assert_array_equal(found.parts, known.parts)
        assert found.sample_ids.tolist() == known.sample_ids.tolist()
        assert found.classes == known.classes
        assert found.groups == known.groups


def test_prices_that_ship_with_plotly_become_weekly_windows(tmp_path: Path) -> None:
    import plotly.data

    stocks = plotly.data.stocks().melt("date", var_name="ticker", value_name="close")
    stocks["rises"] = stocks.groupby("ticker")["close"].shift(-1) > stocks["close"]
    content = stocks.sample(frac=1, random_state=1).to_csv(index=False)
    seen = looked(tmp_path, content)
    assert (seen.settings["entity"], seen.settings["order"], seen.settings["label"]) == (
        "ticker",
        "date",
        "rises",
    )
    assert seen.problems == ()
    found = read(tmp_path, content, **seen.settings)
    assert (found.samples, found.steps, found.step_name) == (6 * (105 - 29), 30, "week")
    one = stocks[stocks["ticker"] == "AAPL"]["close"].to_numpy()
    np.testing.assert_allclose(found.series[found.entities == "AAPL"][3, :, 0], one[3:33], rtol=1e-6)


def test_a_log_of_155_sensors_with_gaps_is_understood(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    log = pd.DataFrame(rng.normal(size=(400, 155)).cumsum(axis=0), columns=[f"s{n:03d}" for n in range(155)])
    log.insert(
        0, "timestamp", pd.date_range("2024-03-01", periods=400, freq="s").strftime("%d.%m.%Y %H:%M:%S")
    )
    log["state"] = np.where(log["s000"] > 0, "ok", "fault")
    log.iloc[7:9, 3] = np.nan
    seen = looked(tmp_path, log.to_csv(index=False, sep=";", decimal=","))
    assert seen.problems == ()
    assert (seen.settings["order"], seen.settings["dates"], seen.settings["missing"]) == (
        "timestamp", "day first", "interpolate",
    )  # fmt: skip
    found = read(tmp_path, log.to_csv(index=False, sep=";", decimal=","), **seen.settings)
    assert (found.channel_count, found.step_name) == (155, "second")
    assert found.filled is not None
    assert found.filled[:, 2].max() == 2


def test_a_preview_says_what_a_reading_would_give(tmp_path: Path) -> None:
    seen = looked(tmp_path, TABLE)
    assert (seen.reader, seen.rows, seen.samples, seen.steps, seen.channels) == ("long", 12, 8, 3, 1)
    assert [(column.name, column.kind, column.role) for column in seen.columns] == [
        ("id", "text", "entity"),
        ("day", "date", "order"),
        ("price", "whole", "feature"),
        ("label", "text", "label"),
    ]
    assert seen.classes == {"up": 4, "down": 4}
    assert seen.head[0] == ("a", "2024-01-01", "1", "up")
    assert len(seen.head) == 8
    found = read(tmp_path, TABLE, **seen.settings)
    assert found.series.shape == (seen.samples, seen.steps, seen.channels)
    assert set(seen.settings) == set(READERS.part("long").model_fields)


def test_given_settings_are_kept_and_their_columns_lose_other_roles(tmp_path: Path) -> None:
    seen = looked(tmp_path, TABLE, entity="", label="id", length=4, ties="keep")
    assert seen.settings["entity"] == ""
    assert (seen.settings["label"], seen.settings["order"], seen.settings["length"]) == ("id", "day", 4)
    assert seen.settings["features"] == ["price"]
    assert (seen.samples, seen.problems) == (9, ())


@pytest.mark.parametrize(
    ("content", "chosen", "words"),
    [
        (TABLE, {"length": 40}, "one needs 40 rows"),
        (TABLE, {"ties": "refuse", "entity": ""}, "rows must have different times"),
        ("t,x\n01/02/2024,1\n02/02/2024,2\n03/02/2024,1\n", {}, "can be read both ways"),
        (TABLE, {"label": "gone"}, "the label column 'gone'"),
    ],
)
def test_a_preview_names_what_stops_the_import(
    tmp_path: Path, content: str, chosen: dict, words: str
) -> None:
    seen = looked(tmp_path, content, **chosen)
    assert any(words in problem for problem in seen.problems)
    with pytest.raises(HeedError, match=re.escape(words)):
        read(tmp_path, content, **seen.settings)


def test_the_preview_of_a_large_file_looks_at_its_first_rows_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.tables_head.LOOK_ROWS", 100)
    monkeypatch.setattr("core.data.tables_total.COUNTED_BYTES", 1000)
    monkeypatch.setattr("core.data.tables_total._PIECE", 500)
    rows = "".join(f"m{row // 50},{row % 50},{row % 7}.5,{'ab'[row % 2]}\n" for row in range(5000))
    seen = looked(tmp_path, "machine,t,x,label\n" + rows)
    assert seen.looked == 100
    assert abs(seen.rows - 5000) < 500
    assert seen.samples is not None
    assert abs(seen.samples - 26 * 100) < 300
    assert any("estimated" in notice for notice in seen.notices)
    assert seen.problems == ()


def test_windows_that_lack_a_channel_entirely_are_previewed_with_missing_values_kept(tmp_path: Path) -> None:
    table = "t,v,w\n" + "".join(f"{t},{t},{'' if t < 20 else t}\n" for t in range(40))
    seen = looked(tmp_path, table, length=5)
    assert seen.settings["missing"] == "mask"
    assert seen.problems == ()
    assert np.isnan(read(tmp_path, table, **seen.settings).series).any()


def test_dates_in_the_index_that_pandas_writes_are_the_time(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=60, freq="D")
    table = pd.DataFrame({"Open": np.arange(60.0), "Close": np.arange(60.0) + 1}, index=days)
    for content in (table.to_csv(), table):
        seen = looked(tmp_path, content)
        assert (seen.settings["order"], seen.settings["features"]) == ("(index)", ["Open", "Close"])
        assert (seen.samples, seen.problems) == (31, ())
