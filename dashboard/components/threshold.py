"""The chip that says that another threshold than 0.5 decides what is positive, with a click back.

    CHIP = ThresholdChip("gallery-threshold", lambda view: (view.run,))
    def layout(view): return html.Div([CHIP.place(), ...])

The button carries ``data-view-key``; assets/attention.js sets the view.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Output, callback, html

from core.errors import HeedError
from core.evaluation import USUAL_THRESHOLD
from core.models.manifest import RunManifest
from dashboard.components.format import clipped
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.services import library


@dataclass(frozen=True)
class ThresholdChip:
    """A chip of a page that shows outcomes.

    Attributes:
        id: Id of its place.
        runs: Returns the ids of the runs whose outcomes a view shows.
        uses: Keys of the view that ``runs`` reads.
    """

    id: str
    runs: Callable[[ViewState], Sequence[str | None]]
    uses: Sequence[str] = ("run",)

    def __post_init__(self) -> None:
        callback(Output(self.id, "children"), watched("threshold", *self.uses))(self.update)

    def place(self) -> html.Div:
        """Return the place of the chip; empty while the threshold is 0.5."""
        return html.Div(id=self.id, className="threshold-chip", role="status")

    def update(self, data: Any) -> list[Any]:
        """Say the threshold where it is not 0.5 and decides something."""
        view = ViewState.parse(data)
        if view.threshold == USUAL_THRESHOLD:
            return []
        positive = _positive(self.runs(view))
        if positive is None:
            return []
        said = f" from a probability of {view.threshold:g} instead of {USUAL_THRESHOLD:g}"
        back = {"data-view-key": "threshold", "data-view-value": ""}
        return [
            html.Span(["Predicted ", html.Strong(clipped(positive, 30)), said]),
            html.Button(f"Back to {USUAL_THRESHOLD:g}", type="button", className="button chip", **back),
        ]


def _positive(runs: Sequence[str | None]) -> str | None:
    """Return the name of the positive class of the first run of two classes; None where there is none."""
    for identifier in runs:
        try:
            run: RunManifest = library.run(identifier)
        except HeedError:
            continue
        if len(run.classes) == 2:
            return run.classes[run.positive]
    return None
