"""The map of samples: points by colour, the selected ones in front, centres of groups with their names."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.arrays import DoubleArray, IntArray
from core.attention.embedding import METHOD_NAMES, SPACE_NAMES
from core.attention.sample_map import Group, SampleMap
from core.figures.frame import TITLE_SPACE, finish, mark, new_figure, top_legend
from core.figures.painting import painted
from core.figures.palette import Theme, ThemeName, faded, mixed, theme_of
from core.figures.text import clean, counted, number, percent, plain

# A page that may not evaluate texts has no WebGL: more marks than these draw slowly, and are painted instead.
MOST_MARKS = 2500  # each with a text
CELLS_ACROSS = 48  # places that answer to the pointer where points are painted
FEW, ROOM = 300, 0.04
NAME_LENGTH, IN_WORDS = 22, 6


def embedding_figure(result: SampleMap, theme: ThemeName = "light") -> go.Figure:
    """Draw samples in a plane, coloured; those that are not selected are grey behind the others."""
    look = theme_of(theme)
    settings = result.embedding.settings
    space = SPACE_NAMES[settings.space]
    layer = f" of layer {plain(settings.layer, 20)}" if settings.layer else ""
    subtitle = f"{counted(len(result.selected), 'sample')}, coloured by {plain(result.colouring.name, 30)}"
    title = f"{METHOD_NAMES[settings.method]} of {space}{layer}"
    figure = new_figure(look, title, subtitle, top=TITLE_SPACE + 30)
    _add_rest(figure, look, result)
    _add_selected(figure, look, result)
    _add_centres(figure, look, result)
    figure.update_layout(
        showlegend=True,
        legend={**top_legend(1.01), "itemclick": False, "itemdoubleclick": False},
        dragmode="lasso",
        selectionrevision=result.provenance.key(),
        xaxis=_axis(result, 0),
        yaxis={**_axis(result, 1), "scaleanchor": "x", "scaleratio": 1},
    )
    scale = f"{_laid_out(result)}; {_colours(result)}; equal units on both axes"
    return finish(figure, _in_words(result), int(result.selected.sum()), scale, result.provenance)


def _add_rest(figure: go.Figure, theme: Theme, result: SampleMap) -> None:
    rest = np.flatnonzero(~result.selected)
    if not len(rest):
        return
    faint = mixed(theme.ground, theme.muted, 0.45)
    if len(result.selected) > MOST_MARKS:
        _add_picture(figure, result, rest, np.tile(_rgb([faint]), (len(rest), 1)))
        return
    _add_points(
        figure, result, rest, name=f"not selected (n = {len(rest):,})", color=faint, size=_size(result) - 2
    )


def _add_selected(figure: go.Figure, theme: Theme, result: SampleMap) -> None:
    rows = np.flatnonzero(result.selected)
    many = len(rows) > MOST_MARKS
    if result.colouring.palette == "number":
        _add_numbers(figure, theme, result, rows, many)
        return
    codes, groups = result.colouring.codes[rows], result.colouring.groups
    colours = [_colour(theme, result, group) for group in groups]
    if many:
        _add_picture(figure, result, rows, _rgb(colours)[codes])
        _add_cells(figure, result, rows)
    for code, group in enumerate(groups):
        name = f"{plain(group.name, NAME_LENGTH)} (n = {group.count:,})"
        own = rows[codes == code]
        if many and len(own):
            look = {"size": 10, **mark(theme, colours[code])}
            figure.add_scatter(x=[None], y=[None], mode="markers", marker=look, name=name)
        elif len(own):
            weak = theme.outline(colours[code])
            line = {"color": weak or colours[code], "width": 0.7 if weak else 0}
            _add_points(figure, result, own, name=name, color=colours[code], size=_size(result), line=line)


def _add_numbers(figure: go.Figure, theme: Theme, result: SampleMap, rows: IntArray, many: bool) -> None:
    values = result.colouring.values[rows]
    known = np.isfinite(values)
    low, high = _range(result.colouring.values[result.selected])
    if (~known).any() and not many:
        none = rows[~known]
        _add_points(
            figure,
            result,
            none,
            name=f"no value (n = {len(none):,})",
            color=theme.muted,
            size=_size(result) - 2,
        )
    bar = {
        "title": {"text": plain(result.colouring.name, 24), "side": "right"},
        "thickness": 12,
        "len": 0.8,
        "outlinewidth": 0,
    }
    scaled = {"colorscale": _scale(theme), "cmin": low, "cmax": high, "colorbar": bar, "showscale": True}
    shown = rows[known]
    name = f"selected (n = {len(shown):,})"
    if not many:
        colours = values[known].astype(np.float32)
        _add_points(
            figure, result, shown, name=name, color=colours, size=_size(result), showlegend=False, **scaled
        )
        return
    share = np.where(known, (values - low) / max(high - low, 1e-12), 0.0)
    tones = _rgb([theme.muted, *(mixed(*_ends(theme), place / 255) for place in range(256))])
    _add_picture(figure, result, rows, tones[np.where(known, (255 * share).astype(np.int64) + 1, 0)])
    _add_cells(figure, result, rows)
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"color": [low], **scaled},
        showlegend=False,
        hoverinfo="skip",
    )


def _add_points(figure: go.Figure, result: SampleMap, rows: IntArray, name: str, **look: Any) -> None:
    line = look.pop("line", {"width": 0})
    shown = look.pop("showlegend", True)
    figure.add_scatter(
        x=result.positions[rows, 0],
        y=result.positions[rows, 1],
        mode="markers",
        marker={"opacity": 0.85, "line": line, **look},
        customdata=result.embedding.samples[rows].tolist(),
        text=list(_texts(result, rows)),
        hovertemplate="%{text}<extra></extra>",
        name=name,
        showlegend=shown,
        unselected={"marker": {"opacity": 0.4}},
    )


def _add_picture(figure: go.Figure, result: SampleMap, rows: IntArray, colours: NDArray[np.uint8]) -> None:
    left, right, bottom, top = box = _box(result)
    figure.add_layout_image(
        source=painted(result.positions[rows], colours, box),
        xref="x", yref="y", x=left, y=top, sizex=right - left, sizey=top - bottom,
        sizing="stretch", layer="below",
    )  # fmt: skip


def _add_cells(figure: go.Figure, result: SampleMap, rows: IntArray) -> None:
    """Add places that are not seen and answer to the pointer, each for the points around it."""
    left, right, bottom, top = _box(result)
    side = max(right - left, top - bottom) / CELLS_ACROSS
    places = result.positions[rows]
    cells = ((places - (left, bottom)) / side).astype(np.int64)
    _, first, counts = np.unique(
        cells[:, 0] * 4 * CELLS_ACROSS + cells[:, 1], return_index=True, return_counts=True
    )
    there = rows[first]
    words = (
        f"{counted(int(count), 'sample')} around here, such as<br>{text}"
        for count, text in zip(counts, _texts(result, there), strict=True)
    )
    figure.add_scatter(
        x=result.positions[there, 0],
        y=result.positions[there, 1],
        mode="markers",
        marker={"size": 9, "opacity": 0},
        customdata=result.embedding.samples[there].tolist(),
        text=list(words),
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )


def _add_centres(figure: go.Figure, theme: Theme, result: SampleMap) -> None:
    groups = [group for group in result.colouring.groups if group.colour >= 0 and group.count]
    if not groups:
        return
    number_palette = result.colouring.palette == "number"
    figure.add_scatter(
        x=[float(group.centre[0]) for group in groups],
        y=[float(group.centre[1]) for group in groups],
        mode="markers",
        text=[f"<b>{plain(group.name, 18)}</b>" for group in groups],
        marker={
            "symbol": "diamond",
            "size": 12,
            "color": theme.ground if number_palette else [_colour(theme, result, group) for group in groups],
            "line": {"color": theme.text, "width": 1.6},
        },
        hovertext=[f"centre of {counted(group.count, 'sample')}" for group in groups],
        hovertemplate="%{text}<br>%{hovertext}<extra></extra>",
        name="centre of the class" if number_palette else "centre of a colour",
        cliponaxis=False,
    )
    for group in groups:
        figure.add_annotation(
            x=float(group.centre[0]), y=float(group.centre[1]), yshift=19,
            text=f"<b>{plain(group.name, 18)}</b>", bgcolor=faded(theme.ground, 0.8), borderpad=2,
        )  # fmt: skip


def _texts(result: SampleMap, rows: IntArray) -> Iterator[str]:
    classes = [*(plain(name, 24) for name in result.labels.classes), "unknown"]
    names = result.embedding.sample_ids
    known = zip(rows, result.actual[rows], result.predicted[rows], result.confidence[rows], strict=True)
    colouring = result.colouring
    more = [""] * len(rows)
    if len(colouring.values) and colouring.name != "confidence":
        more = [f"<br>{plain(colouring.name, 24)} {value:.3g}" for value in colouring.values[rows]]
    elif colouring.name not in {"class", "predicted", "confidence"}:
        words = [f"<br>{plain(colouring.name, 24)} {plain(group.name, 24)}" for group in colouring.groups]
        more = [words[code] for code in colouring.codes[rows]]
    for (row, actual, predicted, confidence), end in zip(known, more, strict=True):
        name = names[row]
        shown = name if name.isascii() and name.isalnum() and len(name) < 30 else plain(name, 30)
        said = f"{classes[actual]}, predicted {classes[predicted]}"
        yield f"{shown}<br>{said}<br>confidence {confidence:.1%}{end}"


def _size(result: SampleMap) -> int:
    """Return the diameter of a mark in pixels, larger where they are few."""
    return 9 if len(result.selected) <= FEW else 6


def _colour(theme: Theme, result: SampleMap, group: Group) -> str:
    of = theme.of_outcome if result.colouring.palette == "outcome" else theme.of_class
    return of(group.colour)


def _ends(theme: Theme) -> tuple[str, str]:
    return mixed(theme.ground, theme.accent, 0.22), mixed(theme.accent, theme.text, 0.35)


def _scale(theme: Theme) -> list[list[float | str]]:
    low, high = _ends(theme)
    return [[0.0, low], [1.0, high]]


def _rgb(colours: list[str]) -> NDArray[np.uint8]:
    """Return colours as red, green and blue (k, 3)."""
    return np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in colours], np.uint8)


def _range(values: DoubleArray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)


def _box(result: SampleMap) -> tuple[float, float, float, float]:
    """Return what the points cover, with room around: left, right, bottom, top."""
    low = result.positions.min(axis=0).astype(float)
    high = result.positions.max(axis=0).astype(float)
    room = max(ROOM * float((high - low).max()), 1e-6)
    return low[0] - room, high[0] + room, low[1] - room, high[1] + room


def _axis(result: SampleMap, place: int) -> dict[str, Any]:
    settings, shares = result.embedding.settings, result.embedding.layout.variance
    if settings.method != "pca":
        words = f"{METHOD_NAMES[settings.method]} axis {place + 1} (no unit)"
        return {"title": {"text": words}, "showticklabels": False, "showgrid": False}
    share = percent(float(shares[place])) if place < len(shares) else "0 %"
    words = f"component {place + 1} ({share} of the variance)"
    # Grid lines would lie over points that are painted.
    return {"title": {"text": words}, "nticks": 6, "showgrid": len(result.selected) <= MOST_MARKS}


def _laid_out(result: SampleMap) -> str:
    shown, total = len(result.selected), result.embedding.total
    return f"{shown:,} of {total:,} samples laid out" if shown < total else f"{shown:,} samples laid out"


def _colours(result: SampleMap) -> str:
    name = clean(result.colouring.name, 40)
    if result.colouring.palette != "number":
        return f"colour: {name}"
    low, high = _range(result.colouring.values[result.selected])
    return f"colour: {name}, {number(low)} to {number(high)}"


def _in_words(result: SampleMap) -> str:
    shares = result.embedding.layout.variance
    told = ""
    if result.embedding.settings.method == "pca":
        both = float(shares[:2].sum())
        told = f" Both axes together hold {percent(both)} of the variance of the training samples."
    groups = [group for group in result.colouring.groups if group.count][:IN_WORDS]
    centres = "; ".join(
        f"{clean(group.name, 40)}, n = {group.count}, at {number(group.centre[0])}, {number(group.centre[1])}"
        for group in groups
    )
    return f"Points of {_laid_out(result)}, {int(result.selected.sum())} selected.{told} Centres: {centres}."
