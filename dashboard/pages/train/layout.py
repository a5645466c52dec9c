"""What stands where on the page Train."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from core.errors import HeedError
from dashboard.components.cards import button, card, column, empty_state, grid, link_button
from dashboard.components.controls import view_control
from dashboard.components.forms import name_input
from dashboard.components.table import Column, table, table_height
from dashboard.components.view import ViewState
from dashboard.pages.train.charts import CURVES, curve_controls
from dashboard.pages.train.ids import Id
from dashboard.pages.train.members import MEMBER_COLUMNS
from dashboard.pages.train.order import order
from dashboard.pages.train.theory import training_theory
from dashboard.services import library, training

NAME = Column("name", "Run", least=150)
DATASET = Column("dataset", "Dataset", width=120)
TRAINED = Column(
    "trained", "Trained on", width=104, help_text="aug.: augmentations of the originals; hover a cell for all"
)
MEASURES = (
    Column("seeds", "Seeds", width=72, help_text="Seeds that were trained"),
    Column("accuracy", "Accuracy", numeric=True, percent=True, width=122,
           help_text="Share of the test samples classified rightly; mean \u00b1 SD over several runs"),
    Column("interval", "95 % CI", width=100, help_text="Wilson interval of one run's accuracy, in percent"),
    Column("majority", "Majority", numeric=True, percent=True, width=84,
           help_text="Share of the test samples that have the most frequent class of the training part"),
    Column("loss", "Loss", numeric=True, digits=3, width=76, help_text="Cross-entropy on the test samples"),
    Column("auc", "AUC", numeric=True, digits=3, width=76,
           help_text="Area under the ROC curve on the test samples, with two classes"),
    Column("epochs", "Epochs", numeric=True, width=80),
    Column("seconds", "Seconds", numeric=True, digits=1, width=82),
    Column("made", "Made (UTC)", width=150),
)  # fmt: skip


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    return html.Div(
        [
            grid(
                column(
                    html.Div(missing, id=Id.NOTICE, hidden=not missing),
                    html.Div(order(view), id=Id.BODY, hidden=bool(missing)),
                    width=5,
                ),
                column(
                    CURVES.card(controls=curve_controls()),
                    _shelf(),
                    _opened(),
                    _theory(),
                    width=7,
                ),
            ),
            grid(_runs()),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
            dcc.Store(id=Id.DELETED),
            dcc.Store(id=Id.KNOWN),
            dcc.Store(id=Id.REMOVED),
            dcc.Store(id=Id.WATCHED),
            dcc.Store(id=Id.OUTLINE),
            dcc.Store(id=Id.NARROW, data=False),
        ]
    )


NO_DATA = "Models learn from a dataset, and there is none yet. Step 1 is Data: make series or load a file."
LESS_ROOM = ("auc", "seconds")
NO_ROOM = (*LESS_ROOM, "majority", "loss", "epochs")
OFF: dict[str, Any] = {"aria-disabled": "true"}
JOBS_LINE = "They go on when this page is closed; each has its place in the queue."


def run_columns(everywhere: bool, narrow: bool = False) -> list[dict[str, Any]]:
    """Return the columns of the table of runs, as many as have room; Compare has all measures.

    Args:
        everywhere: Whether runs of several datasets are listed, so that each says which.
        narrow: Whether the window is narrow.
    """
    first = (NAME, DATASET, TRAINED) if everywhere else (NAME, TRAINED)
    left_out = NO_ROOM if narrow else LESS_ROOM if everywhere else ()
    return [_definition(column) for column in (*first, *MEASURES) if column.field not in left_out]


SPREAD = "params.data.sd == null ? '' : ' \u00b1 ' + d3.format('.1f')(100 * params.data.sd)"
SPREAD_FORM = f"params.value == null ? '-' : d3.format('.1f')(100 * params.value) + ({SPREAD}) + ' %'"
FURTHER: dict[str, dict[str, Any]] = {
    "trained": {"tooltipField": "details"},
    "accuracy": {"valueFormatter": {"function": SPREAD_FORM}},
}


def _definition(column: Column) -> dict[str, Any]:
    return column.definition() | FURTHER.get(column.field, {})


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the form when nothing can be trained; nothing when something can."""
    try:
        library.dataset(view.dataset)
    except HeedError as error:
        if not library.datasets().entries:
            words, title = NO_DATA, "Data comes first"
        elif view.dataset is None:
            words, title = "Choose a dataset in the bar above, or bring another one.", "No dataset is chosen"
        else:
            words, title = str(error)[:1].upper() + str(error)[1:] + ".", "This dataset is not here"
        first = library.datasets().entries[:3]
        steps = [link_button(f"Use {entry.name}", view.href("/train", dataset=entry.id)) for entry in first]
        more = link_button("Make or load data", "/data", primary=not steps)
        return [empty_state(words, *steps, more, title=title)]
    return []


def _shelf() -> Any:
    back = button("Bring it back", Id.BACK, "quiet", hidden=True)
    return card(
        "Trainings", html.Div(id=Id.EXPERIMENTS), html.Div(id=Id.JOBS), line=JOBS_LINE, actions=[back]
    )


def _opened() -> Any:
    """Return the card of the experiment that is shown: its trainings, row by row."""
    more = dbc.Input(id=Id.MORE, type="text", placeholder="5-9", maxLength=60, autoComplete="off")
    label = html.Label([html.Span("Further seeds", className="small"), more], className="more-seeds")
    return html.Div(
        card(
            "Trainings that are shown",
            html.P(id=Id.OPENED_LINE, className="card-line"),
            table(Id.MEMBERS, MEMBER_COLUMNS, height=table_height(1), label="Trainings of the experiment"),
            html.Div([label, button("Add seeds", Id.MORE_BUTTON)], className="form-actions"),
        ),
        id=Id.OPENED_CARD,
        hidden=True,
    )


def _theory() -> Any:
    return html.Section(training_theory(), className="sheet span-12")


def _runs() -> Any:
    everywhere = dbc.Switch(id=Id.EVERYWHERE, label="Of all datasets", value=False)
    single = dbc.Switch(id=Id.ALONE, label="Single runs", value=False)
    text = dbc.Input(
        id=Id.FILTER, type="search", value="", placeholder="Filter", maxLength=200, autoComplete="off"
    )
    narrow = html.Label(
        [html.Span("Filter runs", className="visually-hidden"), view_control("query", text)],
        className="name-input",
    )
    return card(
        "Runs",
        html.P(id=Id.RUNS_LINE, className="card-line"),
        table(Id.RUNS, (NAME, TRAINED, *MEASURES), select="multiple", height=table_height(0), label="Runs"),
        html.Div(
            [
                html.A("Look at its attention", id=Id.LOOK, className="button", **OFF),
                html.A("Compare", id=Id.COMPARE, className="button", **OFF),
                name_input(Id.NAME, "New name of the chosen run"),
                button("Rename", Id.RENAME, disabled=True),
                button("Delete", Id.DELETE, "danger", disabled=True),
                button("Undo", Id.UNDO, hidden=True),
                html.Span(id=Id.WHY, className="small muted", role="status"),
            ],
            className="form-actions table-actions",
        ),
        actions=[narrow, single, everywhere],
    )
