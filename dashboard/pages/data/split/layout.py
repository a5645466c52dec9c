"""What stands where in the section Split and leaks."""

from typing import Any

from dash import dcc, html

from core.data.manifest import DatasetManifest
from core.data.splits import SplitSettings
from dashboard.components.cards import button, card, column, grid
from dashboard.components.forms import form_from_settings, problem_line
from dashboard.components.view import ViewState
from dashboard.pages.data.split.ids import Id
from dashboard.services import leaks, training


def layout(_view: ViewState) -> Any:
    """Return the form of the split, its parts, and what was found."""
    chosen = card(
        "How samples are divided",
        html.Div(id=Id.KINDS, className="card-line"),
        html.Div(id=Id.FORM),
        problem_line(Id.PROBLEM.removesuffix("-problem")),
        html.Div(
            [
                button("Examine this split", Id.EXAMINE, "primary"),
                html.Div(id=Id.STATE, role="status", className="bring-state"),
                button("Cancel", Id.STOP, "quiet", hidden=True),
            ],
            className="form-actions",
        ),
    )
    parts = card("What each part holds", html.Div(id=Id.PARTS, className="split-parts"))
    changed = html.Div(
        card("What the repair changed", html.Div(id=Id.CHANGES)), id=Id.CHANGES_PLACE, hidden=True
    )
    found = card(
        "What would flatter a model",
        html.Div(id=Id.FINDINGS, className="findings"),
        line="One answer a question. A leak lets figures on the test part look better than they are.",
    )
    drift = card(
        "Do test samples differ from training samples?",
        html.Div(id=Id.DRIFT),
        line="Mean, deviation and missing share of each window, channel by channel.",
        width=6,
    )
    probes = card(
        "What simple models tell the label from",
        html.Div(id=Id.PROBES),
        line="Ridge regression on a few numbers of one channel, of all, or on the values at their steps.",
    )
    return html.Div(
        [
            grid(column(chosen, width=5), column(parts, changed, width=7)),
            html.Div(
                [
                    grid(found),
                    grid(drift, html.Div(probes, id=Id.PROBES_PLACE, className="span-6", hidden=True)),
                ],
                id=Id.RESULT,
                hidden=True,
            ),
            dcc.Store(id=Id.ASKED, storage_type="session"),
            dcc.Store(id=Id.DRAWN),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
        ],
        className="stack",
    )


def split_form(manifest: DatasetManifest, settings: SplitSettings) -> Any:
    """Return the form of the settings of a split that make sense for a dataset."""
    return form_from_settings(Id.SETTINGS, leaks.settings_for(manifest), settings.model_dump())
