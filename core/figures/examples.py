"""Some series of each class, to see what a dataset looks like."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.arrays import FloatArray, IntArray, require_axes
from core.attention import StepAxis
from core.data.dataset import Dataset
from core.errors import NotFoundError
from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, new_figure, step_axis
from core.figures.palette import ThemeName, theme_of
from core.figures.text import clean, number, plain
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

PANEL, GAP = 140, 46
MOST_CLASSES = 12


@dataclass(frozen=True)
class ClassExamples:
    """Some samples of each class in one channel.

    Attributes:
        samples: Positions in the dataset (M,).
        codes: Class codes (M,).
        series: Values (M, T), NaN beyond a sample's end.
        totals: Number of samples of each class (K,).
        classes: Names of the classes.
        channel: Name of the channel.
        axis: Labels of the steps.
    """

    samples: IntArray
    codes: IntArray
    series: FloatArray
    totals: IntArray
    classes: tuple[str, ...]
    channel: str
    axis: StepAxis
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.series, "M T", "series", {"T": len(self.axis.labels)})
        require_axes(self.samples, "M", "samples", sizes)
        require_axes(self.codes, "M", "codes", sizes)
        require_axes(self.totals, "K", "totals", {"K": len(self.classes)})

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per sample and step within the sample's length."""
        import pandas as pd

        count, steps = self.series.shape
        frame = pd.DataFrame(
            {
                "sample": np.repeat(self.samples, steps),
                "class": np.repeat(np.array(self.classes, dtype=object)[self.codes], steps),
                "step": np.tile(np.arange(steps), count),
                self.channel: self.series.ravel(),
            }
        )
        return frame[~np.isnan(self.series.ravel())].reset_index(drop=True)


def class_examples(
    dataset: Dataset, target: str = "label", *, channel: int = 0, each: int = 5
) -> ClassExamples:
    """Pick samples of each class, evenly over the dataset's order.

    Args:
        dataset: The dataset.
        target: Which target's classes; an unlabelled dataset counts as one class.
        channel: The channel to show.
        each: How many samples of each class.
    """
    if not 0 <= channel < dataset.channel_count:
        raise NotFoundError(f"channel must lie between 0 and {dataset.channel_count - 1}; got {channel}")
    if dataset.labelled:
        codes, classes = np.asarray(dataset.require_target(target)), dataset.classes[target]
    else:
        codes, classes = np.zeros(dataset.samples, np.int64), ("all samples",)
    picked = np.concatenate([_evenly(np.flatnonzero(codes == code), each) for code in range(len(classes))])
    series = np.array(dataset.series[picked, :, channel], np.float32)  # (M, T)
    beyond = np.arange(dataset.steps)[None, :] >= np.asarray(dataset.lengths)[picked][:, None]
    series[beyond] = np.nan
    return ClassExamples(
        samples=picked,
        codes=codes[picked].astype(np.int64),
        series=series,
        totals=np.bincount(codes, minlength=len(classes)).astype(np.int64),
        classes=tuple(classes),
        channel=dataset.channels[channel],
        axis=StepAxis.of(dataset),
        provenance=Provenance(
            "samples of each class",
            data=dataset.sha256,
            parameters={"target": target, "channel": channel, "each": each},
            samples=len(picked),
        ),
    )


def class_examples_figure(result: ClassExamples, theme: ThemeName = "light") -> go.Figure:
    """Draw some series of each class, a panel a class, all on one scale."""
    look = theme_of(theme)
    present = [code for code in range(len(result.classes)) if (result.codes == code).any()][:MOST_CLASSES]
    subtitle = f"{plain(result.channel, 24)}; {len(result.samples)} of {int(result.totals.sum()):,} samples"
    if len(present) < len(result.classes):
        subtitle += f"<br>the first {len(present)} of {len(result.classes)} classes"
    figure = new_figure(look, "Samples of each class", subtitle, top=TITLE_SPACE + 36)
    columns = 2 if len(present) in {2, 4} else min(3, max(1, len(present)))
    rows = -(-len(present) // columns)
    plot = max(1, rows * PANEL + (rows - 1) * GAP)
    width = (1 - 0.04 * (columns - 1)) / columns
    low, high = _range(result.series)
    room = 10 if columns == 3 else 18  # for the name of a panel
    for place, code in enumerate(present):
        row, column = divmod(place, columns)
        upper, left = 1 - row * (PANEL + GAP) / plot, column * (width + 0.04)
        x, y = _joined(result.series[result.codes == code])
        add_line(
            figure, look, x, y, look.of_class(code), width=1.2, xaxis=f"x{place + 1}", yaxis=f"y{place + 1}",
            name=plain(result.classes[code], 24), showlegend=False,
            hovertemplate=f"{plain(result.axis.name)} %{{x}}<br>value %{{y:.4g}}<extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            text=f"{plain(result.classes[code], room)} (n = {int(result.totals[code]):,})", x=left, y=upper,
            xref="paper", yref="paper", xanchor="left", yanchor="bottom",
        )  # fmt: skip
        last = place + columns >= len(present)
        number_of = str(place + 1) if place else ""
        figure.update_layout(
            {
                f"xaxis{number_of}": {
                    **step_axis(result.axis, labels=2),
                    "domain": [left, left + width],
                    "anchor": f"y{place + 1}",
                    "showgrid": False,
                    "nticks": 4,
                    "range": [0, max(1, len(result.axis.labels) - 1)],
                    "showticklabels": last,
                    **({} if last and column == 0 else {"title": {"text": ""}}),
                },
                f"yaxis{number_of}": {
                    "domain": [max(0.0, upper - PANEL / plot), upper],
                    "anchor": f"x{place + 1}",
                    "range": [low, high],
                    "nticks": 4,
                    "showticklabels": column == 0,
                },
            }
        )
    lay_out(figure, height=plot + TITLE_SPACE + 36 + 64)
    words = "; ".join(f"{clean(result.classes[code], 40)} {int(result.totals[code]):,}" for code in present)
    scale = f"{number(low)} to {number(high)} in every panel"
    description = (
        f"Series of {len(result.samples):,} samples in channel {clean(result.channel, 40)}, by class:"
        f" {words}."
    )
    return finish(figure, description, len(result.samples), scale, result.provenance)


def _evenly(rows: IntArray, count: int) -> IntArray:
    places = np.unique(np.linspace(0, max(0, len(rows) - 1), count).round().astype(np.int64))
    return rows[places] if len(rows) else rows


def _joined(series: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return all lines as one, with a gap after each."""
    steps = np.broadcast_to(
        np.arange(series.shape[1] + 1, dtype=np.float32), (len(series), series.shape[1] + 1)
    )
    values = np.concatenate([series, np.full((len(series), 1), np.nan, np.float32)], axis=1)
    return steps.ravel(), values.ravel()


def _range(series: FloatArray) -> tuple[float, float]:
    low, high = float(np.nanmin(series)), float(np.nanmax(series))
    margin = 0.05 * (high - low) or 1.0
    return low - margin, high + margin
