"""The slider of the threshold with what it reaches, for every section that it moves."""

from dash import dcc, html

from core.evaluation import USUAL_THRESHOLD
from dashboard.components.cards import field, folded
from dashboard.components.controls import view_control
from dashboard.components.threshold import ThresholdChip
from dashboard.pages.compare.threshold.ids import Id
from dashboard.services.gathered import Chosen, manifests

CAUTION = (
    "It moves outcomes here, in the Gallery and on Attention. A threshold chosen by these test samples looks "
    "better than it is: choose it on others."
)
CHIP = ThresholdChip(
    Id.CHIP, lambda view: [run.id for run in manifests(Chosen.of(view))], ("runs", "dataset", "target")
)


def control(*, is_open: bool = False) -> html.Div:
    """Return the slider; one sentence stands in its place where there are not two classes.

    Only one section of the page is shown at a time, so that the ids stay unique.

    Args:
        is_open: Whether the table of measures is unfolded.
    """
    slider = dcc.Slider(
        id=Id.SLIDER,
        min=0,
        max=1,
        step=0.01,
        value=USUAL_THRESHOLD,
        marks={place / 10: f"{place / 10:g}" for place in range(11)},
        updatemode="mouseup",
        included=False,
    )
    table = html.Div(id=Id.TABLE, className="threshold-table")
    caution = html.P(CAUTION, className="small muted")
    reached = folded("What it reaches, run by run", table, caution, is_open=is_open)
    bound = view_control("threshold", slider, class_name="threshold-slider")
    return html.Div(
        [
            CHIP.place(),
            html.Section(
                [
                    html.P(id=Id.NOTE, className="card-line"),
                    html.Div(
                        [
                            field("Threshold", bound, for_id=Id.SLIDER),
                            reached,
                        ],
                        className="threshold-body",
                    ),
                ],
                className="sheet threshold-control",
                **{"aria-label": "Threshold"},
            ),
            dcc.Store(id=Id.SWEEP),
        ],
        id=Id.BODY,
    )
