"""The form of an order: architectures, what is learnt, material, training, sweep."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from core.registry import PartDescription, title_of
from dashboard.components.cards import button, card, field, folded
from dashboard.components.controls import view_control
from dashboard.components.forms import form_from_settings, problem_line
from dashboard.components.view import ViewState
from dashboard.pages.train.form import NOTHING, ROWS, models_of, prefix_of
from dashboard.pages.train.ids import Id
from dashboard.services import planning, training

DEFAULTS = "defaults"
CONTROL_WORDS = (
    "In the control the labels of training and validation are shuffled. Test accuracy must fall to chance; "
    "where it does not, the split leaks or the figures flatter."
)
SCALING_HELP = "Fitted on training samples only. Single channels can differ by command: heed train."
SEEDS_HELP = "One model each, like 0-4"
MODALITIES_HELP = "Two to four. Labels for each step stand on the steps of the first."
SWEEP_WORDS = (
    "Each combination is an arm of its own. A setting is varied in every chosen architecture that has it."
)
VALUES_HELP = "16, 32, 64 or, with a number of points, 0..0.4:3 or log:1e-4..1e-2:3"
SEARCHES = (("grid", "every combination"), ("random", "some, drawn at random from values or ranges"))


def order(view: ViewState) -> Any:
    """Return the form with what the view asks for."""
    chosen = models_of(view.models or [view.model]) or [training.architectures()[0].name]
    models = dcc.Dropdown(
        id=Id.MODELS,
        options=model_options(),
        value=chosen,
        multi=True,
        clearable=False,
        closeOnSelect=False,
        maxHeight=440,
        placeholder="Choose one or several",
    )
    trio = [button(training.TRIO_WORDS, Id.TRIO, "chip")] if len(training.trio()) > 1 else []
    seeds = dbc.Input(id=Id.SEEDS, type="text", value="0", maxLength=60, autoComplete="off")
    return card(
        "New training",
        html.P(id=Id.BALANCE, className="card-line"),
        field("Architectures", view_control("models", models), for_id=Id.MODELS),
        html.Div(trio, className="plan-chips arm-sets"),
        html.Div([model_panel(name) for name in chosen], id=Id.PANELS, className="arms"),
        _modalities(),
        html.Div([field("Seeds", seeds, SEEDS_HELP, for_id=Id.SEEDS), _targets()], className="form-grid"),
        _material(),
        folded(
            "How it is trained",
            html.P(id=Id.SUITED, className="field-help"),
            form_from_settings(Id.SETTINGS, training.training_settings()),
        ),
        _sweep(chosen[0]),
        problem_line(Id.PROBLEM.removesuffix("-problem")),
        html.Div(
            [
                button("Train 1 model", Id.SUBMIT, "primary"),
                button("Train a control with permuted labels", Id.CONTROL),
                html.Span(id=Id.ORDERED, role="status"),
            ],
            className="form-actions",
        ),
        html.P(id=Id.ESTIMATE, className="small"),
        html.P(CONTROL_WORDS, className="field-help"),
        dcc.Store(id=Id.PLANNED, data=0),
    )


def model_options() -> list[dict[str, Any]]:
    """Return the architectures as options, each with the line that says what it is."""
    return [
        {
            "value": part.name,
            "search": f"{part.title} {part.name}",
            "label": html.Span(
                [
                    html.Span(part.title, className="option-title"),
                    html.Span(part.summary, className="option-line"),
                ]
            ),
        }
        for part in training.architectures()
    ]


def model_panel(model: str) -> html.Div:
    """Return the line of a chosen architecture with its settings folded."""
    part = training.architecture(model)
    return html.Div(
        [
            html.P(part.summary, className="card-line"),
            _settings(part),
        ],
        id={"type": "train-arm", "model": part.name},
        className="arm",
    )


def model_form(model: str, preset: str = "") -> Any:
    """Return the form of an architecture's settings."""
    part = training.architecture(model)
    return form_from_settings(prefix_of(part.name), part.settings, training.values_of(part.name, preset))


def sweep_options(model: str) -> list[dict[str, str]]:
    """Return the settings that a sweep can vary: those of an architecture, then those of the training."""
    part = training.architecture(model)
    groups = (
        (f"{part.title}", "model", part.settings),
        ("Training", "training", training.training_settings()),
    )
    return [{"value": NOTHING, "label": "nothing"}] + [
        {
            "value": f"{place}.{setting.name}",
            "label": f"{title}: {setting.title or title_of(setting.name.replace('_', '-'))}",
        }
        for title, place, settings in groups
        for setting in settings
    ]


def _settings(part: PartDescription) -> Any:
    if not part.settings:
        return html.Span("It has no settings.", className="field-help")
    options = [{"value": DEFAULTS, "label": "Defaults"}] + [
        {"value": name, "label": title} for name, title in training.presets(part.name).items()
    ]
    where = {"type": "train-arm-preset", "model": part.name}
    select = dbc.Select(id=where, options=options, value=DEFAULTS)
    preset = html.Label([html.Span("Preset", className="field-label"), select], className="field")
    return folded(
        f"Settings of {part.title}",
        html.Div(preset, hidden=len(options) < 2),
        html.Div(model_form(part.name), id={"type": "train-arm-form", "model": part.name}),
    )


def _modalities() -> Any:
    """Return what is chosen to be read by an architecture of several modalities, where there is a choice."""
    names = dcc.Dropdown(
        id=Id.MODALITIES, options=[], value=[], multi=True, closeOnSelect=False, placeholder=""
    )
    return html.Div(
        field("Modalities it reads, in this order", names, MODALITIES_HELP, for_id=Id.MODALITIES),
        id=Id.MODALITIES_FIELD,
        hidden=True,
    )


def _targets() -> Any:
    """Return what is chosen to be learnt, where there is a choice."""
    target = dcc.Dropdown(id=Id.TARGET, options=[], placeholder="first", clearable=False, searchable=False)
    also = dcc.Dropdown(
        id=Id.ALSO, options=[], value=[], multi=True, closeOnSelect=False, placeholder="nothing"
    )
    return html.Div(
        [
            field("What it learns", view_control("target", target), for_id=Id.TARGET),
            html.Div(
                field("and, with a head of its own each", also, for_id=Id.ALSO), id=Id.ALSO_FIELD, hidden=True
            ),
            html.P(id=Id.TARGET_NOTE, className="field-help"),
        ],
        id=Id.TARGET_FIELD,
        hidden=True,
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


def _sweep(model: str) -> Any:
    options = sweep_options(model)
    rows = [_sweep_row(row, options) for row in range(ROWS)]
    search = dbc.Select(
        id=Id.SEARCH,
        options=[{"value": value, "label": label} for value, label in SEARCHES],
        value="grid",
    )
    trials = dbc.Input(id=Id.TRIALS, type="text", inputMode="numeric", value="10", maxLength=3)
    return folded(
        "Try several values of settings",
        html.P(SWEEP_WORDS, className="field-help"),
        html.Div(rows, className="sweep-rows"),
        html.P(
            f"Values: {VALUES_HELP}. A random search takes ranges without points.", className="field-help"
        ),
        html.Div(
            [
                field("Which combinations", search, for_id=Id.SEARCH),
                html.Div(field("How many", trials, for_id=Id.TRIALS), id=Id.TRIALS_FIELD, hidden=True),
            ],
            className="form-grid",
        ),
    )


def _sweep_row(row: int, options: Sequence[dict[str, str]]) -> html.Div:
    setting = dbc.Select(id={"type": "train-sweep-setting", "row": row}, options=list(options), value=NOTHING)
    values = dbc.Input(
        id={"type": "train-sweep-values", "row": row},
        type="text",
        maxLength=200,
        autoComplete="off",
        placeholder="16, 32, 64" if row == 0 else "",
    )
    named = (("Setting", setting), ("Values", values))
    return html.Div(
        [
            html.Label([html.Span(f"{words} {row + 1}", className="visually-hidden"), control])
            for words, control in named
        ],
        className="sweep-row",
    )
