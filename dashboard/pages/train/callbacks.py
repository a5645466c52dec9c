"""What the page Train does: orders, jobs, the table of runs."""

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from core.errors import HeedError
from core.models.manifest import RunManifest
from dashboard.components.controls import show
from dashboard.components.format import counted, when
from dashboard.components.forms import form_states, read_form
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.table import table_height
from dashboard.components.view import ViewState
from dashboard.pages.train import layout, lines
from dashboard.pages.train.ids import Id
from dashboard.services import jobs, library, training
from dashboard.services.training import Order


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
        return [], True, False, training.balance(view.dataset)
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


@callback(Output(Id.SUBMIT, "children"), Input(Id.SEEDS, "value"))
def update_words(seeds: Any) -> str:
    """Say on the button how many models it trains."""
    try:
        return f"Train {counted(len(training.parse_seeds(str(seeds or ''))), 'model')}"
    except HeedError:
        return "Train"


@callback(
    Output(Id.PROBLEM, "children"),
    Output(Id.ORDERED, "children"),
    Output(Id.NONCE, "data"),
    Input(Id.SUBMIT, "n_clicks"),
    State(Frame.VIEW, "data"),
    State(Id.MODEL, "value"),
    State(Id.SEEDS, "value"),
    State(Id.NONCE, "data"),
    *form_states(Id.MODEL),
    *form_states(Id.SETTINGS),
    prevent_initial_call=True,
    running=[(Output(Id.SUBMIT, "disabled"), True, False)],
)
def update_order(clicks: Any, data: Any, model: Any, seeds: Any, nonce: Any, *forms: Any) -> tuple[Any, ...]:
    """Submit the trainings that the form describes."""
    if not clicks:
        return (no_update,) * 3
    view = ViewState.parse(data)
    part = training.architecture(str(model or ""))
    order = Order(
        view.dataset,
        part.name,
        read_form(forms[0], forms[1], part.settings),
        read_form(forms[2], forms[3], training.training_settings()),
        str(seeds or ""),
        str(nonce or ""),
    )
    try:
        made = training.submit(order)
    except HeedError as error:
        return sentence(error), "", training.new_nonce()
    words = f"{counted(len(made), 'training')} submitted"
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


@callback(
    Output(Id.RUNS, "rowData"),
    Output(Id.RUNS, "columnDefs"),
    Output(Id.RUNS, "style"),
    Output(Id.RUNS_LINE, "children"),
    Input(Frame.LIBRARY, "data"),
    Input(Frame.VIEW, "data"),
    Input(Id.EVERYWHERE, "value"),
)
def update_runs(_stamp: Any, data: Any, everywhere: Any) -> tuple[Any, ...]:
    """Fill the table of runs."""
    dataset = None if everywhere else ViewState.parse(data).dataset
    listing = library.runs(dataset)
    found = counted(len(listing.entries), "run") if listing.entries else "No run yet"
    words = found + (" on this dataset." if dataset else ".")
    if listing.damaged:
        damaged = "; ".join(f"{found.id}: {found.reason}" for found in listing.damaged[:3])
        words += f" {counted(len(listing.damaged), 'run')} can't be read ({damaged})."
    if listing.entries:
        words += " Choose some to look at, compare, rename or delete."
    style = {"height": f"{table_height(len(listing.entries))}px", "width": "100%"}
    rows = [_row(run) for run in listing.entries]
    return rows, layout.run_columns(everywhere=dataset is None), style, words


@callback(
    Output(Id.LOOK, "href"),
    Output(Id.LOOK, "aria-disabled"),
    Output(Id.COMPARE, "href"),
    Output(Id.COMPARE, "aria-disabled"),
    Output(Id.RENAME, "disabled"),
    Output(Id.DELETE, "disabled"),
    Output(Id.DELETE, "children"),
    Input(Id.RUNS, "selectedRows"),
    Input(Frame.VIEW, "data"),
)
def update_choice(rows: Any, data: Any) -> tuple[Any, ...]:
    """Offer what can be done with the chosen runs."""
    view = ViewState.parse(data)
    chosen = _chosen(rows)
    places = {row.get("dataset_id") for row in rows or () if isinstance(row, dict)}
    place = places.pop() if len(places) == 1 else None
    look = view.href("/attention", dataset=place, run=chosen[0]) if len(chosen) == 1 else None
    compare = view.href("/compare", dataset=place, runs=chosen) if len(chosen) > 1 else None
    words = f"Delete {counted(len(chosen), 'run')}" if chosen else "Delete"
    return look, _off(look), compare, _off(compare), len(chosen) != 1, not chosen, words


@callback(
    Output(Id.DELETED, "data"),
    Output(Id.UNDO, "hidden"),
    Output(Id.UNDO, "children"),
    Output(Id.RUNS, "selectedRows"),
    Input(Id.DELETE, "n_clicks"),
    Input(Id.UNDO, "n_clicks"),
    State(Id.RUNS, "selectedRows"),
    State(Id.DELETED, "data"),
    prevent_initial_call=True,
)
def update_deleted(_delete: Any, _undo: Any, rows: Any, deleted: Any) -> tuple[Any, ...]:
    """Move the chosen runs to the trash, or bring the last ones back."""
    try:
        if ctx.triggered_id == Id.UNDO:
            training.restore([str(identifier) for identifier in deleted or ()])
            return None, True, "Undo", []
        chosen = _chosen(rows)
        training.delete(chosen)
    except HeedError as error:
        notify(sentence(error), kind="error")
        return (no_update,) * 4
    words = f"Bring {counted(len(chosen), 'run')} back"
    return chosen, not chosen, words, []


@callback(
    Output(Id.NAME, "value"),
    Input(Id.RENAME, "n_clicks"),
    State(Id.RUNS, "selectedRows"),
    State(Id.NAME, "value"),
    prevent_initial_call=True,
)
def update_name(clicks: Any, rows: Any, name: Any) -> Any:
    """Rename the chosen run."""
    chosen = _chosen(rows)
    if not clicks or len(chosen) != 1:
        return no_update
    try:
        training.rename(chosen[0], str(name or ""))
    except HeedError as error:
        notify(sentence(error), kind="error")
        return no_update
    return ""


def _row(run: RunManifest) -> dict[str, Any]:
    test = run.metrics.get("test", {})
    interval = test.get("accuracy_interval")
    return {
        "id": run.id,
        "name": run.name or run.model,
        "dataset": run.dataset_name,
        "dataset_id": run.dataset,
        "seed": run.seed,
        "accuracy": test.get("accuracy"),
        "interval": f"{100 * interval[0]:.1f} - {100 * interval[1]:.1f}" if interval else "-",
        "majority": test.get("majority_rate"),
        "loss": test.get("loss"),
        "auc": test.get("auc"),
        "epochs": run.epochs,
        "seconds": run.seconds,
        "made": when(run.created),
    }


def _chosen(rows: Any) -> list[str]:
    return [str(row.get("id")) for row in rows or () if isinstance(row, dict)]


def _off(href: str | None) -> str:
    return "true" if href is None else "false"
