"""What the section Score does: offer runs that fit, score, show and hand out what was predicted."""

from typing import Any

from dash import Input, Output, State, callback, no_update

from core.errors import HeedError, NotFoundError
from dashboard.components import jobbar
from dashboard.components.cards import link_button
from dashboard.components.controls import change
from dashboard.components.format import clipped, count, counted, percent, short_id
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.table import Column, table_height
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.data.scoring.ids import Id
from dashboard.pages.data.scoring.layout import RUNS_SHOWN
from dashboard.services import jobs, library, scoring, training

NOBODY = "There is no run yet: train a model on a labelled dataset, then score this one with it."
TITLES = {"id": "Sample", "peak_step": "Step with most attention", "part": "Part of the run's split"}


@callback(
    Output(Id.RUNS, "rowData"),
    Output(Id.RUNS, "style"),
    Output(Id.RUNS_LINE, "children"),
    viewed("data"),
    Input(Frame.LIBRARY, "data"),
)
def update_runs(given: Any, _stamp: Any) -> tuple[Any, Any, Any]:
    """List the runs, those that can score the dataset first, and say why others can't."""
    view = ViewState.parse(given)
    try:
        found = scoring.candidates(library.dataset(view.dataset))
    except HeedError as error:
        return [], no_update, sentence(error)
    rows = [
        {
            "id": one.manifest.id,
            "name": f"{clipped(one.manifest.name or one.manifest.model)} {short_id(one.manifest.id)}",
            "trained": "this dataset" if one.own else one.manifest.dataset_name or "another dataset",
            "accuracy": one.manifest.metrics.get("test", {}).get("accuracy"),
            "fits": f"no: {one.reason}" if one.reason else f"yes; {one.caution}" if one.caution else "yes",
        }
        for one in found
    ]
    style = {"height": f"{table_height(len(rows), RUNS_SHOWN)}px", "width": "100%"}
    return rows, style, NOBODY if not rows else ""


@callback(
    Output(Id.START, "disabled"),
    Input(Id.RUNS, "selectedRows"),
    Input(Id.JOB, "data"),
)
def update_start(rows: Any, job: Any) -> bool:
    """Offer the scoring once a run that fits is chosen."""
    chosen = rows[0] if isinstance(rows, list) and rows else {}
    return not str(chosen.get("fits", "")).startswith("yes") or bool(job)


@callback(
    Output(Id.JOB, "data"),
    Output(Id.PROBLEM, "children"),
    Output(Id.NONCE, "data"),
    Input(Id.START, "n_clicks"),
    State(Id.RUNS, "selectedRows"),
    State(Id.NONCE, "data"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_scored(clicks: Any, rows: Any, nonce: Any, given: Any) -> tuple[Any, ...]:
    """Submit the job that scores the dataset with the chosen run."""
    if not clicks or not rows:
        return no_update, no_update, no_update
    view = ViewState.parse(given)
    try:
        job = scoring.order(view.dataset, rows[0].get("id"), str(nonce))
    except HeedError as error:
        return no_update, sentence(error), no_update
    return {"job": job, "dataset": view.dataset}, "", training.new_nonce()


@callback(
    Output(Id.STATE, "children"),
    Output(Id.STOP, "hidden"),
    Output(Id.JOB, "data", allow_duplicate=True),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Frame.JOBS, "data"),
    Input(Id.JOB, "data"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_state(_jobs: Any, asked: Any, given: Any) -> tuple[Any, ...]:
    """Show how the scoring goes; when it is done, show what was predicted."""
    asked = asked if isinstance(asked, dict) else {}
    job = jobs.find(asked.get("job"))
    if job is None:
        return "", True, no_update, no_update
    state = job.state
    if jobbar.is_active(job):
        return jobbar.underway(job), False, no_update, ""
    if state.state == "done":
        view = ViewState.parse(given)
        if view.dataset == asked.get("dataset"):
            change(view, job=job.id)
        return "It is scored.", True, None, ""
    if state.state == "cancelled":
        return "Cancelled. Nothing was kept.", True, None, ""
    return "", True, None, jobbar.failure(job)


@callback(
    Output(Id.STOP, "data-stopped"),
    Input(Id.STOP, "n_clicks"),
    State(Id.JOB, "data"),
    prevent_initial_call=True,
)
def cancel_scoring(clicks: Any, asked: Any) -> Any:
    """Stop the job that scores."""
    jobbar.stop_asked(clicks, asked, "score")
    return no_update


@callback(
    Output(Id.RESULT, "hidden"),
    Output(Id.LINE, "children"),
    Output(Id.LINKS, "children"),
    Output(Id.TABLE, "columnDefs"),
    Output(Id.TABLE, "rowData"),
    viewed("data"),
)
def update_result(given: Any) -> tuple[Any, ...]:
    """Show the first rows of what was predicted and where all of them are."""
    view = ViewState.parse(given)
    try:
        names, rows = scoring.first_rows(view.job, view.dataset)
        found = scoring.distribution(view.job, view.dataset)
        run = library.run(str(scoring.scored(view.job, view.dataset).spec.payload.get("run")))
    except NotFoundError:
        return True, "", [], [], []
    who = f"{clipped(run.name or run.model)} {short_id(run.id)}"
    said = f"{who}, {counted(found.samples, 'sample')}; the first {count(len(rows))} are shown."
    if found.labelled:
        said += f" {percent(found.correct / found.labelled)} of {count(found.labelled)} labels are met."
    if found.trained_on:
        said += f" The run has seen {count(found.trained_on)} of them in training: that flatters it."
    links = [
        link_button(f"{words} of all rows", f"/download/scores/{view.job}?format={form}", download="")
        for form, words in (("csv", "CSV"), ("parquet", "Parquet"))
    ]
    return False, said, links, [column.definition() for column in _columns(names, rows)], rows


def _columns(names: list[str], rows: list[dict[str, Any]]) -> list[Column]:
    found = []
    for place, name in enumerate(names):
        if all(row[f"c{place}"] in (None, "") for row in rows):
            continue  # of data without labels, or of a model without attention
        numeric = bool(rows) and isinstance(rows[0][f"c{place}"], float)
        title = TITLES.get(name, name[:1].upper() + name[1:])
        digits = 3 if numeric else None
        found.append(Column(f"c{place}", title, numeric=numeric, digits=digits, least=110))
    return found
