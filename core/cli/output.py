"""What the command prints: one JSON document or short tables on stdout, everything else on stderr."""

import os
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import UnsupportedOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import orjson
import typer
from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from core.store import Damaged, Store, open_store

if TYPE_CHECKING:
    import pandas as pd

NOT_SHOWN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
DIRECTION_SIGNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
WIDE = 160  # columns of a table that goes to a file or a pipe
LISTED = 12  # items of a list that are named, before "and ... more"


class Output:
    """Where one call of the command prints, and the store it works on.

    Args:
        as_json: Whether stdout gets one JSON document in place of tables.
        home: Directory of the store; None for the usual one.
    """

    def __init__(self, as_json: bool = False, home: Path | None = None) -> None:
        self.as_json = as_json
        self.home = home
        self._document: TextIO = sys.stdout

    @cached_property
    def store(self) -> Store:
        """The store, opened at first use."""
        return open_store(self.home)

    @cached_property
    def errors(self) -> Console:
        """The console of messages and progress."""
        return Console(file=sys.stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Keep stdout for the JSON document: whatever else is printed meanwhile goes to stderr."""
        if not self.as_json:
            yield
            return
        self._document, kept = _take_stdout()
        before, sys.stdout = sys.stdout, sys.stderr
        try:
            yield
        finally:
            self._document.flush()
            sys.stdout = before
            if kept is not None:
                os.dup2(kept, 1)
                self._document.close()

    def answer(self, document: Mapping[str, Any], *shown: RenderableType | str) -> None:
        """Print the answer of a command: the document under --json, else what is shown to a person."""
        if self.as_json:
            self._document.write(json_text(document) + "\n")
            self._document.flush()
            return
        console = Console(
            file=sys.stdout, markup=False, highlight=False, emoji=False, width=None if _terminal() else WIDE
        )
        for part in shown:
            console.print(
                Text(visible(part)) if isinstance(part, str) else part, soft_wrap=isinstance(part, str)
            )

    def tell(self, message: str) -> None:
        """Print a message on stderr."""
        self.errors.print(Text(visible(message, keep="\n")))

    def tell_damaged(self, damaged: Sequence[Damaged]) -> None:
        """Name the directories that can't be read, on stderr."""
        for entry in damaged:
            self.tell(f"damaged: {entry.id}: {entry.reason}")

    def fail(self, kind: str, message: str) -> None:
        """Print an error: as a document under --json, else as a message on stderr."""
        if self.as_json:
            self.answer({"error": {"kind": kind, "message": visible(message, keep="\n")}})
        else:
            self.tell(f"heed: {message}")


def output_of(context: typer.Context) -> Output:
    """Return the output that belongs to a call."""
    output: Output = context.obj
    return output


def json_text(document: Any) -> str:
    """Return plain values, dataclasses, models and arrays as JSON; NaN and infinity become null."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(_encodable(document), default=_plain, option=options).decode()


def visible(text: object, keep: str = "") -> str:
    """Return text as it may stand on a terminal: control and direction signs written as escapes.

    Args:
        text: What is shown.
        keep: Characters that stay although they are control signs.
    """
    return "".join(
        sign.encode("unicode_escape").decode()
        if sign not in keep and (unicodedata.category(sign) in NOT_SHOWN or sign in DIRECTION_SIGNS)
        else sign
        for sign in str(text)
    )


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> Table:
    """Return a plain table; a header that ends with ">" has its numbers on the right."""
    drawn = Table(
        title=Text(visible(title)) if title else None, title_justify="left", box=None, pad_edge=False
    )
    for header in headers:
        right = header.endswith(">")
        name = header.rstrip(">")
        drawn.add_column(
            Text(name, style="bold"), justify="right" if right else "left", no_wrap=name in {"id", "run"}
        )
    for row in rows:
        drawn.add_row(*(Text(visible(shown(cell))) for cell in row))
    return drawn


def table_of(frame: "pd.DataFrame", title: str = "") -> Table:
    """Return a data frame as a plain table."""
    headers = [f"{name}>" if frame[name].dtype.kind in "iuf" else str(name) for name in frame.columns]
    return table(headers, frame.to_numpy(dtype=object).tolist(), title)


def facts(pairs: Mapping[str, object]) -> Table:
    """Return names and values in two columns."""
    drawn = Table(box=None, show_header=False, pad_edge=False)
    drawn.add_column(no_wrap=True, style="bold")
    drawn.add_column()
    for name, value in pairs.items():
        drawn.add_row(Text(visible(name)), Text(visible(shown(value))))
    return drawn


def shown(value: object) -> str:
    """Return a value as a table shows it: three decimals, a dash where there is none."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value unlike itself
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return (
            f"{value:.0f}"
            if abs(value) >= 1000
            else f"{value:.3f}"
            if abs(value) >= 0.0005 or not value
            else f"{value:.0e}"
        )
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={shown(inner)}" for name, inner in value.items()) or "-"
    if isinstance(value, (tuple, list)):
        more = [f"and {len(value) - LISTED} more"] if len(value) > LISTED + 1 else []
        return ", ".join([*(shown(inner) for inner in (value[:LISTED] if more else value)), *more]) or "-"
    return str(value) or "-"


def interval(low: float | None, high: float | None) -> str:
    """Return an interval as it stands behind its number."""
    return "" if low is None or high is None else f"[{low:.3f}, {high:.3f}]"


def _take_stdout() -> tuple[TextIO, int | None]:
    """Return a stream on the real stdout and its kept descriptor, after pointing descriptor 1 at stderr."""
    sys.stdout.flush()
    try:
        descriptor, errors = sys.stdout.fileno(), sys.stderr.fileno()
    except (UnsupportedOperation, ValueError):
        return sys.stdout, None  # a stream in memory, as in a notebook
    if descriptor != 1:
        return sys.stdout, None
    kept = os.dup(1)
    os.dup2(errors, 1)
    return open(kept, "w", encoding="utf-8", closefd=True), kept  # noqa: PTH123 - a descriptor, not a path


def _terminal() -> bool:
    return sys.stdout.isatty()


def _encodable(value: Any) -> Any:
    """Return the value with text that JSON can hold: lone surrogates of a shell's bytes become escapes."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(inner) for inner in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
