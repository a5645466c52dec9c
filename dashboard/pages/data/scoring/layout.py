"""What stands where in the section Score."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import button, card, grid
from dashboard.components.forms import problem_line
from dashboard.components.table import Column, table, table_height
from dashboard.components.view import ViewState
from dashboard.pages.data.scoring.charts import DISTRIBUTION
from dashboard.pages.data.scoring.ids import Id
from dashboard.services import training

RUNS_SHOWN, ROWS_SHOWN = 6, 12
RUNS = (
    Column("name", "Run", least=140),
    Column("trained", "Trained on", least=120),
    Column("accuracy", "Test accuracy", numeric=True, percent=True, width=120),
    Column("fits", "Can it score this dataset?", least=260),
)


def layout(_view: ViewState) -> Any:
    """Return the choice of a run, what it predicts, and the table that leaves."""
    runs = card(
        "Score it with a run",
        html.Div(id=Id.RUNS_LINE),
        table(Id.RUNS, RUNS, select="single", height=table_height(1), label="Runs"),
        problem_line(Id.PROBLEM.removesuffix("-problem")),
        html.Div(
            [
                button("Score it", Id.START, "primary", disabled=True),
                html.Div(id=Id.STATE, role="status", className="bring-state"),
                button("Cancel", Id.STOP, "quiet", hidden=True),
            ],
            className="form-actions",
        ),
        line="A run predicts the class of every sample, labelled or not: same channels, no more steps.",
    )
    rows = card(
        "Predictions",
        html.Div(id=Id.LINE, className="card-line"),
        table(
            Id.TABLE, (), height=table_height(ROWS_SHOWN, ROWS_SHOWN), label="First rows of the predictions"
        ),
        html.Div(id=Id.LINKS, className="form-actions"),
        width=7,
    )
    return html.Div(
        [
            grid(runs),
            html.Div(grid(DISTRIBUTION.card(width=5), rows), id=Id.RESULT, hidden=True),
            dcc.Store(id=Id.JOB, storage_type="session"),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
        ],
        className="stack",
    )
