from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.choosing import best_reader
from core.data.roles import is_long, long_roles, wide_roles
from core.data.tables_dates import dates_of, guess_epoch, guess_form
from core.data.tables_grid import grid_of
from core.data.tables_head import read_head

DAYS = pd.date_range("2024-01-01", periods=20, freq="D")
VALUES = np.random.default_rng(0).normal(size=(40, 3)).round(3)


def head(tmp_path: Path, table: pd.DataFrame):
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False)
    return read_head(path)


def prices(**further) -> pd.DataFrame:
    plain = {
        "Ticker": np.repeat(["AAA", "BBB"], 20),
        "Date": np.tile(DAYS.strftime("%Y-%m-%d"), 2),
        **{name: VALUES[:, place] for place, name in enumerate(("open", "close", "volume"))},
        "target": np.tile(["up", "down"], 20),
    }
    return pd.DataFrame({**plain, **further})


def test_prices_of_tickers_by_date_are_long(tmp_path: Path) -> None:
    found = head(
        tmp_path, prices(sector=np.repeat(["tech", "food"], 20), mood=np.tile(["a", "b", "c", "d"], 10))
    )
    assert is_long(found)
    roles = long_roles(found)
    assert (roles.entity, roles.order, roles.label) == ("Ticker", "Date", "target")
    assert roles.features == ["open", "close", "volume"]
    assert roles.metadata == ["sector"]  # never changes within a ticker
    assert roles.categories == ["mood"]


@pytest.mark.parametrize(
    ("names", "order"),
    [
        ({"machineId": np.repeat([7, 9], 20), "cycle": np.tile(np.arange(20), 2)}, "cycle"),
        ({"subject": np.repeat(["a", "b"], 20), "t": np.tile(np.arange(20) / 10, 2)}, "t"),
        (
            {"who": np.repeat(["a", "b"], 20), "timestamp": np.tile(1_700_000_000 + np.arange(20), 2)},
            "timestamp",
        ),
        (
            {"timestamp": pd.date_range("2024-01-01", periods=40, freq="s").strftime("%d.%m.%Y %H:%M:%S")},
            "timestamp",
        ),
        ({"Zeit": pd.date_range("2024-01-01", periods=40, freq="h").strftime("%m/%d/%Y %H:%M")}, "Zeit"),
    ],
)
def test_rows_with_a_time_are_long_whatever_it_is_called(tmp_path: Path, names, order: str) -> None:
    found = head(tmp_path, pd.DataFrame({**names, "x": VALUES[:, 0], "y axis": VALUES[:, 1]}))
    assert is_long(found)
    roles = long_roles(found)
    assert roles.order == order
    assert roles.entity == (next(iter(names)) if len(names) == 2 else "")


@pytest.mark.parametrize(
    "columns",
    [
        [str(number) for number in range(12)],
        [f"t_{number}" for number in range(12)],
        [f"{channel}_{step}" for channel in ("a", "b") for step in range(6)],
        ["mon", "tue", "wed", "thu"],
    ],
)
def test_a_row_a_sample_is_wide(tmp_path: Path, columns: list[str]) -> None:
    table = pd.DataFrame(np.random.default_rng(1).normal(size=(30, len(columns))), columns=columns)
    table.insert(0, "label", np.tile(["x", "y", "z"], 10))
    found = head(tmp_path, table)
    assert not is_long(found)
    assert best_reader(["long", "wide"], tmp_path / "table.csv") == "wide"
    assert wide_roles(found).label == "label"


def test_what_stands_beside_the_steps_is_found(tmp_path: Path) -> None:
    table = pd.DataFrame(np.random.default_rng(1).normal(size=(40, 20)), columns=[f"v{n}" for n in range(20)])
    table["patient_id"] = np.repeat([f"p{number}" for number in range(10)], 4)
    table["sample id"] = [f"s{number}" for number in range(40)]
    table["age"] = np.arange(40) + 20
    table["sex"] = np.tile(["m", "f"], 20)
    table["Split"] = np.tile(["Train", "train", "valid", "test"], 10)
    table["diagnosis"] = np.tile(["a", "b", "b", "a"], 10)
    table["nothing"] = ""
    roles = wide_roles(head(tmp_path, table))
    assert (roles.label, roles.id, roles.entity, roles.part) == (
        "diagnosis",
        "sample id",
        "patient_id",
        "Split",
    )
    assert sorted(roles.metadata) == ["age", "sex"]
    assert roles.skip == ["nothing"]


@pytest.mark.parametrize(
    ("names", "channels", "steps"),
    [
        (["a_0", "a_1", "b_0", "b_1"], ("a", "b"), ("0", "1")),
        (["x.2", "y.2", "x.10", "y.10"], ("x", "y"), ("2", "10")),
        (["acc x[1]", "acc y[1]", "acc x[0]", "acc y[0]"], ("acc x", "acc y"), ("0", "1")),
        (["a_0", "a_1", "b_0", "b_2"], ("value",), ("a_0", "a_1", "b_0", "b_2")),
        (["a_0", "a_1"], ("value",), ("a_0", "a_1")),
        (["0.0", "0.1", "1.0", "1.1"], ("value",), ("0.0", "0.1", "1.0", "1.1")),
        (["a_0", "a_00", "b_0", "b_1"], ("value",), ("a_0", "a_00", "b_0", "b_1")),
    ],
)
def test_channels_and_steps_are_read_from_full_grids_of_names_only(names, channels, steps) -> None:
    grid = grid_of(names)
    assert (grid.channels, grid.steps) == (channels, steps)
    assert grid_of(names, several=False).channels == ("value",)
    if len(channels) == 2:
        assert names[grid.places[1, 0]].startswith(channels[0])


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2024-01-31", "2024-02-01"], "iso"),
        (["2024-01-31T10:00:00Z", "2024-01-31T10:00:00+02:00"], "iso"),
        (["2024-01-31 10:00:00.25"], "iso"),
        (["31.01.2024", "1.2.2024"], "day first"),
        (["01.02.2024"], "day first"),
        (["31/01/2024"], "day first"),
        (["01/31/2024 3:04 PM"], "month first"),
        (["01/02/2024", "03/04/2024"], "auto"),
        (["2024-01-31", "soon"], None),
        (["1.5", "2.5"], None),
        ([], None),
    ],
)
def test_the_form_of_dates_is_told_from_the_texts(texts: list[str], form: str | None) -> None:
    assert guess_form(texts) == form


@pytest.mark.parametrize(
    ("numbers", "form"),
    [
        ([1.7e9, 1.8e9], "seconds"),
        ([1.7e12], "milliseconds"),
        ([1.7e15], "microseconds"),
        ([1.7e18], "nanoseconds"),
        ([20240131, 20240201], "compact"),
        ([20241331], "number"),
        ([0, 1, 2], "number"),
        ([1.5e9 + 0.5], "number"),
    ],
)
def test_what_numbers_count_is_told_from_their_size(numbers: list[float], form: str) -> None:
    assert guess_epoch(np.array(numbers)) == form


@pytest.mark.parametrize(
    ("form", "text", "wanted"),
    [
        ("iso", "2024-02-29", "2024-02-29"),
        ("iso", "2024-01-31T10:00:00+02:00", "2024-01-31T08:00"),
        ("iso", "2024-1-3 4:05", "2024-01-03T04:05"),
        ("iso", "2024-01-31 10:00:00.123456789", "2024-01-31T10:00:00.123456789"),
        ("day first", " 1.2.2024 10:20:30 ", "2024-02-01T10:20:30"),
        ("month first", "02/01/2024 12:00 AM", "2024-02-01T00:00"),
        ("month first", "02/01/2024 12:30 PM", "2024-02-01T12:30"),
        ("month first", "12/31/1999", "1999-12-31"),
        ("compact", "20240131", "2024-01-31"),
        ("seconds", "1700000000", "2023-11-14T22:13:20"),
        ("seconds", "1700000000.5", "2023-11-14T22:13:20.5"),
        ("milliseconds", "-1", "1969-12-31T23:59:59.999"),
        ("nanoseconds", "1700000000123456789", "2023-11-14T22:13:20.123456789"),
        ("iso", "2023-02-29", None),
        ("iso", "1500-01-01", None),
        ("iso", "9999-12-31", None),
        ("iso", "2024-01-31 25:00", None),
        ("day first", "31.04.2024", None),
        ("month first", "13/01/2024", None),
        ("compact", "20241301", None),
        ("month first", "02/01/2024 13:00 PM", None),
        ("seconds", "soon", None),
        ("seconds", "9" * 40, None),
        ("iso", None, None),
    ],
)
def test_dates_become_nanoseconds_or_are_told_to_be_none(
    form: str, text: str | None, wanted: str | None
) -> None:
    import pyarrow as pa

    values, bad = dates_of(pa.array([text, text], pa.string()), "when", form)
    assert bad.tolist() == [wanted is None] * 2
    if wanted is not None:
        assert values.view("M8[ns]")[1] == np.datetime64(wanted, "ns")
