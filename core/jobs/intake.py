"""Jobs that bring datasets into the store: made from a source, or read from a file, looked at before."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.data.folders import file_of
from core.data.intake import load_file, preview_file
from core.data.making import make_dataset
from core.jobs.context import JobContext
from core.jobs.examining import examine_default
from core.registry import validated


class MakeRequest(BaseModel):
    """A dataset to be made from a data source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(max_length=100, description="name of the data source")
    settings: dict[str, Any] = Field(default_factory=dict, description="its settings")
    name: str | None = Field(None, description="what to call the dataset")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="seed of what is random")


class InspectRequest(BaseModel):
    """A file to be looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(
        max_length=4096,
        description="the file; an uploaded one lies in the store's tmp, folder:NAME in a registered folder",
    )
    reader: str | None = Field(
        None, max_length=100, description="name of the reader; by content if not given"
    )
    settings: dict[str, Any] = Field(
        default_factory=dict, description="settings of the reader; guessed where not given"
    )
    file: str = Field("", max_length=300, description="what the file was called where it came from")


class ImportRequest(InspectRequest):
    """A file to be read as a dataset."""

    name: str | None = Field(None, description="what to call the dataset")


def run_make_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Make the dataset that a MakeRequest describes; the same origin is made once."""
    request = validated(MakeRequest, payload)
    context.report(0.0, "making the dataset")
    dataset = make_dataset(
        context.store,
        request.source,
        request.settings,
        name=request.name,
        owner=context.spec.owner,
        seed=request.seed,
    )
    examine_default(context, dataset)
    context.report(1.0, f"made {dataset.name}")
    return {"dataset": dataset.id}


def run_inspect_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Look at the file that an InspectRequest names; the result holds its preview."""
    request = validated(InspectRequest, payload)
    context.report(0.0, "looking at the file")
    found = preview_file(
        context.store, file_of(request.path), request.reader, request.settings, file=request.file
    )
    return {"preview": found.model_dump(mode="json")}


def run_import_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Read the file that an ImportRequest names; an uploaded file is removed once it is read."""
    request = validated(ImportRequest, payload)
    path = file_of(request.path)

    def progress(fraction: float, words: str) -> None:
        context.stop_if_cancelled()
        context.report(fraction, words)

    dataset = load_file(
        context.store,
        path,
        request.reader,
        request.settings,
        name=request.name,
        owner=context.spec.owner,
        file=request.file,
        progress=progress,
    )
    # An upload that could not be read stays for another try with other settings, until it is swept.
    if path.parent.resolve().is_relative_to(context.store.tmp):
        path.unlink(missing_ok=True)
    examine_default(context, dataset)
    context.report(1.0, f"read {dataset.name}")
    return {"dataset": dataset.id}
