"""What stands where on the page Train."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from core.errors import HeedError
from core.registry import title_of
from dashboard.components.cards import button, card, column, empty_state, field, folded, grid, link_button
from dashboard.components.controls import view_control
from dashboard.components.forms import form_from_settings, name_input, problem_line
from dashboard.components.table import Column, table, table_height
from dashboard.components.view import ViewState
from dashboard.pages.train.charts import CURVES, curve_controls
from dashboard.pages.train.ids import Id
from dashboard.pages.train.theory import training_theory
from dashboard.services import library, planning, training

NAME = Column("name", "Run", least=170)
DATASET = Column("dataset", "Dataset", width=120)
TRAINED = Column(
    "trained", "Trained on", width=116, help_text="aug.: augmentations of the originals; hover a cell for all"
)
MEASURES = (
    Column("seed", "Seed", numeric=True, width=66),
    Column("accuracy", "Accuracy", numeric=True, percent=True, width=92,
           help_text="Share of the test samples that are classified rightly"),
    Column("interval", "95 % CI", width=104, help_text="Wilson interval of the test accuracy, in percent"),
    Column("majority", "Majority", numeric=True, percent=True, width=88,
           help_text="Share of the test samples that have the most frequent class of the training part"),
    Column("loss", "Loss", numeric=True, digits=3, width=76, help_text="Cross-entropy on the test samples"),
    Column("auc", "AUC", numeric=True, digits=3, width=76,
           help_text="Area under the ROC curve on the test samples, with two classes"),
    Column("epochs", "Epochs", numeric=True, width=80),
    Column("seconds", "Seconds", numeric=True, digits=1, width=82),
    Column("made", "Made (UTC)", width=148),
)  # fmt: skip


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    return html.Div(
        [
            grid(
                column(
                    html.Div(missing, id=Id.NOTICE, hidden=not missing),
                    html.Div(_order(view), id=Id.BODY, hidden=bool(missing)),
                    width=5,
                ),
                column(
                    CURVES.card(controls=curve_controls()),
                    card("Trainings", html.Div(id=Id.JOBS), line=JOBS_LINE),
                    _theory(),
                    width=7,
                ),
            ),
            grid(_runs()),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
            dcc.Store(id=Id.DELETED),
            dcc.Store(id=Id.KNOWN),
            dcc.Store(id=Id.NARROW, data=False),
        ]
    )


DEFAULTS = "defaults"
NO_DATA = "Models learn from a dataset, and there is none yet. Step 1 is Data: make series or load a file."
LESS_ROOM = ("auc", "seconds")
NO_ROOM = (*LESS_ROOM, "majority", "loss", "epochs")
OFF: dict[str, Any] = {"aria-disabled": "true"}
CONTROL_WORDS = (
    "In the control the labels of training and validation are shuffled. Test accuracy must fall to chance; "
    "where it does not, the split leaks or the figures flatter."
)
SCALING_HELP = "Fitted on training samples only. Single channels can differ by command: heed train."
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


def _definition(column: Column) -> dict[str, Any]:
    return column.definition() | ({"tooltipField": "details"} if column is TRAINED else {})


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


def model_form(model: str, preset: str = "") -> Any:
    """Return the form of an architecture's settings."""
    part = training.architecture(model)
    return form_from_settings(Id.MODEL, part.settings, training.values_of(part.name, preset))


def preset_options(model: str) -> list[dict[str, str]]:
    """Return the presets of an architecture as options."""
    return [{"value": DEFAULTS, "label": "Defaults"}] + [
        {"value": name, "label": name} for name in training.presets(model)
    ]


def _order(view: ViewState) -> Any:
    known = training.architectures()
    chosen = training.architecture(view.model)
    options = [{"value": part.name, "label": part.title} for part in known]
    models = dcc.Dropdown(
        id=Id.MODEL, options=options, value=known[0].name, clearable=False, searchable=False
    )
    presets = dbc.Select(id=Id.PRESET, options=preset_options(chosen.name), value=DEFAULTS)
    targets = dcc.Dropdown(id=Id.TARGET, options=[], placeholder="first", clearable=False, searchable=False)
    seeds = dbc.Input(id=Id.SEEDS, type="text", value="0", maxLength=60, autoComplete="off")
    return card(
        "New training",
        html.P(id=Id.BALANCE, className="card-line"),
        html.Div(
            [
                field("Architecture", view_control("model", models), for_id=Id.MODEL),
                html.Div(
                    [
                        field("What it learns", view_control("target", targets), for_id=Id.TARGET),
                        html.P(id=Id.TARGET_NOTE, className="field-help"),
                    ],
                    id=Id.TARGET_FIELD,
                    hidden=True,
                ),
                html.Div(field("Preset", presets, for_id=Id.PRESET), id=Id.PRESET_FIELD),
                field("Seeds", seeds, "One model each: 0 or 0, 1, 2 or 0-4", for_id=Id.SEEDS),
            ],
            className="form-grid",
        ),
        html.P(chosen.summary, id=Id.MODEL_LINE, className="card-line"),
        html.Div(model_form(chosen.name), id=Id.MODEL_FORM),
        _material(),
        folded(
            "How it is trained",
            html.Div(form_from_settings(Id.SETTINGS, training.training_settings()), className="pad-top"),
        ),
        problem_line(Id.PROBLEM.removesuffix("-problem")),
        html.Div(
            [
                button("Train 1 model", Id.SUBMIT, "primary"),
                button("Train a control with permuted labels", Id.CONTROL),
                html.Span(id=Id.ORDERED, role="status"),
            ],
            className="form-actions",
        ),
        html.P(CONTROL_WORDS, className="field-help"),
        dcc.Store(id=Id.PLANNED, data=0),
    )


def _material() -> Any:
    """Return what the training learns from: split, scaling, augmentations."""
    scalings = [{"value": kind, "label": title_of(kind)} for kind in planning.SCALINGS]
    scaling = dbc.Select(id=Id.SCALING, options=scalings, value=planning.SCALINGS[0])
    folds = dbc.Switch(id=Id.FOLDS, label="Train all folds", value=False)
    return html.Div(
        [
            html.Div(
                [
                    html.H3("Split", className="field-label"),
                    html.Div(id=Id.SPLIT, className="plan-split"),
                    html.Div(folds, id=Id.FOLDS_FIELD, hidden=True),
                ],
                className="field",
            ),
            html.Div(
                [
                    html.H3("Augmentations of the training samples", className="field-label"),
                    html.Div(id=Id.CHIPS, className="plan-chips"),
                ],
                className="field",
            ),
            field("Scaling of the channels", scaling, SCALING_HELP, for_id=Id.SCALING),
        ],
        className="plan",
    )


def _theory() -> Any:
    return html.Section(training_theory(), className="sheet span-12")


def _runs() -> Any:
    everywhere = dbc.Switch(id=Id.EVERYWHERE, label="Of all datasets", value=False)
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
            ],
            className="form-actions table-actions",
        ),
        actions=[everywhere],
    )
