"""How the samples of a dataset are spread: classes by part and by entity, lengths."""

import numpy as np
import plotly.graph_objects as go

from core.arrays import IntArray
from core.data.quality_balance import EntityBalance
from core.data.statistics import PART_COLUMNS, Statistics
from core.figures.frame import TITLE_SPACE, finish, lay_out, mark, new_figure
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.quality import names_axis
from core.figures.text import clean, counted, number, percent, plain

ENTITY_HEIGHT, PARTS_HEIGHT, LENGTHS_HEIGHT = 560, 420, 420
ROOM = 150  # of a figure's height that is not plot
MOST_ENTITIES, MOST_CLASSES, MOST_ROWS = 30, 8, 16
NAMED = 6
ROOMY = 6  # most rows that are high enough for two lines
LEGEND = {
    "orientation": "h",
    "x": 0,
    "y": 0,
    "yref": "container",
    "yanchor": "bottom",
    "title": {"text": ""},
    "traceorder": "normal",
}


def entity_balance_figure(result: EntityBalance, theme: ThemeName = "light") -> go.Figure:
    """Draw how many samples of each class the entities with most samples have."""
    look = theme_of(theme)
    shown = min(MOST_ENTITIES, len(result.entities))
    named = f"{shown} of {result.total:,} entities" if shown < result.total else f"{result.total:,} entities"
    subtitle = f"{named}, those with most samples first; {plain(result.target, 24)}"
    figure = new_figure(look, "Classes by entity", subtitle)
    counts = result.counts[:shown]
    for label, colour, members in _segments(look, result.classes, counts.sum(axis=0)):
        figure.add_bar(
            x=counts[:, members].sum(axis=1),
            y=np.arange(shown),
            orientation="h",
            name=label,
            marker=mark(look, colour),
            customdata=[
                [plain(name), f"{int(total):,}"]
                for name, total in zip(result.entities[:shown], counts.sum(axis=1), strict=True)
            ],
            hovertemplate=f"%{{customdata[0]}}<br>{label}: %{{x:,}} of %{{customdata[1]}} samples"
            "<extra></extra>",
        )
    figure.update_layout(
        height=ENTITY_HEIGHT,
        barmode="stack",
        bargap=0.25,
        showlegend=True,
        legend=LEGEND,
        margin={"b": 96},
        xaxis={"title": {"text": "samples"}, "rangemode": "tozero", "nticks": 6},
        yaxis=names_axis(result.entities[:shown], ENTITY_HEIGHT - ROOM, least=4),
    )
    told = "; ".join(
        f"{clean(name, 30)} {int(total):,}"
        for name, total in zip(result.entities[:NAMED], counts.sum(axis=1), strict=False)
    )
    single = f"{result.single:,} of {result.several:,} with several samples have one class only"
    words = f"Samples by entity and class, {named}: {told}; {single}."
    return finish(figure, words, result.provenance.samples, f"from 0; {named}; {single}", result.provenance)


def part_balance_figure(result: Statistics, theme: ThemeName = "light") -> go.Figure:
    """Draw the share of each class in each part, for every target of a dataset."""
    look = theme_of(theme)
    targets = list(result.targets.items())
    rows = [
        (name, found, part)
        for name, found in targets
        for part in range(len(PART_COLUMNS))
        if found.counts[:, part].sum()
    ]
    shown = rows[:MOST_ROWS]
    more = f"; the first {len(shown)} of {len(rows)} rows" if len(shown) < len(rows) else ""
    figure = new_figure(look, "Share of each class by part", f"in % of a part's labels{more}")
    between = "<br>" if len(shown) <= ROOMY else ": "
    for row, (_, found, part) in enumerate(shown):
        column = found.counts[:, part]
        for label, colour, members in _segments(look, found.names, found.totals):
            counts = (int(column[members].sum()), int(column.sum()))
            _add_share(figure, look, row, (label, between, colour), counts)
    names = [_row_name(result, target, part, len(targets) > 1) for target, _, part in shown]
    figure.update_layout(
        height=PARTS_HEIGHT,
        barmode="stack",
        bargap=0.25,
        uniformtext={"minsize": 11, "mode": "hide"},
        margin={"t": TITLE_SPACE},
        xaxis={"title": {"text": "share of a part's labels in %"}, "range": [0, 100], "nticks": 6},
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [max(4, len(names)) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    told = "; ".join(
        f"{clean(target, 20)}, {PART_COLUMNS[part]}: "
        + ", ".join(
            f"{clean(name, 20)} {percent(float(count / found.counts[:, part].sum()))}"
            for name, count in zip(found.names[:NAMED], found.counts[:NAMED, part], strict=False)
        )
        for target, found, part in shown[:NAMED]
    )
    return finish(
        figure, f"Classes by part: {told}.", result.provenance.samples, f"0 to 100 %{more}", result.provenance
    )


def lengths_figure(result: Statistics, theme: ThemeName = "light") -> go.Figure:
    """Draw how many samples have how many steps."""
    look = theme_of(theme)
    lengths = result.lengths
    spread = f"{lengths.minimum:,} to {lengths.maximum:,} steps, mean {lengths.mean:,.1f}"
    figure = new_figure(look, "Lengths of the samples", spread)
    first, last = np.ceil(lengths.edges[:-1]), np.ceil(lengths.edges[1:]) - 1
    figure.add_bar(
        x=(lengths.edges[:-1] + lengths.edges[1:]) / 2,
        y=lengths.counts,
        width=0.92 * np.diff(lengths.edges),
        marker=mark(look, look.accent),
        customdata=[
            f"{int(low):,} to {int(high):,} steps" if high > low else counted(int(low), "step")
            for low, high in zip(first, last, strict=True)
        ],
        hovertemplate="%{customdata}<br>%{y:,} samples<extra></extra>",
    )
    room = max(0.5, 0.02 * float(lengths.edges[-1] - lengths.edges[0]))
    lay_out(
        figure,
        height=LENGTHS_HEIGHT,
        xaxis={
            "title": {"text": "steps"},
            "range": [float(lengths.edges[0]) - room, float(lengths.edges[-1]) + room],
            "nticks": 8,
            "showgrid": False,
        },
        yaxis={"title": {"text": "samples"}, "rangemode": "tozero", "nticks": 5},
    )
    largest = int(np.argmax(lengths.counts))
    words = (
        f"Histogram of lengths: {spread}; most samples ({int(lengths.counts[largest]):,}) between "
        f"{number(float(first[largest]))} and {number(float(last[largest]))} steps."
    )
    samples = result.provenance.samples
    return finish(figure, words, samples, f"{len(lengths.counts)} bins; from 0", result.provenance)


def _segments(theme: Theme, names: tuple[str, ...], totals: IntArray) -> list[tuple[str, str, IntArray]]:
    """Return label, colour and codes of each piece of a bar; of many classes the smallest are one piece."""
    codes = np.arange(len(names))
    if len(names) > MOST_CLASSES + 1:
        codes = np.sort(np.argsort(-totals, kind="stable")[:MOST_CLASSES])
    found = [(plain(names[code], 18), theme.of_class(int(code)), np.array([code])) for code in codes]
    rest = np.setdiff1d(np.arange(len(names)), codes)
    if len(rest):
        found.append((f"{len(rest)} other classes", theme.muted, rest))
    return found


def _add_share(
    figure: go.Figure, theme: Theme, row: int, segment: tuple[str, str, str], counts: tuple[int, int]
) -> None:
    (label, between, colour), (count, total) = segment, counts
    if not count:
        return
    figure.add_bar(
        x=[100 * count / total],
        y=[row],
        orientation="h",
        marker=mark(theme, colour),
        text=[f"{label}{between}{100 * count / total:.0f} %"],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": theme.text_on(colour)},
        hovertext=[f"{label}<br>{count:,} of {total:,} ({100 * count / total:.1f} %)"],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _row_name(result: Statistics, target: str, part: int, several: bool) -> str:
    parts = [name for name in PART_COLUMNS if result.parts.get(name)]
    name = PART_COLUMNS[part]
    if name == "none":
        name = "all samples" if len(parts) == 1 else "no part"
    count = int(result.targets[target].counts[:, part].sum())
    return (f"{plain(target, 14)}, " if several else "") + f"{name} (n = {count:,})"
