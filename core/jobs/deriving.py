"""Jobs that compute a further modality from a dataset's series."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.data.derived import derive_spectrogram
from core.data.spectrogram import SpectrogramSettings
from core.jobs.context import JobContext
from core.registry import validated


class DeriveRequest(BaseModel):
    """A modality to be derived from a dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str = Field(max_length=40, description="id of the dataset")
    modality: Literal["spectrogram"] = Field("spectrogram", description="what is derived")
    settings: SpectrogramSettings = Field(default_factory=SpectrogramSettings, description="its settings")
    name: str | None = Field(None, max_length=300, description="what to call the new dataset")


def run_derive_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Publish the dataset that a DeriveRequest describes; the same one is made once."""
    request = validated(DeriveRequest, payload)

    def progress(fraction: float, words: str) -> None:
        context.stop_if_cancelled()
        context.report(fraction, words)

    dataset = derive_spectrogram(
        context.store,
        request.dataset,
        request.settings,
        name=request.name,
        owner=context.spec.owner,
        progress=progress,
    )
    context.report(1.0, f"made {dataset.name}")
    return {"dataset": dataset.id}
