"""The map of samples: points by colour, the selected ones in front, centres of groups with their names."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.arrays import IntArray
from core.attention.embedding import METHOD_NAMES, SPACE_NAMES
from core.attention.sample_map import Group, SampleMap
from core.figures.embedding_words import colour_words, known_range, laid_out_words, map_words, point_texts
from core.figures.frame import TITLE_SPACE, finish, lay_out, mark, new_figure, top_legend
from core.figures.painting import painted
from core.figures.palette import Theme, ThemeName, faded, mixed, theme_of
from core.figures.text import counted, percent, plain

# A page that may not evaluate texts has no WebGL: more marks than these draw slowly, and are painted instead.
MOST_MARKS = 2500  # each with a text
CELLS_ACROSS = 48  # places that answer to the pointer where points are painted
FEW, ROOM = 300, 0.04
NAME_LENGTH = 22
PICTURE, LETTER, NAME_HEIGHT = (600, 400), 9, 24  # pixels: a map on a page; what names of centres take of it


def embedding_figure(result: SampleMap, theme: ThemeName = "light") -> go.Figure:
    """Draw samples in a plane, coloured; those that are not selected are grey behind the others."""
    look = theme_of(theme)
    settings = result.embedding.settings
    space = SPACE_NAMES[settings.space]
    layer = f" of layer {plain(settings.layer, 20)}" if settings.layer else ""
    subtitle = f"{counted(len(result.selected), 'sample')}, coloured by {plain(result.colouring.name, 30)}"
    title = f"{METHOD_NAMES[settings.method]} of {space}{layer}"
    figure = new_figure(look, title, subtitle, top=TITLE_SPACE + 30)
    _add_picture(figure, look, result)
    _add_rest(figure, look, result)
    _add_selected(figure, look, result)
    _add_centres(figure, look, result)
    lay_out(
        figure,
        showlegend=True,
        legend={**top_legend(1.01), "itemclick": False, "itemdoubleclick": False},
        dragmode="lasso",
        selectionrevision=result.provenance.key(),
        xaxis=_axis(result, 0),
        yaxis={**_axis(result, 1), "scaleanchor": "x", "scaleratio": 1},
    )
    scale = f"{laid_out_words(result)}; {colour_words(result)}; equal units on both axes"
    return finish(figure, map_words(result), int(result.selected.sum()), scale, result.provenance)


def _add_rest(figure: go.Figure, theme: Theme, result: SampleMap) -> None:
    rest = np.flatnonzero(~result.selected)
    if not len(rest) or len(result.selected) > MOST_MARKS:
        return
    look = {"color": _faint(theme), "size": _size(result) - 2}
    _add_points(figure, result, rest, name=f"not selected (n = {len(rest):,})", **look)


def _add_selected(figure: go.Figure, theme: Theme, result: SampleMap) -> None:
    rows = np.flatnonzero(result.selected)
    many = len(rows) > MOST_MARKS
    if result.colouring.palette == "number":
        _add_numbers(figure, theme, result, rows, many)
        return
    codes, groups = result.colouring.codes[rows], result.colouring.groups
    colours = [_colour(theme, result, group) for group in groups]
    if many:
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
    low, high = known_range(result.colouring.values[result.selected])
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
        text=list(point_texts(result, rows)),
        hovertemplate="%{text}<extra></extra>",
        name=name,
        showlegend=shown,
        unselected={"marker": {"opacity": 0.4}},
    )


def _add_picture(figure: go.Figure, theme: Theme, result: SampleMap) -> None:
    """Paint samples that are too many for marks, the selected ones in front: one picture, drawn at once."""
    layers = []
    for chosen, tones in ((~result.selected, _rgb([_faint(theme)])), (result.selected, None)):
        rows = np.flatnonzero(chosen)
        if len(chosen) > MOST_MARKS and len(rows) and (tones is not None or len(rows) > MOST_MARKS):
            colours = _tones(theme, result, rows) if tones is None else np.tile(tones, (len(rows), 1))
            layers.append((result.positions[rows], colours))
    if not layers:
        return
    left, right, bottom, top = box = _box(result)
    figure.add_layout_image(
        source=painted(layers, box),
        xref="x", yref="y", x=left, y=top, sizex=right - left, sizey=top - bottom,
        sizing="stretch", layer="below",
    )  # fmt: skip


def _tones(theme: Theme, result: SampleMap, rows: IntArray) -> NDArray[np.uint8]:
    """Return the colour of each sample of some rows (n, 3)."""
    found = result.colouring
    if found.palette != "number":
        return _rgb([_colour(theme, result, group) for group in found.groups])[found.codes[rows]]
    low, high = known_range(found.values[result.selected])
    known = np.isfinite(found.values[rows])
    share = np.where(known, (found.values[rows] - low) / max(high - low, 1e-12), 0.0)
    scale = _rgb([theme.muted, *(mixed(*_ends(theme), place / 255) for place in range(256))])
    tones: NDArray[np.uint8] = scale[np.where(known, (255 * share).astype(np.int64) + 1, 0)]
    return tones


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
        for count, text in zip(counts, point_texts(result, there), strict=True)
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
    for group, shift in _named_apart(result, groups):
        figure.add_annotation(
            x=float(group.centre[0]), y=float(group.centre[1]), yshift=shift,
            text=f"<b>{plain(group.name, 18)}</b>", bgcolor=faded(theme.ground, 0.8), borderpad=2,
        )  # fmt: skip


def _named_apart(result: SampleMap, groups: list[Group]) -> list[tuple[Group, int]]:
    """Return the groups whose names find room over or under their centres, and where; the largest come first.

    The others are told by their colour and under the pointer. A picture is taken for as large as on a page.
    """
    left, right, bottom, top = _box(result)
    unit = min(PICTURE[0] / (right - left), PICTURE[1] / (top - bottom))  # pixels
    placed: list[tuple[Group, int]] = []

    def meet(one: Group, shift: int, other: Group, beside: int) -> bool:
        across, up = np.abs((one.centre - other.centre) * unit + (0, shift - beside))
        width = LETTER * (min(18, len(one.name)) + min(18, len(other.name))) / 2
        return bool(across < width + 8 and up < NAME_HEIGHT)

    for group in sorted(groups, key=lambda each: -each.count):
        for shift in (NAME_HEIGHT - 5, 5 - NAME_HEIGHT):
            if not any(meet(group, shift, *there) for there in placed):
                placed.append((group, shift))
                break
    return placed


def _size(result: SampleMap) -> int:
    """Return the diameter of a mark in pixels, larger where they are few."""
    return 9 if len(result.selected) <= FEW else 6


def _colour(theme: Theme, result: SampleMap, group: Group) -> str:
    of = theme.of_outcome if result.colouring.palette == "outcome" else theme.of_class
    return of(group.colour)


def _faint(theme: Theme) -> str:
    return mixed(theme.ground, theme.muted, 0.45)


def _ends(theme: Theme) -> tuple[str, str]:
    return mixed(theme.ground, theme.accent, 0.22), mixed(theme.accent, theme.text, 0.35)


def _scale(theme: Theme) -> list[list[float | str]]:
    low, high = _ends(theme)
    return [[0.0, low], [1.0, high]]


def _rgb(colours: list[str]) -> NDArray[np.uint8]:
    """Return colours as red, green and blue (k, 3)."""
    return np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in colours], np.uint8)


def _box(result: SampleMap) -> tuple[float, float, float, float]:
    """Return what the points cover, with room around: left, right, bottom, top."""
    low = result.positions.min(axis=0).astype(float)
    high = result.positions.max(axis=0).astype(float)
    room = max(ROOM * float((high - low).max()), 1e-6)
    return low[0] - room, high[0] + room, low[1] - room, high[1] + room


def _axis(result: SampleMap, place: int) -> dict[str, Any]:
    settings, shares = result.embedding.settings, result.embedding.layout.variance
    # A range of its own, as a picture has no say in it; a reader's zoom lasts as long as the map does.
    look = {
        "range": list(_box(result)[2 * place : 2 * place + 2]),
        "uirevision": result.embedding.provenance.key(),
        "nticks": 6,
        "showgrid": settings.method == "pca" and len(result.selected) <= MOST_MARKS,
    }
    if settings.method != "pca":
        words = f"{METHOD_NAMES[settings.method]} axis {place + 1} (no unit)"
        return {**look, "title": {"text": words}, "showticklabels": False}
    share = percent(float(shares[place])) if place < len(shares) else "0 %"
    return {**look, "title": {"text": f"component {place + 1} ({share} of the variance)"}}
