"""What the page Train does: orders, jobs, the table of runs."""

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from core.errors import HeedError
from dashboard.components.controls import show
from dashboard.components.format import clipped, counted
from dashboard.components.forms import form_states, read_form
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.view import ViewState
from dashboard.pages.train import layout, lines, plan
from dashboard.pages.train.ids import Id
from dashboard.services import jobs, library, training
from dashboard.services.augmentation import recipe
from dashboard.services.orders import Order, parse_seeds, submit


@callback(
    Output(Id.NOTICE, "children"),
    Output(Id.NOTICE, "hidden"),
    Output(Id.BODY, "hidden"),
    Output(Id.BALANCE, "children"),
    Input(Frame.VIEW, "data"),
    Input(Frame.LIBRARY, "data"),
)
def update_notice(data: Any, _stamp: Any) -> tuple[Any, bool, bool, str]:
    """Say what is missing in place of the form, or how the classes are balanced."""
    view = ViewState.parse(data)
    missing = layout.notice(view)
    if missing:
        return missing, False, True, ""
    try:
        return [], True, False, training.balance(view.dataset, view.target)
    except HeedError as error:
        return [], True, False, sentence(error)


@callback(
    Output(Id.MODEL_FORM, "children"),
    Output(Id.MODEL_LINE, "children"),
    Output(Id.PRESET, "options"),
    Output(Id.PRESET, "value"),
    Output(Id.PRESET_FIELD, "hidden"),
    Input(Id.MODEL, "value"),
    Input(Id.PRESET, "value"),
)
def update_model(model: Any, preset: Any) -> tuple[Any, ...]:
    """Show the settings of the chosen architecture, or of one of its presets."""
    jobs.expect()
    part = training.architecture(str(model or ""))
    known = training.presets(part.name)
    chosen = preset if preset in known and ctx.triggered_id == Id.PRESET else ""
    form = layout.model_form(part.name, chosen)
    options = layout.preset_options(part.name)
    return form, part.summary, options, chosen or layout.DEFAULTS, not known


@callback(
    Output(Id.SUBMIT, "children"),
    Input(Id.SEEDS, "value"),
    Input(Id.FOLDS, "value"),
    Input(Id.PLANNED, "data"),
)
def update_words(seeds: Any, every: Any, folds: Any) -> str:
    """Say on the button how many models it trains."""
    times = folds if every and isinstance(folds, int) and folds else 1
    try:
        return f"Train {counted(times * len(parse_seeds(str(seeds or ''))), 'model')}"
    except HeedError:
        return "Train"


@callback(
    Output(Id.TARGET, "options"),
    Output(Id.TARGET, "placeholder"),
    Output(Id.TARGET_FIELD, "hidden"),
    Output(Id.TARGET_NOTE, "children"),
    Output(Id.SPLIT, "children"),
    Output(Id.FOLDS, "label"),
    Output(Id.FOLDS_FIELD, "hidden"),
    Output(Id.PLANNED, "data"),
    Output(Id.CHIPS, "children"),
    Input(Frame.VIEW, "data"),
    Input(Frame.LIBRARY, "data"),
)
def update_plan(data: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what a training would learn from: target, split, augmentations."""
    view = ViewState.parse(data)
    list_of = recipe(view.augment)
    if list_of.problems:
        notify(" ".join(f"{problem}." for problem in list_of.problems), kind="error")
        show(view.changed(augment=list_of.text or None))
    found = plan.planned(view)
    options = [{"value": name, "label": clipped(name)} for name in found.targets]
    alone = len(options) < 2 and not found.note
    label = f"Train all {found.folds} folds, one run each"
    made = plan.chips(list_of, view)
    first = options[0]["label"] if options else ""
    return options, first, alone, found.note, list(found.split), label, not found.folds, found.folds, made


@callback(
    Output(Id.PROBLEM, "children"),
    Output(Id.ORDERED, "children"),
    Output(Id.NONCE, "data"),
    Input(Id.SUBMIT, "n_clicks"),
    Input(Id.CONTROL, "n_clicks"),
    State(Frame.VIEW, "data"),
    State(Id.MODEL, "value"),
    State(Id.SEEDS, "value"),
    State(Id.SCALING, "value"),
    State(Id.FOLDS, "value"),
    State(Id.NONCE, "data"),
    *form_states(Id.MODEL),
    *form_states(Id.SETTINGS),
    prevent_initial_call=True,
    running=[(Output(Id.SUBMIT, "disabled"), True, False), (Output(Id.CONTROL, "disabled"), True, False)],
)
def update_order(clicks: Any, controls: Any, data: Any, model: Any, *given: Any) -> tuple[Any, ...]:
    """Submit the trainings that the form describes, or their controls."""
    if not (clicks or controls):
        return (no_update,) * 3
    seeds, scaling, folds, nonce, *forms = given
    view = ViewState.parse(data)
    part = training.architecture(str(model or ""))
    order = Order(
        view.dataset,
        part.name,
        read_form(forms[0], forms[1], part.settings),
        read_form(forms[2], forms[3], training.training_settings()),
        str(seeds or ""),
        str(nonce or ""),
        target=view.target,
        split=view.split,
        scaling=str(scaling or ""),
        augment=view.augment,
        all_folds=bool(folds),
        control=ctx.triggered_id == Id.CONTROL,
    )
    try:
        made = submit(order)
    except HeedError as error:
        return sentence(error), "", training.new_nonce()
    words = f"{counted(len(made), 'control' if order.control else 'training')} submitted"
    show(view.changed(job=made[0] if len(made) == 1 else None))
    return "", words, training.new_nonce()


@callback(Output(Id.JOBS, "children"), Input(Frame.JOBS, "data"), Input(Frame.VIEW, "data"))
def update_jobs(_jobs: Any, data: Any) -> Any:
    """List the trainings as they stand."""
    return lines.lines(training.trainings(), ViewState.parse(data))


@callback(
    Output(Id.JOBS, "data-changed"),
    Input({"type": "train-cancel", "job": ALL}, "n_clicks"),
    Input({"type": "train-resume", "job": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def update_job(cancels: list[Any], resumes: list[Any]) -> Any:
    """Cancel or resume the training whose button was clicked."""
    asked = ctx.triggered_id
    if not isinstance(asked, dict) or not any([*cancels, *resumes]):
        return no_update
    try:
        if asked.get("type") == "train-cancel":
            library.desk().cancel(str(asked.get("job")))
        else:
            jobs.resume(str(asked.get("job")))
    except HeedError as error:
        notify(sentence(error), kind="error")
    return no_update
