"""How a heatmap of attention lays its samples out: order, zoom, size."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.attention.ordering import require_sort
from core.errors import SettingsError

Show = Literal["mean", "max"]
Span = tuple[int, int]


@dataclass(frozen=True)
class HeatmapView:
    """How the samples are laid out.

    Attributes:
        sort: Key by which they are ordered, see `sample_order`; "cluster" puts similar maps together.
        rows: Most rows of the picture; more samples are drawn together.
        steps: Most columns; more steps are drawn together.
        show: What a cell shows of the weights drawn together: their "mean" or their "max".
        places: First and last place of the order that is shown; all unless given.
        span: First and last step that is shown; all unless given.
        shares: Whether columns are hundredths of each sample's own length and not steps.
    """

    sort: str = "outcome"
    rows: int = 400
    steps: int = 400
    show: Show = "mean"
    places: Span | None = None
    span: Span | None = None
    shares: bool = False

    def __post_init__(self) -> None:
        require_sort(self.sort)
        if self.show not in get_args(Show):
            raise SettingsError(f"show must be mean or max; got {self.show!r:.40}")
        if self.rows < 1 or self.steps < 1:
            raise SettingsError(f"rows and steps must be at least 1; got {self.rows} and {self.steps}")
