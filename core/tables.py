"""Tables that leave Heed as files: CSV without live formulas, and Parquet."""

import csv
import math
import os
import secrets
from collections.abc import Callable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from core.errors import DataError, SettingsError

if TYPE_CHECKING:
    import pandas as pd

# A spreadsheet reads a cell that starts with one of these as a formula; so it may with their wide forms.
FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
BEFORE_A_FORMULA = " \u00a0\"'"


def protected(text: str) -> str:
    """Return text as a cell of a CSV file: with "'" in front where a spreadsheet could read a formula.

    Text that starts with "'" gets one more, so that taking one off gives every text back.
    """
    risky = text.lstrip(BEFORE_A_FORMULA).startswith(FORMULA_STARTS) or text.startswith(
        ("'", *FORMULA_STARTS)
    )
    return f"'{text}" if risky else text


def write_csv(frame: "pd.DataFrame", file: BinaryIO) -> None:
    """Write a table as CSV: texts protected against formulas, numbers as they are, NaN as nothing."""
    rows = csv.writer(text := TextIOWrapper(file, encoding="utf-8", newline=""), lineterminator="\n")
    rows.writerow([protected(str(name)) for name in frame.columns])
    columns = [frame[name].tolist() for name in frame.columns]
    rows.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
    text.detach()  # flushes, and leaves the file open


def write_parquet(frame: "pd.DataFrame", file: BinaryIO) -> None:
    """Write a table as Parquet."""
    frame.to_parquet(file, index=False)


WRITERS: Mapping[str, Callable[["pd.DataFrame", BinaryIO], None]] = {
    ".csv": write_csv,
    ".parquet": write_parquet,
}


def form_of(path: Path) -> str:
    """Return "csv" or "parquet", by the suffix; SettingsError for any other."""
    table_writer(path)
    return path.suffix.lower().removeprefix(".")


def table_writer(path: Path) -> Callable[["pd.DataFrame", BinaryIO], None]:
    """Return what writes a table to a file of this suffix; SettingsError for any other suffix."""
    if path.suffix.lower() not in WRITERS:
        raise SettingsError(f"the file must end with {' or '.join(WRITERS)}; got {path.name!r:.80}")
    return WRITERS[path.suffix.lower()]


def save_table(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table as CSV or Parquet, as the file's suffix says.

    The file appears whole or not at all; an older one is replaced.

    Raises:
        SettingsError: If the suffix is another one.
        DataError: If the file can't be written.
    """
    write = table_writer(path)
    waiting = path.with_name(f".heed-{secrets.token_hex(8)}{path.suffix}")
    try:
        with waiting.open("xb") as file:
            write(frame, file)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    except OSError as error:
        raise DataError(f"{path} can't be written: {error.strerror or error}") from error
    finally:
        waiting.unlink(missing_ok=True)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return protected(value)
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value
