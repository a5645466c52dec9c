"""The numbers behind a figure as CSV and JSON, safe to open in a spreadsheet, with where they come from.

A CSV file begins with comment lines, each ``# name: JSON value``: one file keeps numbers and provenance.
``pandas.read_csv(path, comment="#")`` reads it, since every text is quoted. A text (never a number) that a
spreadsheet would take for a formula gets an apostrophe before it; the line ``# escaped`` says so.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.results import Provenance
from core.tables import protected

if TYPE_CHECKING:
    import pandas as pd

LIMITS = (
    "Describes this model on these samples. Attention is what the model weighs, not by itself an explanation "
    "of its prediction; no basis for regulated figures."
)
NOT_A_SLUG = re.compile(r"[^a-z0-9]+")
NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")


def slug(text: str, longest: int = 60) -> str:
    """Return a text as a harmless file name: lower-case Latin letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return NOT_A_SLUG.sub("-", plain).strip("-")[:longest].strip("-") or "heed"


def safe_text(value: Any) -> Any:
    """Return a cell so that no spreadsheet executes it; numbers stay numbers."""
    return protected(value) if isinstance(value, str) and not NUMBER.match(value) else value


def to_csv(frame: "pd.DataFrame", about: Mapping[str, Any]) -> str:
    """Return a table as CSV with its provenance in comment lines before it."""
    out = io.StringIO()
    for name, value in about.items():
        out.write(f"# {name}: {json.dumps(value, default=str, ensure_ascii=True)}\n")
    out.write('# escaped: "texts that begin like a formula have an apostrophe before them"\n')
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow([safe_text(str(name)) for name in frame.columns])
    columns = [[_plain(value) for value in frame[name].tolist()] for name in frame.columns]
    for row in zip(*columns, strict=True):
        writer.writerow([safe_text(cell) for cell in row])
    return out.getvalue()


def to_json(frame: "pd.DataFrame", about: Mapping[str, Any]) -> str:
    """Return a table as JSON: columns by name, provenance beside them; not-a-number becomes null."""
    columns = {str(name): [_plain(value) for value in frame[name].tolist()] for name in frame.columns}
    document = {**about, "columns": columns, "rows": len(frame)}
    return json.dumps(document, default=str, ensure_ascii=False, allow_nan=False, indent=1)


def about(title: str, provenance: Provenance, view: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an export says of itself: title, limits of use, provenance, view."""
    return {
        "title": title,
        "limits": LIMITS,
        "provenance": provenance.plain(),
        "key": provenance.key(),
        "view": dict(view),
    }


def provenance_line(provenance: Provenance) -> str:
    """Return the line that stands under an exported picture."""
    weights = [f"{run} {digest[:8]}" for run, digest in provenance.weights.items()]
    shown = weights[:3] + ([f"and {len(weights) - 3} more"] if len(weights) > 3 else [])
    pieces = [f"n = {provenance.samples:,}"] if provenance.samples else []
    if provenance.data:
        pieces.append(f"data {provenance.data[:8]}")
    if shown:
        pieces.append(f"weights {', '.join(shown)}")
    heed = provenance.versions.get("heed", "")
    return " \u00b7 ".join([f"Heed {heed}".strip(), *pieces, f"key {provenance.key()[:12]}"])


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
