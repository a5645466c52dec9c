"""Curves of arms while they train: mean and band over seeds, single runs as thin lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from core.arrays import DoubleArray, IntArray
from core.evaluation.arm_curves import Arm, ArmCurves, Panel, Side
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure, top_legend
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, counted, number, plain

Role = Literal["low", "high", "mean", "run"]
DIGITS = 5  # that count, in what is sent
LABEL = 40
LEAST_EPOCHS = (1, 6)  # that the axis shows: fewer would have ticks between epochs, and move with each one
NOT_YET = "The first epoch is under way"
NOT_MEASURED = "Not measured in these runs"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "pentagon")
MARKS = 8  # most marks on a curve; their shapes tell arms apart without colour
DOMAINS = {1: ([0, 1],), 2: ([0, 0.44], [0.56, 1])}


@dataclass(frozen=True)
class CurveLine:
    """One trace of the figure, apart from its look.

    Attributes:
        arm: Place of its arm.
        panel: Place of its panel.
        side: Training or validation.
        role: Bound of the band, mean over the runs, or one run.
        epoch: Epochs (E,).
        values: Values (E,), None where there is none.
        runs: How many runs stand behind each value (E,).
        run: Id of the run, of a line of its own.
    """

    arm: int
    panel: int
    side: Side
    role: Role
    epoch: tuple[int, ...]
    values: tuple[float | None, ...]
    runs: tuple[int, ...] = ()
    run: str = ""


def curve_lines(result: ArmCurves) -> tuple[CurveLine, ...]:
    """Return the traces of a result in the order in which the figure has them.

    The order depends on the arms, their runs and what is asked to be shown, never on how far they are: a
    live page may extend the traces one by one.
    """
    return tuple(
        line
        for place, arm in enumerate(result.arms)
        for at, panel in enumerate(result.panels)
        for side in shown_sides(panel, result)
        for line in _lines_of(arm, place, at, panel, side, result.single)
    )


def shown_sides(panel: Panel, result: ArmCurves) -> tuple[Side, ...]:
    """Return the sides of a panel; what has no validation is shown once."""
    return result.sides if panel.validation else ("training",)


def _lines_of(arm: Arm, place: int, at: int, panel: Panel, side: Side, single: bool) -> Iterator[CurveLine]:
    name = panel.of(side)
    band = arm.band(name)
    where = (place, at, side)
    if len(arm.runs) > 1:
        yield _line(*where, "low", band.epoch, band.low)
        yield _line(*where, "high", band.epoch, band.high)
        if single:
            for run in arm.runs:
                yield _line(*where, "run", run.epoch, getattr(run, name), run=run.run)
    yield _line(*where, "mean", band.epoch, band.mean, runs=tuple(band.runs.tolist()))


def _line(
    arm: int, panel: int, side: Side, role: Role, epoch: IntArray, values: DoubleArray, **more: Any
) -> CurveLine:
    return CurveLine(arm, panel, side, role, tuple(epoch.tolist()), _rounded(values), **more)


def arm_curves_figure(result: ArmCurves, theme: ThemeName = "light") -> go.Figure:
    """Draw what is measured epoch by epoch, each arm as its mean with a band from least to greatest."""
    look = theme_of(theme)
    figure = new_figure(look, "Curves epoch by epoch", _legend_words(result), top=TITLE_SPACE + 12)
    lines = curve_lines(result)
    figure.add_traces([_trace(look, result, line) for line in lines])
    _axes(figure, result)
    words = missing_words(lines)
    if words:
        figure.add_annotation(
            text=words,
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            bgcolor=look.ground,
            borderpad=6,
            font={"color": look.muted},
        )
    said = "; ".join(_in_words(arm, result.panels) for arm in result.arms[:8]) or "no run"
    finish(figure, f"Curves: {said}.", len(result.runs), note_of(result), result.provenance)
    figure.layout.meta = {**figure.layout.meta, "unit": "run" if len(result.runs) == 1 else "runs"}
    return figure


def note_of(result: ArmCurves) -> str:
    """Return how the shown measure is read, for the line under the figure."""
    return "; ".join(panel.words for panel in result.panels if panel.words) or (
        "bands: least to greatest run" if any(len(arm.runs) > 1 for arm in result.arms) else "one line a run"
    )


def _trace(theme: Theme, result: ArmCurves, line: CurveLine) -> dict[str, Any]:
    colour = theme.of_run(line.arm)
    at = "" if line.panel == 0 else str(line.panel + 1)
    name = plain(result.arms[line.arm].label, LABEL)
    trace: dict[str, Any] = {
        "type": "scatter",
        "x": list(line.epoch),
        "y": list(line.values),
        "name": name,
        "legendgroup": str(line.arm),
        "showlegend": False,
        "xaxis": f"x{at}",
        "yaxis": f"y{at}",
    }
    if line.role in {"low", "high"}:
        filled = {"fill": "tonexty", "fillcolor": faded(colour, 0.18)} if line.role == "high" else {}
        return {
            **trace,
            **filled,
            "mode": "lines",
            "line": {"width": 0, "color": colour},
            "hoverinfo": "skip",
        }
    if line.role == "run":
        label = next((run.label for run in result.arms[line.arm].runs if run.run == line.run), "")
        thin = {"color": faded(colour, 0.65), "width": 1, "dash": _dash(line, result)}
        words = _hover(f"{name}<br>{plain(label, LABEL)}", line, result)
        return {**trace, "mode": "lines", "line": thin, "hovertemplate": words}
    return {**trace, **_mean_look(colour, name, line, result)}


def _mean_look(colour: str, name: str, line: CurveLine, result: ArmCurves) -> dict[str, Any]:
    several = len(result.arms[line.arm].runs)
    words = _hover(name, line, result)
    if several > 1:
        words = words.replace("<extra>", f"<br>mean of %{{customdata}} of {several} runs<extra>")
    main = line.side == shown_sides(result.panels[line.panel], result)[0]
    return {
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2.2 if main else 1.4, "dash": _dash(line, result)},
        "marker": {
            "size": 7,
            "color": colour,
            "symbol": SYMBOLS[line.arm % len(SYMBOLS)],
            "maxdisplayed": MARKS,
        },
        "customdata": list(line.runs),
        "showlegend": line.panel == 0 and main,
        "hovertemplate": words,
    }


def _hover(name: str, line: CurveLine, result: ArmCurves) -> str:
    panel = result.panels[line.panel]
    side = f"{line.side} " if panel.validation else ""
    value = "%{y:.1%}" if panel.share else "%{y:.4g}"
    return f"{name}<br>epoch %{{x}}<br>{side}{panel.title} {value}<extra></extra>"


def _dash(line: CurveLine, result: ArmCurves) -> str:
    panel = result.panels[line.panel]
    return "dash" if line.side == "training" and panel.validation and len(result.sides) > 1 else "solid"


def _axes(figure: go.Figure, result: ArmCurves) -> None:
    axis: dict[str, Any] = {"title": {"text": "epoch"}, "showgrid": False, "nticks": 6}
    axis |= {"autorangeoptions": {"include": list(LEAST_EPOCHS)}}
    for at, (panel, domain) in enumerate(zip(result.panels, DOMAINS[len(result.panels)], strict=True)):
        place = "" if at == 0 else str(at + 1)
        height: dict[str, Any] = {"title": {"text": panel.title}, "nticks": 5, "uirevision": panel.training}
        if panel.share:
            height |= {"tickformat": ".0%", "autorangeoptions": {"clipmin": 0, "clipmax": 1}}
        elif panel.unit:
            height |= {"autorangeoptions": {"include": [0, 1]}}
        else:
            height |= {"rangemode": "tozero"}
        figure.update_layout(
            {
                f"xaxis{place}": {**axis, "domain": domain, "anchor": f"y{place}"},
                f"yaxis{place}": {**height, "anchor": f"x{place}"},
            }
        )
    legend = {**top_legend(-0.24), "yanchor": "top", "maxheight": 0.3}
    lay_out(figure, showlegend=bool(result.arms), legend=legend)


def _legend_words(result: ArmCurves) -> str:
    if len(result.sides) > 1 and any(panel.validation for panel in result.panels):
        return "solid: validation; dashed: training"
    return f"{result.sides[0]} samples" if any(panel.validation for panel in result.panels) else ""


def missing_words(lines: tuple[CurveLine, ...]) -> str:
    """Return what stands in the figure while it has no line; "" when it has one."""
    if not any(line.epoch for line in lines):
        return NOT_YET
    return "" if any(value is not None for line in lines for value in line.values) else NOT_MEASURED


def _in_words(arm: Arm, panels: tuple[Panel, ...]) -> str:
    said = [f"{clean(arm.label, LABEL)}, {counted(len(arm.runs), 'run')}"]
    for panel in panels:
        band = arm.band(panel.of("validation"))
        known = np.flatnonzero(band.runs)
        if known.size:
            last = known[-1]
            said.append(f"{panel.title} {number(band.mean[last])} at epoch {band.epoch[last]}")
    return ", ".join(said if len(said) > 1 else [*said, "no epoch yet"])


def _rounded(values: DoubleArray) -> tuple[float | None, ...]:
    return tuple(None if value is None else float(f"{value:.{DIGITS}g}") for value in _known(values))


def _known(values: DoubleArray) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]
