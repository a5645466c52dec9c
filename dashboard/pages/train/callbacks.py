"""What the order's form of the page Train does."""

from typing import Any

from dash import ALL, MATCH, Input, Output, Patch, State, callback, ctx, no_update

from core.errors import HeedError
from dashboard.components.controls import change
from dashboard.components.format import clipped, counted, duration
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.train import form, layout, order, plan
from dashboard.pages.train.ids import Id
from dashboard.services import estimates, experiments, jobs, training
from dashboard.services.augmentation import recipe


@callback(
    Output(Id.NOTICE, "children"),
    Output(Id.NOTICE, "hidden"),
    Output(Id.BODY, "hidden"),
    Output(Id.BALANCE, "children"),
    viewed("train"),
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
    Output(Id.PANELS, "children"),
    Output({"type": "train-sweep-setting", "row": ALL}, "options"),
    Output(Id.SUITED, "children"),
    Input(Id.MODELS, "value"),
    State({"type": "train-arm", "model": ALL}, "id"),
    State({"type": "train-sweep-setting", "row": ALL}, "id"),
)
def update_models(value: Any, shown: Any, rows: Any) -> tuple[Any, ...]:
    """Show a panel for each chosen architecture; those that are there keep what was typed into them."""
    jobs.expect()
    chosen = form.models_of(value)
    before = [str(where.get("model")) for where in shown or () if isinstance(where, dict)]
    panels: Any = Patch() if before != chosen else no_update
    for place in reversed(range(len(before))):
        if before[place] not in chosen:
            del panels[place]
    for name in chosen:
        if name not in before:
            panels.append(order.model_panel(name))
    offered = order.sweep_options(chosen[0]) if chosen else []
    return panels, [offered] * len(rows or ()), training.suited(chosen)


@callback(
    Output({"type": "train-arm-form", "model": MATCH}, "children"),
    Input({"type": "train-arm-preset", "model": MATCH}, "value"),
    prevent_initial_call=True,
)
def update_preset(preset: Any) -> Any:
    """Fill the form of an architecture with one of its presets."""
    asked = ctx.triggered_id
    if not isinstance(asked, dict):
        return no_update
    part = training.architecture(str(asked.get("model")))
    return order.model_form(part.name, preset if preset in training.presets(part.name) else "")


@callback(
    Output(Id.MODALITIES, "options"),
    Output(Id.MODALITIES, "value"),
    Output(Id.MODALITIES, "placeholder"),
    Output(Id.MODALITIES_FIELD, "hidden"),
    viewed("train"),
    Input(Frame.LIBRARY, "data"),
    Input(Id.MODELS, "value"),
    State(Id.MODALITIES, "value"),
)
def update_modalities(data: Any, _stamp: Any, models: Any, value: Any) -> tuple[Any, ...]:
    """Offer the modalities of a dataset to an architecture that reads several."""
    found, usual = plan.modalities(ViewState.parse(data))
    kept = [name for name in form.names_of(value) if name in found]
    options = [{"value": name, "label": clipped(name)} for name in found]
    read = training.readers() & set(form.models_of(models))
    return options, kept, usual, not (options and read)


@callback(
    Output(Id.TRIO, "disabled"),
    Input(Id.TRIO, "n_clicks"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_trio(clicks: Any, data: Any) -> Any:
    """Choose a baseline, an attention model and a transformer in one click."""
    if clicks:
        change(ViewState.parse(data), models=list(training.trio()))
    return no_update


@callback(
    Output(Id.SUBMIT, "children"),
    Output(Id.ESTIMATE, "children"),
    Output(Id.TRIALS_FIELD, "hidden"),
    inputs={"view": viewed("train"), "held": form.dependencies(Input)},
)
def update_words(view: Any, held: dict[str, Any]) -> tuple[str, str, bool]:
    """Say on the button how many models it trains, and below it how long that takes where that is known."""
    search = held.get("search") != "random"
    try:
        found = estimates.estimate(experiments.plan_of(form.order_of(ViewState.parse(view), held)))
    except HeedError:
        return "Train", "", search
    said = [f"{found.remark}." if found.remark else "", _time(found)]
    return f"Train {counted(found.trainings, 'model')}", " ".join(filter(None, said)), search


@callback(
    Output(Id.TARGET, "options"),
    Output(Id.TARGET, "placeholder"),
    Output(Id.TARGET_FIELD, "hidden"),
    Output(Id.ALSO, "options"),
    Output(Id.ALSO_FIELD, "hidden"),
    Output(Id.TARGET_NOTE, "children"),
    Output(Id.SPLIT, "children"),
    Output(Id.FOLDS, "label"),
    Output(Id.FOLDS_FIELD, "hidden"),
    Output(Id.PLANNED, "data"),
    Output(Id.CHIPS, "children"),
    viewed("train"),
    Input(Frame.LIBRARY, "data"),
)
def update_plan(data: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what a training would learn from: target, split, augmentations."""
    view = ViewState.parse(data)
    list_of = recipe(view.augment)
    if list_of.problems:
        notify(" ".join(f"{problem}." for problem in list_of.problems), kind="error")
        change(view, augment=list_of.text or None)
    found = plan.planned(view)
    options = [{"value": name, "label": clipped(name)} for name in found.targets]
    alone = len(options) < 2 and not found.note
    first = options[0] if options else {"value": "", "label": ""}
    also = [one for one in options if one["value"] != (view.target or first["value"])]
    label = f"Train all {found.folds} folds, one run each"
    made = plan.chips(list_of, view)
    targets = (options, first["label"], alone, also, not also, found.note)
    return *targets, list(found.split), label, not found.folds, found.folds, made


@callback(
    Output(Id.PROBLEM, "children"),
    Output(Id.ORDERED, "children"),
    Output(Id.NONCE, "data"),
    inputs={
        "clicks": (Input(Id.SUBMIT, "n_clicks"), Input(Id.CONTROL, "n_clicks")),
        "view": State(Frame.VIEW, "data"),
        "nonce": State(Id.NONCE, "data"),
        "held": form.dependencies(State),
    },
    prevent_initial_call=True,
    running=[(Output(Id.SUBMIT, "disabled"), True, False), (Output(Id.CONTROL, "disabled"), True, False)],
)
def update_order(clicks: Any, view: Any, nonce: Any, held: dict[str, Any]) -> tuple[Any, ...]:
    """Submit the trainings that the form describes, or their controls, as one experiment."""
    if not any(clicks):
        return (no_update,) * 3
    looked = ViewState.parse(view)
    control = ctx.triggered_id == Id.CONTROL
    try:
        asked = form.order_of(looked, held, f"{nonce or ''}{'-control' if control else ''}", control=control)
        made = experiments.submit(asked)
        count = len(experiments.status(made).members)
    except HeedError as error:
        return sentence(error), "", training.new_nonce()
    change(looked, experiment=made, job=None)
    return "", f"{counted(count, 'control' if control else 'training')} submitted", training.new_nonce()


def _time(found: estimates.Estimate) -> str:
    if found.seconds is None:
        return ""
    most = "At most about" if found.at_most else "About"
    slots = f" on {found.slots} slots" if found.slots > 1 else ""
    kind = "this kind" if found.trainings == 1 else "these kinds"
    measured = counted(found.measured, "training")
    return f"{most} {duration(round(found.seconds))}{slots}, judging by {measured} of {kind}."
