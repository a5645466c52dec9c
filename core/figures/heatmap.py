"""Attention over many samples: one row a sample, with class, outcome and confidence beside it."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.attention import AttentionHeatmap
from core.evaluation import OUTCOME_NAMES, named_outcomes
from core.figures.frame import (
    counts_only,
    finish,
    lay_out,
    new_figure,
    plain_values,
    step_axis,
    top_legend,
    weight_unit,
)
from core.figures.palette import TEXT_SIZE, Theme, ThemeName, theme_of
from core.figures.strips import MOST_COLUMNS, add_strips, of_cells, places_across
from core.figures.text import clean, counted, number, percent, plain

HEAD, FOOT, LEGEND, HEIGHT = 122, 56, 62, 560
LABELLED_CELLS = 60_000  # more have the number of the step in place of its label
LEAST_APART = 0.05  # of the height, between labels of groups
FINE = 65_535  # parts of the scale in a compact figure, which takes half the room
SORT_SIGNS = 9_600  # of what is told of the sort key: a page of a million samples has room for so many
TICKS = (1, 2, 2.5, 5, 10)


def attention_heatmap_figure(
    result: AttentionHeatmap, theme: ThemeName = "light", *, compact: bool = False
) -> go.Figure:
    """Draw attention over samples.

    Args:
        result: The samples in their order.
        theme: "light" or "dark".
        compact: For the page: cells travel as parts of the scale, and `layout.meta.rows` tells what the page
            says of the cell under the pointer. Otherwise the figure says it by itself.
    """
    look = theme_of(theme)
    largest = float(np.nanmax(result.cells, initial=0.0)) if result.cells.size else 0.0
    start, stop = result.shown
    figure = new_figure(look, "Where the model looks, over samples", _subtitle(result), top=HEAD)
    _add_map(figure, look, result, largest, compact)
    add_strips(figure, look, result, compact)
    lay_out(
        figure,
        yaxis=_row_axis(result),
        xaxis={
            **step_axis(result.axis, result.first_steps, labels=3),
            "domain": places_across(len(result.classes))["map"],
            "showgrid": False,
        },
        legend={**top_legend(0), "yref": "container"},
        showlegend=True,
        height=HEIGHT,
    )
    figure.layout.margin.b = FOOT if len(result.classes) <= MOST_COLUMNS else FOOT + LEGEND
    finish(
        figure,
        _in_words(result, largest),
        stop - start,
        f"0 to {number(largest)}; {_largest(result)}; {clean(result.how, 90)}",
        result.provenance,
    )
    if compact:
        figure.layout.meta = {**figure.layout.meta, "rows": _told(result, largest)}
    return figure


def _subtitle(result: AttentionHeatmap) -> str:
    start, stop = result.shown
    several = f"{result.view.show} of up to {int(result.counts.max(initial=1)):,} samples"
    of = "" if stop - start == result.total else f" of {result.total:,}, places {start + 1:,} to {stop:,}"
    one = several if result.aggregated else "one sample"
    return f"n = {stop - start:,}{of}; a row is {one}<br>{plain(result.how, 90)}"


def _in_words(result: AttentionHeatmap, largest: float) -> str:
    counts = ", ".join(
        f"{int(result.counts[result.outcomes == code].sum()):,} {name}"
        for code, name in named_outcomes(result.outcomes).items()
    )
    start, stop = result.shown
    columns = counted(result.last_step - int(result.first_steps[0]), clean(result.axis.name, 40))
    sure = float(np.average(result.confidence, weights=result.counts)) if stop > start else 0.0
    return (
        f"Heatmap of attention over {counted(stop - start, 'sample')} and {columns},"
        f" {clean(result.how, 90)}: rows of {counts}; cells from 0 to {number(largest)},"
        f" mean confidence {percent(sure)}."
    )


def _add_map(
    figure: go.Figure, theme: Theme, result: AttentionHeatmap, largest: float, compact: bool
) -> None:
    fine = compact and not np.isnan(result.cells).any()
    unit = (largest or 1.0) / FINE
    figure.add_heatmap(
        z=_parts(result.cells, unit) if fine else result.cells,
        x=result.first_steps,
        y=np.arange(len(result.cells)),
        zmin=0,
        zmax=FINE if fine else largest or 1.0,
        colorscale=theme.attention_scale,
        hoverongaps=False,
        **(_left_to_page(result, unit) if compact else _told_by_itself(result)),
        colorbar={
            "title": {"text": _bar_title(result, largest), "side": "right", "font": {"size": TEXT_SIZE}},
            "tickfont": {"size": TEXT_SIZE},
            "thickness": 12,
            "xpad": 8,
            "nticks": 5,
            "outlinewidth": 0,
            **(_ticks(largest or 1.0, unit) if fine else {}),
        },
    )


def _bar_title(result: AttentionHeatmap, largest: float) -> str:
    """Return what the colours mean, with unit and range."""
    which = f"{result.view.show} attention" if _together(result) else "attention"
    return f"{which} {weight_unit(result.axis)}, 0 to {number(largest)}"


def _together(result: AttentionHeatmap) -> bool:
    """Return whether a cell stands for several samples or steps."""
    return result.aggregated or len(result.first_steps) < result.last_step - int(result.first_steps[0])


def _largest(result: AttentionHeatmap) -> str:
    what = "share of one hundredth of a length" if result.view.shares else "single weight"
    return f"largest {what} {number(result.largest)}"


def _left_to_page(result: AttentionHeatmap, unit: float) -> dict[str, Any]:
    """Return the statistic that a compact cell does not show, for the page to say it."""
    if not _together(result):
        return {"hoverinfo": "none"}
    other = result.means if result.view.show == "max" else result.maxima
    scale = max(unit, result.largest / FINE)
    return {"hoverinfo": "none", "customdata": _parts(np.nan_to_num(other), scale)}


def _told(result: AttentionHeatmap, largest: float) -> dict[str, Any]:
    """Return what the page needs to say which samples, step and weights are under the pointer."""
    fine = not np.isnan(result.cells).any()
    unit = (largest or 1.0) / FINE
    labels = None
    if not counts_only(result.axis):
        labels = [clean(result.axis.labels[int(step)], 20) for step in result.first_steps]
    told: dict[str, Any] = plain_values(
        {
            "samples": result.samples,
            "edges": result.edges,
            "actual": result.actual,
            "outcomes": result.outcomes,
            "names": OUTCOME_NAMES,
            "confidence": [round(float(sure), 3) for sure in result.confidence],
            "steps": result.first_steps,
            "last": result.last_step,
            "labels": labels,
            "step": clean(result.axis.name, 40),
            "classes": [clean(name, 40) for name in result.classes],
            "total": result.total,
            "show": result.view.show,
            "unit": unit if fine else 1.0,
            "other": max(unit, result.largest / FINE),
            "by": _sorted_by(result),
        }
    )
    return told


def _sorted_by(result: AttentionHeatmap) -> dict[str, Any] | None:
    """Return what each row has of the sort key, as texts that together are no longer than a page may send."""
    found = result.values
    if found is None:
        return None
    both = (found.first, found.last) if result.aggregated else (found.first,)
    name = clean(found.name, 40)
    if result.view.sort == "peak":
        name = f"peak at {'step' if result.view.shares else clean(result.axis.name, 40)}"
        if not result.view.shares:
            both = tuple(np.asarray(result.axis.labels)[each] for each in both)
    longest = max(8, min(40, SORT_SIGNS // max(1, len(both) * len(found.first))))
    first, *last = ([_in_short(value, longest) for value in each] for each in both)
    return {"name": name, "first": first, "last": last[0] if last else None}


def _in_short(value: Any, longest: int) -> str:
    """Return a value of the sort key as a short text."""
    if not isinstance(value, int | float | np.number) or isinstance(value, bool):
        return clean(value, longest)
    if np.isnan(value):
        return "none"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4g}"


def _told_by_itself(result: AttentionHeatmap) -> dict[str, Any]:
    """Return the hover text of a figure that leaves the page."""
    step, labels = plain(result.axis.name), _labels_of_cells(result)
    label = "%{x}" if labels is None else "%{text}"
    said = f"{step} {label}<br>{result.view.show if result.aggregated else 'attention'} %{{z:.4f}}"
    samples = of_cells(result, len(result.first_steps))
    if not result.aggregated:
        return {
            "customdata": samples,
            "text": labels,
            "hovertemplate": f"sample %{{customdata}}<br>{said}<extra></extra>",
        }
    other = result.means if result.view.show == "max" else result.maxima
    counts = np.broadcast_to(result.counts[:, None], other.shape)
    name = "mean" if result.view.show == "max" else "max"
    return {
        "customdata": np.stack([samples, counts, other], axis=2, dtype=np.float32, casting="same_kind"),
        "text": labels,
        "hovertemplate": "sample %{customdata[0]} and others, n = %{customdata[1]}<br>"
        f"{said}, {name} %{{customdata[2]:.4f}}<extra></extra>",
    }


def _parts(values: NDArray[Any], unit: float) -> NDArray[np.uint16]:
    parts: NDArray[np.uint16] = np.clip(np.rint(values / unit), 0, FINE).astype(np.uint16)
    return parts


def _ticks(largest: float, unit: float) -> dict[str, Any]:
    """Return about five round ticks of a scale that is drawn in parts."""
    rough = largest / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * next(factor for factor in TICKS if factor * power >= rough * 0.999)
    values = np.arange(int(largest / step * 1.0001) + 1) * step
    return {
        "tickmode": "array",
        "tickvals": [float(value / unit) for value in values],
        "ticktext": [f"{value:.10g}" for value in values],
    }


def _labels_of_cells(result: AttentionHeatmap) -> NDArray[Any] | None:
    """Return the label of each cell's step (R, S); None where it is its number, or too much to send."""
    if counts_only(result.axis) or result.cells.size > LABELLED_CELLS:
        return None
    labels = np.array([plain(result.axis.labels[int(step)], 20) for step in result.first_steps], dtype=object)
    return np.repeat(labels[None, :], len(result.cells), axis=0)


def _row_axis(result: AttentionHeatmap) -> dict[str, Any]:
    rows = len(result.cells)
    axis: dict[str, Any] = {
        "range": [rows - 0.5, -0.5],
        "showgrid": False,
        "title": {"text": "samples"},
        "showticklabels": False,
    }
    if not result.names:
        return axis
    places: list[float] = []
    texts: list[str] = []
    for code in dict.fromkeys(int(code) for code in result.groups):
        found = np.flatnonzero(result.groups == code)
        middle = float(found.mean())
        if not places or middle - places[-1] >= LEAST_APART * rows:
            places.append(middle)
            texts.append(f"{plain(result.names[code], 10)} ({int(result.counts[found].sum()):,})")
    return {**axis, "showticklabels": True, "tickvals": places, "ticktext": texts, "title": {"text": ""}}
