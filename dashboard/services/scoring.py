"""Scoring from the page Data: which runs fit a dataset, the job that scores, what it has found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data.manifest import DatasetManifest
from core.errors import HeedError, NotFoundError
from core.evaluation.scored import ScoreDistribution
from core.evaluation.scoring import other_names, why_unfit
from core.jobs import Job, JobSpec
from core.jobs.directory import SCRATCH
from core.jobs.scoring import DISTRIBUTION, TABLES, ScoreRequest
from core.models.manifest import RunManifest
from core.store.files import read_json
from dashboard.services import jobs, library

FORMATS: Mapping[str, str] = {name.rpartition(".")[2]: name for name in TABLES}
SHOWN = 50
LARGEST = 8_000_000  # bytes of the file with the distribution


@dataclass(frozen=True)
class Candidate:
    """A run that somebody may want to score with.

    Attributes:
        manifest: What the run says of itself.
        reason: Why it can't score the dataset; "" if it can.
        own: Whether it was trained on this dataset.
        caution: What to know before scoring with it; "" if nothing.
    """

    manifest: RunManifest
    reason: str
    own: bool
    caution: str = ""


def candidates(dataset: DatasetManifest) -> list[Candidate]:
    """Return all runs, those that can score a dataset first."""
    found = [
        Candidate(run, why_unfit(run, dataset), run.dataset == dataset.id, other_names(run, dataset))
        for run in library.runs().entries
    ]
    return sorted(found, key=lambda one: bool(one.reason))


def order(dataset: str | None, run: object, nonce: str) -> str:
    """Submit the job that scores a dataset with a run; return its id.

    Raises:
        NotFoundError: If the dataset or the run is gone.
        HeedError: If the run can't score the dataset.
    """
    manifest = library.dataset(dataset)
    chosen = library.run(run if isinstance(run, str) else None)
    reason = why_unfit(chosen, manifest)
    if reason:
        raise HeedError(reason)
    request = ScoreRequest(run=chosen.id, dataset=manifest.id)
    title = f"Score {manifest.name} with {chosen.name or chosen.model}"[:300]
    payload = request.model_dump(mode="json")
    return jobs.submit(JobSpec(kind="score", payload=payload, title=title, queue="quick", nonce=nonce))[0]


def scored(identifier: str | None, dataset: str | None) -> Job:
    """Return the job that has scored a dataset; NotFoundError if it is another one or has not."""
    job = jobs.find(identifier)
    if job is None or job.spec.kind != "score" or job.spec.payload.get("dataset") != dataset:
        raise NotFoundError("nothing was scored yet: choose a run and score the dataset with it")
    if job.state.state != "done":
        raise NotFoundError("the dataset has not been scored: see how the job goes")
    return job


def distribution(identifier: str | None, dataset: str | None) -> ScoreDistribution:
    """Return how sure the run is of what it predicts; NotFoundError if nothing was scored."""
    return ScoreDistribution.from_plain(read_json(_file(scored(identifier, dataset), DISTRIBUTION), LARGEST))


def first_rows(identifier: str | None, dataset: str | None) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the columns and the first rows of the table of predictions."""
    import pyarrow.parquet as pq

    with _file(scored(identifier, dataset), FORMATS["parquet"]).open("rb") as file:
        table = pq.ParquetFile(file)
        names = [str(name) for name in table.schema_arrow.names]
        batch = next(table.iter_batches(batch_size=SHOWN), None)
    columns = [] if batch is None else [batch.column(place).to_pylist() for place in range(len(names))]
    return names, [
        {"id": str(row), **{f"c{place}": cell for place, cell in enumerate(cells)}}
        for row, cells in enumerate(zip(*columns, strict=True))
    ]


def table_file(identifier: str, form: str) -> tuple[Path, str]:
    """Return the table of predictions of a job as a file, and what it is called when it leaves.

    Raises:
        NotFoundError: If there is no such job, format or file.
    """
    job = jobs.find(identifier)
    if job is None or job.spec.kind != "score" or job.state.state != "done" or form not in FORMATS:
        raise NotFoundError("there is no such table of predictions")
    return _file(job, FORMATS[form]), f"predictions-{job.id[:8]}.{form}"


def _file(job: Job, name: str) -> Path:
    path = library.store().jobs.directory(job.id) / SCRATCH / name
    if not path.is_file():
        raise NotFoundError("the table of predictions is gone: score the dataset again")
    return path
