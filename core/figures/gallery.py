"""Many samples as small pictures on one page; a click on one carries its position in the dataset."""

import numpy as np
import plotly.graph_objects as go

from core.arrays import DoubleArray, FloatArray
from core.attention import Gallery
from core.evaluation import OUTCOME_NAMES, named_outcomes
from core.figures.frame import TITLE_SPACE, add_line, finish, new_figure
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, number, percent, plain

TILE = 118  # height
LABEL, SERIES, BASE = 0.78, 0.34, 0.05  # where the label, the series and the attention begin in a tile
MARGIN = 0.06
LABEL_LENGTH = 7
ORDERS = {
    "errors": "the most confident errors first",
    "confidence": "the most confident first",
    "doubt": "the least confident first",
    "margin": "the smallest margin first",
    "entropy": "the sharpest attention first",
    "distance": "the farthest from the mean of its class first",
    "typical": "the nearest to the mean of its class first",
}


def gallery_figure(result: Gallery, theme: ThemeName = "light", *, columns: int = 6) -> go.Figure:
    """Draw the samples of a page as tiles: series above, attention below, outcome and confidence printed.

    All tiles share one axes and one scale, which keeps sixty of them fast. The first trace covers the tiles:
    a click on it carries the position of the sample as customdata, -1 where there is no tile.
    """
    look = theme_of(theme)
    rows = max(1, -(-len(result.samples) // columns))
    first, last = result.offset + 1, result.offset + len(result.samples)
    largest = float(np.nanmax(result.weights)) if result.weights.size else 0.0
    ranges = channel_ranges(result)
    told = [
        f"{plain(name, 20)} ({number(low)} to {number(high)})"
        for name, (low, high) in zip(result.channels, ranges, strict=True)
    ]
    named = "; name: predicted class" if len(result.classes) > 2 else ""
    subtitle = (
        f"{first} to {last} of {result.total:,}, {ORDERS[result.sort]}{named}"
        f"<br>{'line' if len(told) == 1 else 'lines from the top'}: {', '.join(told)};"
        f" area: attention (0 to {number(largest)})"
    )
    figure = new_figure(look, "Samples and where the model looks", subtitle, top=TITLE_SPACE + 24)
    _add_tiles(figure, look, result, rows, columns)
    for outcome in sorted(set(result.outcomes.tolist())):
        chosen = np.flatnonzero(result.outcomes == outcome)
        x, y = _lanes(result, chosen, columns, ranges)
        name = "unknown" if outcome < 0 else OUTCOME_NAMES[outcome]
        add_line(
            figure, look, x, y, look.of_outcome(int(outcome)), width=1.6,
            name=name, hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    _add_attention(figure, look, result, largest, columns)
    _add_labels(figure, look, result, columns)
    hidden = {"showgrid": False, "showticklabels": False, "fixedrange": True}
    figure.update_layout(
        margin={"b": 16},
        height=TITLE_SPACE + 24 + 16 + rows * TILE,
        xaxis={**hidden, "range": [0, columns]},
        yaxis={**hidden, "range": [rows, 0]},
        showlegend=False,
    )
    shown = clean(", ".join(result.channels), 100)
    there = named_outcomes(result.outcomes).items()
    counts = ", ".join(f"{int(np.sum(result.outcomes == code)):,} {name}" for code, name in there)
    return finish(
        figure,
        f"Samples {first:,} to {last:,} of {result.total:,} with attention: {counts}; {shown}.",
        len(result.samples),
        f"{clean(told_scale(result))}, attention 0 to {number(largest)} in every tile",
        result.provenance,
    )


def channel_ranges(result: Gallery) -> tuple[tuple[float, float], ...]:
    """Return the smallest and the largest value of each channel on the page; 0 and 1 where none is known."""
    found = []
    for place in range(len(result.channels)):
        values = result.series[:, :, place]
        values = values[np.isfinite(values)]
        found.append((float(values.min()), float(values.max())) if values.size else (0.0, 1.0))
    return tuple(found)


def told_scale(result: Gallery) -> str:
    """Return the range of each channel in words."""
    pairs = zip(result.channels, channel_ranges(result), strict=True)
    if len(result.channels) == 1:
        (low, high) = channel_ranges(result)[0]
        return f"series {number(low)} to {number(high)}"
    return ", ".join(f"{clean(name, 20)} {number(low)} to {number(high)}" for name, (low, high) in pairs)


def _lanes(
    result: Gallery, chosen: np.ndarray, columns: int, ranges: tuple[tuple[float, float], ...]
) -> tuple[DoubleArray, DoubleArray]:
    """Return the lines of all channels, each in its lane, the first on top."""
    lane = (LABEL - SERIES) / len(ranges)
    pairs = []
    for place, (low, high) in enumerate(ranges):
        top = LABEL - place * lane
        heights = (result.series[chosen, :, place] - low) / (high - low or 1.0)
        pairs.append(_lines(heights, chosen, columns, (top - 0.92 * lane, top)))
    return np.concatenate([x for x, _ in pairs]), np.concatenate([y for _, y in pairs])


def _add_tiles(figure: go.Figure, theme: Theme, result: Gallery, rows: int, columns: int) -> None:
    cells = rows * columns
    samples = np.full(cells, -1, np.int32)
    samples[: len(result.samples)] = result.samples
    texts = np.full(cells, "", dtype=object)
    for place in range(len(result.samples)):
        texts[place] = _hover(result, place)
    shown = np.where(samples >= 0, 0.0, np.nan).astype(np.float32)
    ground = faded(theme.grid, 0.5) if theme.name == "light" else faded("#000000", 0.3)
    figure.add_heatmap(
        z=shown.reshape(rows, columns),
        x=np.arange(columns) + 0.5,
        y=np.arange(rows) + 0.5,
        customdata=samples.reshape(rows, columns),
        text=texts.reshape(rows, columns),
        colorscale=[[0, ground], [1, ground]],
        showscale=False,
        hoverongaps=False,
        xgap=4,
        ygap=4,
        hovertemplate="%{text}<extra></extra>",
    )


def _label(result: Gallery, place: int) -> str:
    """Return outcome and confidence of a tile, or outcome and what was said of many classes."""
    actual, predicted = int(result.actual[place]), int(result.predicted[place])
    said = f"<b>{plain(result.classes[predicted], LABEL_LENGTH)}</b>"
    if actual < 0:
        return f"? {said}"
    outcome = OUTCOME_NAMES[result.outcomes[place]]
    if len(result.classes) == 2:
        return f"<b>{outcome}</b> {100 * result.confidence[place]:.0f} %"
    return f"{outcome} {said}"


def _hover(result: Gallery, place: int) -> str:
    actual, predicted = int(result.actual[place]), int(result.predicted[place])
    lines = [
        f"sample {plain(result.sample_ids[place], 30)}",
        f"predicted {plain(result.classes[predicted], 30)}",
        f"actual {'unknown' if actual < 0 else plain(result.classes[actual], 30)}",
        f"confidence {percent(float(result.confidence[place]))}",
    ]
    return "<br>".join(lines)


def _lines(
    heights: FloatArray, places: np.ndarray, columns: int, band: tuple[float, float]
) -> tuple[DoubleArray, DoubleArray]:
    """Return lines of heights 0 to 1 in their tiles as one line with gaps, as x and y."""
    count, steps = heights.shape
    across = MARGIN + (1 - 2 * MARGIN) * np.arange(steps) / max(1, steps - 1)
    x = (places % columns)[:, None] + across[None, :]
    y = (places // columns)[:, None] + 1 - (band[0] + (band[1] - band[0]) * heights)
    gap = np.full((count, 1), np.nan)
    return np.concatenate([x, gap], axis=1).ravel(), np.concatenate([y, gap], axis=1).ravel()


def _add_attention(figure: go.Figure, theme: Theme, result: Gallery, largest: float, columns: int) -> None:
    x: list[float] = []
    y: list[float] = []
    for place in range(len(result.samples)):
        weights = result.weights[place][~np.isnan(result.weights[place])] / (largest or 1.0)
        steps = result.weights.shape[1]
        across = place % columns + MARGIN + (1 - 2 * MARGIN) * np.arange(len(weights)) / max(1, steps - 1)
        floor = place // columns + 1 - BASE
        x += [across[0], *across, across[-1], np.nan]
        y += [floor, *(floor - (SERIES - BASE - 0.03) * weights), floor, np.nan]
    figure.add_scatter(
        x=np.array(x), y=np.array(y), mode="lines", line={"color": theme.attention, "width": 1},
        fill="toself", fillcolor=faded(theme.attention, 0.45), hoverinfo="skip", name="attention",
    )  # fmt: skip


def _add_labels(figure: go.Figure, theme: Theme, result: Gallery, columns: int) -> None:
    places = np.arange(len(result.samples))
    texts = [_label(result, int(place)) for place in places]
    figure.add_scatter(
        x=places % columns + MARGIN, y=places // columns + 1 - 0.88, text=texts, mode="text",
        textposition="middle right", textfont={"color": theme.text, "size": 13}, hoverinfo="skip",
    )  # fmt: skip
