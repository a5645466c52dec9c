"""The tables of the section Heads: heads with their numbers, readings with their reasons."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.attention.closed import ClosedHeads
from core.attention.heads import HeadProfile, HeadType
from core.attention.readings import Reading
from core.attention.run_heads import LayerHeads, RunHeads
from dashboard.components.cards import head_row
from dashboard.components.format import clipped, count, number

TYPES = {
    "local": "weight within 5 % of the length on either side of the query",
    "global": "mean distance of query and key, in tokens",
    "diagonal": "mean weight at one lag, key minus query",
    "vertical": "weight on the 5 % of keys that receive most",
    "uniform": "normalised entropy of a query's weights",
    "causal": "weight at or before the query",
    "sparse": "keys in use: 1 over the sum of squared weights",
}
OWN_COLUMN = tuple(name for name in TYPES if name not in {"uniform", "sparse"})
COLUMNS = {**TYPES, "entropy": TYPES["uniform"], "keys in use": TYPES["sparse"]}
MOST_PAIRS = 2


def note(found: RunHeads) -> str:
    """Return whose maps are shown, and what there is instead of maps."""
    if len(found.samples) == 1 == found.total:
        said = "Maps are of this sample alone."
    elif len(found.samples) < found.total:
        said = f"n = {count(len(found.samples))}, spread over the {count(found.total)} samples selected."
    else:
        said = f"n = {count(found.total)}, all samples selected."
    if found.read < 1:
        said += f" Of large maps {100 * found.read:.0f} % of the queries were measured, evenly chosen."
    first = found.layers[0]
    if first.pooled and first.layer.heads == 1:
        return (
            f"{said} This model has one head, which pools the steps: there is no map of queries and keys "
            "and no other head to compare. Its weights are in the section Overview."
        )
    if first.pooled:
        said += " Its heads pool the steps: each has one weight a step, and no map of queries and keys."
    return said


def heads_table(found: RunHeads) -> Any:
    """Return one row a head under its layer: its names, its numbers, its strongest pairs."""
    mapped = not found.layers[0].pooled
    titles = ["Head", *(["Types"] if mapped else []), "Entropy", "Keys in use", "Largest weight"]
    titles += [*(name.capitalize() for name in OWN_COLUMN), "Top pairs"] if mapped else []
    numbers = [title for title in titles if title not in {"Head", "Types", "Top pairs"}]
    head = head_row(titles, numbers, {title: COLUMNS.get(title.lower(), "") for title in titles})
    rows = []
    for one in found.layers:
        rows += [_of_layer(one, len(titles)), *(_row(one, profile) for profile in one.profiles)]
    caption = (
        "Means over samples; bold: far enough from equal weights for the name. Entropy, which uniform stands "
        "on: 0 one key, 1 all alike (SD over samples). Keys in use: what sparse stands on. Top pairs: query "
        "\u2192 key of the mean map."
        if mapped
        else "Means over samples. Entropy: 0 one step, 1 all alike (SD over samples)."
    )
    parts = [html.Caption(caption), html.Thead(head), html.Tbody(rows)]
    table = html.Table(parts, className="plain-table heads-table")
    return _scrolled(table, "Heads with their types and numbers")


def closed_table(found: ClosedHeads) -> Any:
    """Return what changes when heads are closed, one row a layer, one column a head."""
    layers = list(dict.fromkeys(one.layer for one in found.heads))
    heads = sorted({one.head for one in found.heads if one.head is not None})
    places = ["all heads", *(f"head {one}" for one in heads)]
    head = head_row(["Layer", *places], places)
    rows = []
    for layer in layers:
        cells = []
        for place in (None, *heads):
            one = next((each for each in found.heads if (each.layer, each.head) == (layer, place)), None)
            cells.append(_cell("-" if one is None else f"{one.change:.3f} ({100 * one.flips:.0f} %)"))
        rows.append(html.Tr([html.Th(clipped(layer, 24), scope="row"), *cells]))
    caption = (
        "When a head passes nothing on: mean change of the probability of the predicted class "
        f"(predictions that turn), n = {count(len(found.samples))}. A closed head is unlike anything the "
        "model has learnt from, and heads may stand in for each other: little change does not say that a "
        "head is not used."
    )
    parts = [html.Caption(caption), html.Thead(head), html.Tbody(rows)]
    table = html.Table(parts, className="plain-table heads-table")
    return _scrolled(table, "What changes when heads are closed")


def offered_table(found: Sequence[Reading], extra: Sequence[Reading]) -> Any:
    """Return every reading with what it tells, or why it is not offered."""
    now = {one.key: one for one in extra}
    rows = []
    for one in found:
        shown = now.get(one.key, one)
        told = (
            f"{shown.reason[:1].upper()}{shown.reason[1:]}."
            if shown.valid
            else f"Not offered: {shown.reason}."
        )
        row = [html.Th(shown.title, scope="row"), html.Td(told)]
        rows.append(html.Tr(row, className="" if shown.valid else "muted"))
    head = head_row(("Reading", "What it tells, or why not"))
    return _scrolled(html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table"), "Readings")


def _of_layer(one: LayerHeads, columns: int) -> html.Tr:
    """Return the row above a layer's heads: its name, what equal weights give on maps of its size."""
    types = {kind.name: kind for kind in one.profiles[0].types}
    name = clipped(one.layer.name, 24)
    if not types:
        return html.Tr(html.Th(name, scope="rowgroup", colSpan=columns))
    equal = [number(types[kind].null) for kind in ("uniform", "sparse")]
    cells = [*equal, "", *(number(types[kind].null) for kind in OWN_COLUMN), ""]
    named = html.Th([name, html.Span(", equal weights", className="muted")], scope="rowgroup", colSpan=2)
    return html.Tr([named, *(html.Td(text, className="number muted") for text in cells)])


def _row(one: LayerHeads, profile: HeadProfile) -> html.Tr:
    cells: list[Any] = [html.Th(str(profile.head), scope="row")]
    spread = f"{profile.entropy:.2f} (SD {profile.entropy_deviation:.2f})"
    keys, largest = _cell(number(profile.keys)), _cell(number(profile.largest))
    if one.pooled:
        return html.Tr([*cells, _cell(spread), keys, largest])
    types = {kind.name: kind for kind in profile.types}
    measured = [
        _cell(spread, types.get("uniform")),
        _type(types["sparse"]) if types else keys,
        largest,
        *(_type(types[name]) if types else _cell("-") for name in OWN_COLUMN),
    ]
    pairs = "; ".join(
        f"{clipped(one.queries.labels[pair.query], 16)} \u2192 {clipped(one.keys.labels[pair.key], 16)}"
        f" {pair.weight:.2f}"
        for pair in one.pairs[profile.head][:MOST_PAIRS]
    )
    return html.Tr([*cells, html.Td(", ".join(profile.names) or "-"), *measured, html.Td(pairs)])


def _type(kind: HeadType) -> html.Td:
    at = f" at {kind.lag:+d}" if kind.name == "diagonal" else ""
    return _cell(f"{number(kind.value)}{at}", kind)


def _cell(text: str, kind: HeadType | None = None) -> html.Td:
    return html.Td(html.Strong(text) if kind is not None and kind.holds else text, className="number")


def _scrolled(table: html.Table, label: str) -> html.Div:
    return html.Div(table, className="table-scroll", tabIndex="0", role="group", **{"aria-label": label})
