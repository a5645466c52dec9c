"""From values to the table: medians, ratios, targets; as text, JSON and Markdown."""

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.material import ROOT
from benchmarks.rows import ROWS, Row, Target

RESULTS = ROOT / "benchmarks" / "results.json"
DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- table: python -m benchmarks --write-docs -->", "<!-- end of table -->"
HEAD = ("row", "Heed", "beside", "takes", "Heed / it", "target", "met")
NOT_MEASURED = "not measured"


def summary(values: Sequence[float]) -> dict[str, float]:
    """Return median, minimum, maximum and 95th percentile."""
    return {
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
        "p95": float(np.percentile(values, 95)),
    }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """Return the ratio of medians, and the least and largest ratio of one turn."""
    turns = [mine / its for mine, its in zip(ours, theirs, strict=True)]
    return {
        "median": statistics.median(ours) / statistics.median(theirs),
        "min": min(turns),
        "max": max(turns),
    }


def judged(row: Row, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as results.json holds it; `measured` is what `Measured.plain` gives, or an error."""
    plain = {"name": row.name, "what": row.what, "unit": row.unit, "target": row.target.words}
    if "error" in measured:
        return {**plain, "sides": [], "met": None, "notes": "", **measured}
    values = measured["values"]
    ours = next(iter(values.values()))
    sides: list[dict[str, Any]] = [
        {"label": label, **summary(found), "values": [float(f"{value:.6g}") for value in found]}
        for label, found in values.items()
    ]
    for side in sides[1:]:
        side["ratio"] = ratio(ours, values[side["label"]])
    sides += [{"label": label, "missing": words} for label, words in measured["missing"].items()]
    kept = {key: measured[key] for key in ("notes", "load", "at")}
    return {**plain, **kept, "repeat": len(ours), "sides": sides, "met": is_met(row.target, sides)}


def is_met(target: Target, sides: Sequence[Mapping[str, Any]]) -> bool | None:
    """Say whether a target is met; None if what it is measured by is missing."""
    first = sides[1] if len(sides) > 1 else {}
    if target.ratio is not None and "ratio" not in first:
        return None
    bounds = (
        (target.ratio, first.get("ratio", {}).get("median", math.inf)),
        (target.most, sides[0]["median"]),
        (target.p95, sides[0]["p95"]),
    )
    return all(found <= most for most, found in bounds if most is not None)


def merged(known: Mapping[str, Any], machine: Mapping[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    """Return results with new rows in place of those they replace, in the order of the table."""
    by_name = {row["name"]: row for row in (*known.get("rows", ()), *rows)}
    return {"machine": dict(machine), "rows": [by_name[row.name] for row in ROWS if row.name in by_name]}


def lines_of(row: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the cells of a row: one line per alternative."""
    if not row["sides"]:
        return [(row["name"], row.get("error", NOT_MEASURED), "", "", "", row["target"], "-")]
    unit = row["unit"]
    ours, *others = row["sides"]
    met = {True: "yes", False: "NO", None: "-"}[row["met"]]
    cells = [_beside(side, unit) for side in others] or [("-", "", "")]
    first = (row["name"], spread(ours, unit), *cells[0], row["target"], met)
    return [first, *(("", "", *cell, "", "") for cell in cells[1:])]


def as_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the table for a terminal, with what each row is about below."""
    lines = [HEAD, *(line for row in rows for line in lines_of(row))]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    drawn = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    rule = "  ".join("-" * width for width in widths)
    words = [f"{row['name']}: {row['what']}{_more(row)}" for row in rows]
    return "\n".join([*(line.rstrip() for line in (drawn[0], rule, *drawn[1:])), "", *words])


def as_markdown(results: Mapping[str, Any]) -> str:
    """Return the table of docs/performance.md."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    for row in results["rows"]:
        first, *more = lines_of(row)
        cells = [(f"**{first[0]}**: {row['what']}", *first[1:]), *more]
        lines += [f"| {' | '.join(cell)} |" for cell in cells]
    notes = [f"- **{row['name']}**{_more(row)}" for row in results["rows"]]
    machine = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    return "\n".join([f"Machine: {machine}.", "", *lines, "", *notes])


def filled(text: str, table: str) -> str:
    """Return a document with the table between its marks.

    Raises:
        ValueError: If the marks are not there.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"the document must hold {BEGIN} and {END}; one is missing")
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END, 1)[1]}"


def read_results(path: Path = RESULTS) -> dict[str, Any]:
    """Return the results of earlier rows; nothing where there are none."""
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def spread(side: Mapping[str, float], unit: str) -> str:
    """Return median and range with their unit."""
    factor, name, digits = (1, unit, 0) if unit != "s" else _scale(side["median"])
    middle, least, most = (f"{side[key] * factor:.{digits}f}" for key in ("median", "min", "max"))
    return f"{middle} {name} ({least}-{most})"


def fraction(value: float) -> str:
    """Return a ratio: 1/27 where Heed takes much less, else 1.03."""
    return f"1/{1 / value:.3g}" if value <= 2 / 3 else f"{value:.3g}"


def _scale(seconds: float) -> tuple[int, str, int]:
    if seconds >= 1:
        return 1, "s", 2
    return 1000, "ms", 0 if seconds >= 0.1 else 1 if seconds >= 0.01 else 2


def _beside(side: Mapping[str, Any], unit: str) -> tuple[str, str, str]:
    if "missing" in side:
        return side["label"], side["missing"], ""
    found = side["ratio"]
    words = f"{fraction(found['median'])} ({fraction(found['min'])} to {fraction(found['max'])})"
    return side["label"], spread(side, unit), words


def _more(row: Mapping[str, Any]) -> str:
    repeat = f" n = {row['repeat']}, load {row['load'][0]:g} to {row['load'][1]:g}." if row["sides"] else ""
    notes = f" {row['notes'][0].upper()}{row['notes'][1:]}." if row["notes"] else ""
    return f".{notes}{repeat}"
