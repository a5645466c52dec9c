"""The job that scores a dataset with a run and keeps the table of what it says."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.data import open_dataset
from core.evaluation.scored import score_distribution
from core.evaluation.scoring import score
from core.jobs.context import JobContext
from core.registry import validated
from core.store.files import write_json
from core.tables import save_table

SCORING = 0.8  # share of the job that the model has; the rest is writing
TABLES = ("predictions.csv", "predictions.parquet")
DISTRIBUTION = "distribution.json"


class ScoreRequest(BaseModel):
    """A dataset to be scored by a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str = Field(max_length=40, description="id of the run")
    dataset: str = Field(max_length=40, description="id of the dataset")


def run_score_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Score the dataset that a ScoreRequest names; the tables lie in the job's directory."""
    request = validated(ScoreRequest, payload)

    def tell(fraction: float) -> None:
        context.stop_if_cancelled()
        context.report(SCORING * fraction, f"scored {100 * fraction:.0f} %")

    context.report(0.0, "opening the run")
    found = score(context.store, request.run, open_dataset(context.store, request.dataset), tell)
    frame = found.to_frame()
    for place, name in enumerate(TABLES):
        context.stop_if_cancelled()
        context.report(SCORING + 0.1 * place, f"writing {name}")
        save_table(frame, context.directory / name)
    write_json(context.directory / DISTRIBUTION, score_distribution(found).plain())
    samples = found.predictions.samples
    context.report(1.0, f"scored {samples} {'sample' if samples == 1 else 'samples'}")
    return {"scored_by": request.run, "scored": request.dataset, "samples": samples}
