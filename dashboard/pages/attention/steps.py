"""The choice between steps as they are and % of each sample's own length, for every section that has it."""

from dash import html

from core.errors import HeedError
from dashboard.components.controls import choice
from dashboard.components.view import ViewState
from dashboard.services import library
from dashboard.services.samples import dataset_of

AXES = (("", "as they are"), ("share", "% of each length"))


def axis_choice(id: str, place: str) -> html.Div:
    """Return the choice of the axis of steps, which is shown where lengths differ."""
    return html.Div(choice(id, "axis", "Steps", AXES, ""), id=place, hidden=True)


def hides_axis(view: ViewState) -> bool:
    """Return whether there is no axis to choose: all samples have one length, and steps are as they are."""
    try:
        lengths = dataset_of(library.run(view.run)).lengths
    except HeedError:
        return True
    return int(lengths.min()) == int(lengths.max()) and not view.axis
