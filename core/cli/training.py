"""`heed train`: jobs for every seed, live progress, the metrics at the end."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from core.augmentation.family import AUGMENTATIONS
from core.cli.metrics import metrics_table
from core.cli.options import SetOption, pairs, part_with_settings, seed_list, settings_of
from core.cli.output import Output, output_of, visible
from core.data import SplitSettings
from core.errors import JobError
from core.jobs import Job
from core.models.family import MODELS, preset
from core.training import TrainSettings
from core.verbs.results import Training
from core.verbs.training import train as train_model

CHANNEL = "channels."


def add_to(application: typer.Typer) -> None:
    """Add the command of this module."""
    application.command()(train)


def train(  # noqa: PLR0917 - the arguments of a command are its interface
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Id, its beginning, or the name.")],
    model: Annotated[
        str, typer.Option("--model", help="An architecture; `heed parts` lists them.")
    ] = "attention-lstm",
    settings: SetOption = None,
    preset_name: Annotated[
        str | None,
        typer.Option("--preset", metavar="NAME", help="Settings under a name; --set goes before them."),
    ] = None,
    augment: Annotated[
        list[str] | None,
        typer.Option(
            "--augment", metavar="NAME:K=V,...", help="Adds an altered copy of the training part. Repeatable."
        ),
    ] = None,
    training: Annotated[
        list[str] | None,
        typer.Option("--train", metavar="K=V", help="A setting of the training. Repeatable."),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option("--split", metavar="K=V", help="A setting of the split, kind=time say. Repeatable."),
    ] = None,
    scaling: Annotated[
        list[str] | None,
        typer.Option(
            "--scaling",
            metavar="K=V",
            help="kind=standard, robust, per-sample or none; channels.NAME=KIND for one channel. Repeatable.",
        ),
    ] = None,
    target: Annotated[
        str, typer.Option("--target", metavar="NAME", help="What is predicted, where there are several.")
    ] = "label",
    permuted_labels: Annotated[
        bool,
        typer.Option(
            "--permuted-labels", help="A control: shuffled labels to learn from, so that chance is right."
        ),
    ] = False,
    epochs: Annotated[
        int | None, typer.Option("--epochs", help="Most passes over the training part.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", help="Samples per step.")] = None,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="0,1,2", help="One run is trained for each.")
    ] = "0",
    name: Annotated[str | None, typer.Option("--name", help="A name for the runs.")] = None,
    here: Annotated[
        bool, typer.Option("--here", help="Train in this process, not in the job slots.")
    ] = False,
) -> None:
    """Train a model on a dataset and wait; prints the runs and what they reach."""
    output = output_of(context)
    architecture = MODELS.part(model)
    given = settings_of(architecture, pairs(settings))
    if preset_name is not None:
        given = {**preset(model, preset_name), **given}
    fitting = settings_of(TrainSettings, pairs(training, "--train"))
    fitting |= {
        key: value for key, value in {"epochs": epochs, "batch_size": batch_size}.items() if value is not None
    }
    numbers = seed_list(seeds)
    copies = [part_with_settings(text) for text in augment or ()]
    watch = Watching(output, here)
    try:
        with watch.bars:
            trained = train_model(
                dataset,
                model,
                given,
                training=fitting,
                augmentations=[
                    (part, settings_of(AUGMENTATIONS.part(part), texts)) for part, texts in copies
                ],
                split=settings_of(SplitSettings, pairs(split, "--split")),
                scaling=scaling_of(pairs(scaling, "--scaling")),
                permuted_labels=permuted_labels,
                target=target,
                seeds=numbers,
                name=name,
                here=here,
                watch=watch,
                store=output.store,
            )
    except KeyboardInterrupt:
        raise JobError(watch.left_running()) from None
    _tell(output, trained)


def scaling_of(texts: dict[str, str]) -> dict[str, Any]:
    """Return the settings of a scaler: channels.NAME=KIND names the kind of one channel."""
    channels = {name.removeprefix(CHANNEL): kind for name, kind in texts.items() if name.startswith(CHANNEL)}
    others = {name: text for name, text in texts.items() if not name.startswith(CHANNEL)}
    return {**others, "channels": channels} if channels else dict(others)


class Watching:
    """Shows how the jobs of a training stand, on stderr; bars only on a terminal.

    Args:
        output: Where the command prints.
        here: Whether the training runs in this process, and ends with it.
    """

    def __init__(self, output: Output, here: bool) -> None:
        self.bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[message]}", markup=False),
            console=Console(file=sys.stderr),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._output = output
        self._here = here
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, jobs: Sequence[Job]) -> None:
        """Show how the jobs stand now."""
        if not self._tasks:
            self._begin(jobs)
        for job in jobs:
            self.bars.update(
                self._tasks[job.id], completed=job.state.fraction, message=visible(_message(job))
            )

    def left_running(self) -> str:
        """Return what a person must know who stops waiting."""
        jobs = ", ".join(self._tasks)
        if not jobs:
            return "interrupted before a job was submitted"
        return f"stopped waiting; still at work: {jobs}. `heed jobs` shows them, `heed cancel JOB` ends one."

    def _begin(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._tasks[job.id] = self.bars.add_task(visible(job.spec.title), total=1.0, message="")
        if not self._here:
            names = ", ".join(job.id for job in jobs)
            self._output.tell(f"Submitted {names}; Ctrl-C stops waiting and leaves the work going on.")


def _message(job: Job) -> str:
    if job.state.state == "queued":
        return f"waits, number {job.position} in line" if job.position else "waits"
    left = job.state.eta_seconds
    return f"{job.state.message or job.state.state}{'' if left is None else f', about {left:.0f} s left'}"


def _tell(output: Output, trained: Training) -> None:
    document: dict[str, Any] = {
        "runs": [
            {
                "id": run.id,
                "model": run.model,
                "seed": run.seed,
                "epochs": run.epochs,
                "seconds": run.seconds,
                "metrics": {part: metrics.plain() for part, metrics in run.metrics.items()},
            }
            for run in trained.runs
        ]
    }
    if trained.experiment:
        document["experiment"] = trained.experiment
    shown = {run["id"]: run["metrics"] for run in document["runs"]}
    notes = [f"Experiment {trained.experiment}"] if trained.experiment else []
    output.answer(document, metrics_table(shown), *notes)
