"""What is asked about the attention of some samples: which samples, in which order, at which zoom."""

from dataclasses import dataclass
from typing import cast, get_args

from core.attention import SORTS, HeatmapView
from core.attention.heatmap_view import Show
from core.attention.ordering import METADATA
from dashboard.services.samples import Selection

ROWS, STEPS = 400, 400  # cells of a heatmap that has the page's width


@dataclass(frozen=True)
class AttentionView:
    """What is asked about the attention of some samples.

    Attributes:
        selection: Which samples of which run.
        layer: Name of the attention layer; "" for the first.
        sort: Key by which samples are ordered; "" for the usual one.
        show: What a cell shows of weights drawn together: "mean", "max", or "" for the usual one.
        rows: First and last place of the order that is shown, as "0-99"; "" for all.
        steps: First and last step that is shown, as "0-99"; "" for all.
        axis: "share" where columns are hundredths of each sample's own length.
        cells: Most rows and columns of the picture; more are drawn together.
    """

    selection: Selection
    layer: str = ""
    sort: str = ""
    show: str = ""
    rows: str = ""
    steps: str = ""
    axis: str = ""
    cells: tuple[int, int] = (ROWS, STEPS)

    @property
    def order(self) -> str:
        """The sort key that is meant; an unknown one is taken for the usual one."""
        return self.sort if self.sort in SORTS or self.sort.startswith(METADATA) else "outcome"

    @property
    def statistic(self) -> Show:
        """The statistic that is meant."""
        return cast("Show", self.show) if self.show in get_args(Show) else "mean"

    @property
    def shares(self) -> bool:
        """Whether columns are hundredths of each sample's own length."""
        return self.axis == "share"

    @property
    def picture(self) -> HeatmapView:
        """The zoom and the size of the heatmap."""
        rows, steps = self.cells
        zoomed = {"places": _span(self.rows), "span": _span(self.steps)}
        return HeatmapView(self.order, rows, steps, self.statistic, shares=self.shares, **zoomed)


def filters_of(asked: AttentionView) -> dict[str, str]:
    """Return which samples are meant, for a provenance."""
    chosen = asked.selection
    named = {"klass": chosen.klass, "outcome": chosen.outcome, "predicted": chosen.predicted}
    return {"part": chosen.part, **{name: value for name, value in named.items() if value}}


def _span(text: str) -> tuple[int, int] | None:
    """Read "0-99"; None for "" and for what is no span."""
    first, sign, last = text.partition("-")
    return (int(first), int(last)) if sign and first.isdecimal() and last.isdecimal() else None
