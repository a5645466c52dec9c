"""Home: the demo in one click, the doors of the house, what was done last and what to do next."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, no_update

from core.errors import HeedError
from core.jobs import Job
from core.models.manifest import RunManifest
from dashboard.components import jobbar
from dashboard.components.cards import button, card, grid, link_button, progress, state_badge
from dashboard.components.format import accuracy, ago, counted
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.page import Page
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.services import jobs, library, training

RECENT = 5


class Id(StrEnum):
    """Ids of the page's components."""

    DEMO = "home-demo"
    DEMO_JOBS = "home-demo-jobs"
    DEMO_STATE = "home-demo-state"
    DEMO_OPENED = "home-demo-opened"
    RECENT = "home-recent"
    NONCE = "home-nonce"
    NEXT = "home-next"
    RUNS = "home-runs"


def layout(view: ViewState) -> Any:
    """Return the doors of the house, the next step and the last runs."""
    demo = card(
        "See it work",
        html.P(
            "Trains an attention LSTM and a baseline on GunPoint, 200 recordings of a hand that draws a gun "
            "or points, and shows what the model looks at."
        ),
        html.Div(
            [html.Div(id=Id.DEMO_STATE, role="status"), button("Train the demo", Id.DEMO, "primary")],
            className="form-actions",
        ),
        width=4,
    )
    load = card(
        "Load your data",
        html.P(
            "A CSV or Parquet table, an NPZ from a notebook, a TS file. Heed shows what it understood before "
            "anything is imported."
        ),
        html.Div(link_button("Open a file", "/data?source=file"), className="form-actions"),
        width=4,
    )
    make = card(
        "Take a known set",
        html.P("Ten published sets come with Heed; synthetic series can be made with a signal you choose."),
        html.Div(link_button("Make a dataset", "/data?source=bundled"), className="form-actions"),
        width=4,
    )
    step, runs, is_empty = _recent(view)
    return html.Div(
        [
            grid(demo, load, make, class_name="doors"),
            html.Div(
                grid(
                    card("What to do next", html.Div(step, id=Id.NEXT), width=4),
                    card("Last runs", html.Div(runs, id=Id.RUNS), width=8),
                ),
                id=Id.RECENT,
                hidden=is_empty,
            ),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
            dcc.Store(id=Id.DEMO_JOBS, storage_type="session"),
            dcc.Store(id=Id.DEMO_OPENED),
        ]
    )


@callback(
    Output(Id.DEMO_JOBS, "data"),
    Output(Id.NONCE, "data"),
    Input(Id.DEMO, "n_clicks"),
    State(Id.NONCE, "data"),
    prevent_initial_call=True,
)
def update_demo(clicks: Any, nonce: Any) -> tuple[Any, Any]:
    """Start the demo's trainings, or find those that were started."""
    if not clicks:
        return no_update, no_update
    try:
        jobs = training.submit_demo(f"demo-{nonce}")
    except HeedError as error:
        notify(sentence(error), kind="error")
        return no_update, no_update
    fresh = training.new_nonce()
    return {"jobs": list(jobs), "page": fresh}, fresh


@callback(
    Output(Id.DEMO_STATE, "children"),
    Output(Id.DEMO_OPENED, "data"),
    Output(Id.DEMO, "disabled"),
    Output(Id.DEMO, "className"),
    Input(Frame.JOBS, "data"),
    Input(Id.DEMO_JOBS, "data"),
    State(Id.NONCE, "data"),
    State(Id.DEMO_OPENED, "data"),
)
def update_demo_state(_jobs: Any, started: Any, nonce: Any, opened: Any) -> tuple[Any, ...]:
    """Show how the demo goes; when the model with attention is there, go and see it.

    While it is trained nothing can be pressed, and afterwards the way to it is what to press first.

    Only the page on which it was started goes by itself: who left it or comes back later is not led away.
    """
    names = started.get("jobs", []) if isinstance(started, dict) else []
    found = [job for job in reversed(library.desk().list()) if job.id in names]
    if not found:
        return "", no_update, False, "button primary"
    active = any(jobbar.is_active(job) for job in found)
    run = training.demo_run([job.id for job in found])
    shown = [_demo_line(job) for job in found if run is None or jobbar.is_active(job)]
    if run is None:
        return shown, no_update, active, "button" if active else "button primary"
    target = ViewState().href("/attention", dataset=run.dataset, run=run.id, coach="1")
    goes = started.get("page") == nonce and opened is None
    shown.append(link_button("See what it looks at", target, primary=True))
    return shown, {"href": target} if goes else no_update, active, "button"


@callback(
    Output(Id.NEXT, "children"),
    Output(Id.RUNS, "children"),
    Output(Id.RECENT, "hidden"),
    Input(Frame.LIBRARY, "data"),
    viewed("home"),
    Input(Id.DEMO, "disabled"),
)
def update_recent(_stamp: Any, data: Any, _demo: Any) -> tuple[Any, Any, bool]:
    """Show the last runs and the step that comes next, once there is anything."""
    jobs.expect()
    return _recent(ViewState.parse(data))


def _recent(view: ViewState) -> tuple[Any, Any, bool]:
    """Return the next step, the last runs, and whether there is neither: then the doors say it all."""
    runs = library.runs()
    shown = [_run_line(run) for run in runs.entries[:RECENT]]
    if not shown:
        shown = [html.P("None yet. Every model you train is listed here.", className="muted")]
    if runs.damaged:
        damaged = "; ".join(f"{found.id}: {found.reason}" for found in runs.damaged[:3])
        shown.append(html.P(f"Damaged: {counted(len(runs.damaged), 'run')} ({damaged})."))
    step = _next_step(view, runs.entries)
    return step, shown, step is None and not runs.damaged


def _next_step(view: ViewState, runs: Sequence[RunManifest]) -> Any:
    if not runs:
        datasets = library.datasets().entries
        if not datasets:
            return None
        newest = datasets[0]
        if any(jobbar.is_active(job) and job.spec.kind == "train" for job in library.desk().list()):
            return [
                html.P("A model is being trained. What it looks at will be here when it is done."),
                link_button("Watch it learn", view.href("/train")),
            ]
        return [
            html.P(f"{newest.name} is ready: train a model on it."),
            link_button("Train a model", view.href("/train", dataset=newest.id)),
        ]
    newest_run = runs[0]
    same = [run.id for run in runs if run.dataset == newest_run.dataset]
    attending = next((run for run in runs if run.attention_layers), None)
    if attending is None:
        return [
            html.P("Your runs have no attention to look at: train an attention LSTM beside them."),
            link_button(
                "Train a model", view.href("/train", dataset=newest_run.dataset, model="attention-lstm")
            ),
        ]
    steps = [
        html.P(f"{attending.name or attending.model}: see where it looks, and which samples it gets wrong."),
        link_button(
            "Look at its attention", view.href("/attention", dataset=attending.dataset, run=attending.id)
        ),
        link_button("See its errors", view.href("/gallery", dataset=attending.dataset, run=attending.id)),
    ]
    if len(same) > 1:
        compare = view.href("/compare", dataset=newest_run.dataset, runs=same[:5])
        steps.append(link_button(f"Compare {min(5, len(same))} runs", compare))
    return steps


def _run_line(run: RunManifest) -> Any:
    test = run.metrics.get("test", {})
    said = accuracy(test.get("accuracy"), test.get("accuracy_interval"), test.get("samples"))
    page = "/attention" if run.attention_layers else "/compare"
    key = {"run": run.id} if run.attention_layers else {"runs": [run.id]}
    majority = test.get("majority_rate")
    beside = f"; majority {100 * majority:.1f} %" if majority is not None else ""
    return html.Div(
        [
            html.A(
                run.name or run.model,
                href=ViewState().href(page, dataset=run.dataset, **key),
                className="run-name",
            ),
            html.Span(f"test accuracy {said}{beside}", className="run-facts"),
            html.Span(f"seed {run.seed}, {ago(run.created)}", className="run-when"),
        ],
        className="run-line",
    )


def _demo_line(job: Job) -> Any:
    state = job.state
    said = state.error.message if state.error is not None else jobbar.status(job)
    parts: list[Any] = [
        state_badge(state.state),
        html.Span(f"{job.spec.title}: {said}", className="job-status"),
    ]
    if jobbar.is_active(job):
        parts.append(progress(state.fraction, f"Progress of {job.spec.title}"))
    return html.Div(parts, className="demo-line")


clientside_callback(ClientsideFunction("heed", "followDemo"), Input(Id.DEMO_OPENED, "data"))

PAGE = Page(
    path="/",
    name="Home",
    order=0,
    icon="home",
    letter="h",
    summary="Train a sequence model, see what it attends to, test whether to believe it.",
    layout=layout,
)
