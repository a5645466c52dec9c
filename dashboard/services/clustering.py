"""The order by similarity of maps: there, made while one waits, or made by a job that is asked for once."""

from core.attention import AttentionClusters
from core.attention.run_clusters import ClusterPlan, plan_clusters, run_clusters
from core.jobs import Job, JobSpec
from core.jobs.clustering import ClusterRequest
from dashboard.services import jobs, library
from dashboard.services.attention_view import AttentionView
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import dataset_of, layer_of

KIND = "cluster"
_clusters = AnswerCache(4)


def plan(asked: AttentionView) -> ClusterPlan:
    """Return what it takes to put the samples of a run together; equal questions have equal plans.

    Raises:
        HeedError: If there is no such run, or it has no attention.
    """
    manifest = library.run(asked.selection.run)
    layer = layer_of(manifest, asked.layer)
    return plan_clusters(library.store(), manifest, dataset_of(manifest), layer)


def clusters(asked: AttentionView) -> AttentionClusters | None:
    """Return all samples of the run put together; None if that takes a job which has not ended yet."""
    planned = plan(asked)
    if not planned.direct and planned.find() is None:
        return None
    found: AttentionClusters = _clusters.get(planned.key, lambda: run_clusters(planned))
    return found


def order(asked: AttentionView) -> Job | None:
    """Return the job that makes the order, which is submitted if there is none yet; None if none is needed.

    One that failed or was cancelled is returned as it is: `again` submits another.
    """
    planned = plan(asked)
    if planned.direct or planned.find() is not None:
        return None
    job = _newest(planned)
    return _submitted(planned, job) if job is None or job.state.state == "done" else job


def again(asked: AttentionView) -> None:
    """Submit the job once more, after one that failed or was cancelled."""
    planned = plan(asked)
    job = _newest(planned)
    if job is None or job.state.ended_for_now:
        _submitted(planned, job)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _clusters.clear()


def _request(planned: ClusterPlan) -> ClusterRequest:
    return ClusterRequest(run=planned.manifest.id, layer=planned.layer.name)


def _newest(planned: ClusterPlan) -> Job | None:
    return jobs.newest(KIND, _request(planned).model_dump(mode="json"))


def _submitted(planned: ClusterPlan, last: Job | None) -> Job | None:
    """Submit a job; whoever asks at the same time, after the same last one, is given the same."""
    spec = JobSpec(
        kind=KIND,
        payload=_request(planned).model_dump(mode="json"),
        title=f"Clustering {planned.samples:,} maps of {planned.manifest.name or planned.manifest.model}"[
            :300
        ],
        queue="quick",
        nonce=f"{planned.key}-{last.id if last else 'first'}",
    )
    return jobs.find(jobs.submit(spec)[0])
