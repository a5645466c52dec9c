"""The order by similarity of very many maps: a job makes it once, and the page says how far it is."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, no_update

from core.errors import HeedError
from core.jobs import Job
from dashboard.components import jobbar
from dashboard.components.cards import button, progress
from dashboard.components.format import duration, percent
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.pages.attention.asking import asked
from dashboard.pages.attention.overview.ids import Id
from dashboard.services import clustering, jobs

HIDDEN = (True, "", True, True, "")


def place() -> html.Div:
    """Return where the job stands: how far it is, how to stop it, how to ask for it again."""
    return html.Div(
        [
            html.Div(id=Id.CLUSTERING, role="status", className="bring-state"),
            button("Cluster the maps", Id.CLUSTER, "quiet", hidden=True),
            button("Cancel", Id.CLUSTER_STOP, "quiet", hidden=True),
            *(
                dcc.Store(id=name)
                for name in (Id.CLUSTERS_WANTED, Id.CLUSTERS_READY, Id.CLUSTERED, Id.CLUSTERS_ASKED)
            ),
        ],
        id=Id.CLUSTER_STATUS,
        className="form-actions",
        hidden=True,
    )


@callback(
    Output(Id.CLUSTER_STATUS, "hidden"),
    Output(Id.CLUSTERING, "children"),
    Output(Id.CLUSTER, "hidden"),
    Output(Id.CLUSTER_STOP, "hidden"),
    Output(Id.CLUSTER_STOP, "data-job"),
    Output(Id.CLUSTERS_WANTED, "data"),
    Output(Id.CLUSTERS_READY, "data"),
    watched("run", "layer", "sort"),
    Input(Frame.JOBS, "data"),
    State(Id.CLUSTERS_WANTED, "data"),
)
def update_clustering(data: Any, _jobs: Any, wanted: Any) -> tuple[Any, ...]:
    """Have the maps clustered where that takes long and was not done yet, and say how far it is."""
    view = asked(ViewState.parse(data))
    if view.order != "cluster":
        return *HIDDEN, None, no_update
    try:
        key = clustering.plan(view).key
        job = clustering.order(view)
    except HeedError as error:
        return False, sentence(error), False, True, "", None, no_update
    if job is None:
        # Only an order that was waited for is drawn anew: the charts follow the view by themselves.
        return *HIDDEN, None, (key if wanted == key else no_update)
    if jobbar.is_active(job):
        return False, said(job), True, False, job.id, key, no_update
    return False, jobbar.failure(job), False, True, "", key, no_update


# What the charts listen to is set, not put out: they would wait for the job's place at every new sort.
clientside_callback(
    ClientsideFunction("heed", "clustersReady"), Input(Id.CLUSTERS_READY, "data"), prevent_initial_call=True
)


@callback(
    Output(Id.CLUSTERS_ASKED, "data"),
    Input(Id.CLUSTER, "n_clicks"),
    Input(Id.CLUSTER_STOP, "n_clicks"),
    State(Id.CLUSTER_STOP, "data-job"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_asked(again: Any, stop: Any, job: Any, data: Any) -> Any:
    """Ask for the job once more, or stop it; the frame's jobs tell of it within a second."""
    try:
        if job and stop:
            jobs.stop(job, clustering.KIND)
        elif again and not job:
            clustering.again(asked(ViewState.parse(data)))
    except HeedError as error:
        notify(sentence(error), kind="error")
    return no_update


def said(job: Job) -> list[Any]:
    """Return how far a job is: Clustering 1,000,000 maps of cnn ... 40 %."""
    left = job.state.eta_seconds
    rest = f", about {duration(max(1, round(left)))} left" if left is not None else ""
    return [
        f"{job.spec.title} \u2026 {percent(job.state.fraction, 0)}{rest}",
        progress(job.state.fraction, job.spec.title),
    ]
