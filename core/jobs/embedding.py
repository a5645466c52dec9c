"""The job that lays samples out in a plane, and keeps the answer in the store."""

from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from core.attention.cohorts import Part
from core.attention.embedded import embedded, plan_embedding
from core.attention.embedding import METHOD_NAMES, EmbeddingSettings
from core.data import PARTS, open_dataset
from core.jobs.context import JobContext
from core.models.manifest import RunManifest
from core.registry import validated
from core.store import Store


class EmbedRequest(BaseModel):
    """Samples of a run to be laid out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str = Field(max_length=40, description="id of the run")
    part: Part = Field("test", description="part whose samples are meant, or all")
    settings: EmbeddingSettings = Field(default_factory=EmbeddingSettings, description="how")


def run_embed_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Lay out what an EmbedRequest describes; equal ones are computed once."""
    request = validated(EmbedRequest, payload)

    def tell(fraction: float, words: str) -> None:
        context.stop_if_cancelled()
        context.report(fraction, words)

    tell(0.0, "opening the run")
    manifest = context.store.runs.read(request.run, RunManifest)
    dataset = open_dataset(context.store, manifest.dataset)
    rows = rows_of_part(context.store, manifest, request.part)
    plan = plan_embedding(context.store, manifest, dataset, rows, request.settings)
    found = embedded(plan, tell)
    samples = len(found.samples)
    context.report(1.0, f"{METHOD_NAMES[request.settings.method]} of {samples:,} samples")
    told = plan.settings.model_dump(include={"method", "space", "layer"})
    return {"embedded": manifest.id, "samples": samples, "part": request.part, **told}


def rows_of_part(store: Store, manifest: RunManifest, part: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the samples of a part of a run, or all (n,)."""
    parts = np.asarray(store.runs.array(manifest.id, "parts.npy"))
    if part not in PARTS:
        return np.arange(len(parts))
    return np.flatnonzero(parts == PARTS.index(part))
