"""An answer with what of it is to be drawn, where a control chooses that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from core.results import Provenance, Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Drawn:
    """A result, all of which leaves as data, and the part of it that the picture shows."""

    result: Result
    choice: str

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""
        return self.result.provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return the numbers, whatever is drawn of them."""
        return self.result.to_frame()


def draw_chosen(draw: Callable[[Any, Any, str], go.Figure]) -> Callable[[Drawn, Any], go.Figure]:
    """Return what draws the chosen part of an answer."""
    return lambda answer, theme: draw(answer.result, theme, answer.choice)
