"""The job that puts the samples of a run together by their attention, and keeps the answer in the store."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.attention.run_clusters import plan_clusters, run_clusters
from core.data import open_dataset
from core.errors import NotFoundError
from core.jobs.context import JobContext
from core.models.manifest import RunManifest
from core.registry import validated


class ClusterRequest(BaseModel):
    """A layer of a run whose samples are to be put together by their maps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str = Field(max_length=40, description="id of the run")
    layer: str = Field(max_length=200, description="name of the attention layer")


def run_cluster_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Cluster what a ClusterRequest describes; equal ones are computed once."""
    request = validated(ClusterRequest, payload)

    def tell(fraction: float, words: str) -> None:
        context.stop_if_cancelled()
        context.report(fraction, words)

    tell(0.0, "opening the run")
    manifest = context.store.runs.read(request.run, RunManifest)
    found = [layer for layer in manifest.attention_layers if layer.name == request.layer]
    if not found:
        names = ", ".join(layer.name for layer in manifest.attention_layers) or "none"
        raise NotFoundError(f"attention layers of this run are {names!s:.200}; got {request.layer!r:.60}")
    dataset = open_dataset(context.store, manifest.dataset)
    clusters = run_clusters(plan_clusters(context.store, manifest, dataset, found[0]), tell)
    samples = len(clusters.codes)
    context.report(1.0, f"{len(clusters.names)} clusters of {samples:,} samples")
    told = {"samples": samples, "clusters": len(clusters.names)}
    return {"clustered": manifest.id, "layer": request.layer, **told}
