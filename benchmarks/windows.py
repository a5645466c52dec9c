"""Rows about windows: cut from a table in memory, and from a file."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.material import Material
from benchmarks.measure import Measured, Side, in_turn, timed

ROWS, ENTITIES, CHANNELS, LENGTH = 60_000, 500, 20, 30
CHOSEN = {"entity": "ticker", "order": "day", "label": "label", "length": LENGTH}


def windows(_material: Material, repeat: int) -> Measured:
    """Cut windows of 30 rows, one from each row on, with their labels: the table is in memory already."""
    from core.data.readers.long import LongReader
    from core.data.tables_inspect import Tray
    from core.data.tables_open import open_table
    from core.data.tables_windows import pieces_of, plan_cutting
    from core.data.windowing import cut_windows

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "table.parquet"
        table = priced()
        table.to_parquet(path, index=False)
        reader = LongReader(**CHOSEN)
        rows = reader.rows(open_table(path), Tray())

        def heed(_turn: int) -> Any:
            planned = plan_cutting(rows, pieces_of(rows, 0.0), reader.cutting())
            shape = (len(planned.plan.firsts), LENGTH, CHANNELS)
            return cut_windows(rows.values, planned.plan, np.empty(shape, np.float32)), planned.labels

        def grouped(_turn: int) -> Any:
            return by_groups(table)

        def from_file(turn: int) -> None:
            from core.data.desk import Desk

            place = Path(directory) / str(turn)
            place.mkdir()
            reader.read(path, Desk(place))

        # Both must give the same before they are compared.
        np.testing.assert_array_equal(heed(0)[0], grouped(0)[0])
        sides = [
            Side("Heed", timed(heed)),
            Side("pandas, group by group", timed(grouped)),
            Side("Heed, from the Parquet file to disk", timed(from_file)),
        ]
        found = in_turn(sides, repeat)
    found.notes = f"{ROWS:,} rows of {ENTITIES} entities, {CHANNELS} channels, windows of {LENGTH}, stride 1"
    return found


def priced() -> Any:
    """Return a table of days of tickers, sorted, with features and a label."""
    import pandas as pd

    rng = np.random.default_rng(0)
    days = ROWS // ENTITIES
    columns: dict[str, Any] = {
        "ticker": np.repeat([f"T{number}" for number in range(ENTITIES)], days),
        "day": np.tile(np.datetime64("2024-01-01", "D") + np.arange(days), ENTITIES).astype("M8[s]"),
    }
    for channel in range(CHANNELS):
        columns[f"f{channel}"] = rng.normal(size=ROWS).astype(np.float32)
    columns["label"] = rng.choice(["down", "up"], ROWS)
    return pd.DataFrame(columns)


def by_groups(table: Any) -> Any:
    """Cut windows as scripts do: sorted, group by group, a slice for each window, stacked in the end."""
    channels = [f"f{channel}" for channel in range(CHANNELS)]
    series, labels = [], []
    for _ticker, group in table.groupby("ticker", sort=False):
        ordered = group.sort_values("day")
        values, known = ordered[channels].to_numpy(), ordered["label"].to_numpy()
        for start in range(len(values) - LENGTH + 1):
            series.append(values[start : start + LENGTH])
            labels.append(known[start + LENGTH - 1])
    codes = {name: code for code, name in enumerate(sorted(set(labels)))}
    return np.array(series), np.array([codes[name] for name in labels])
