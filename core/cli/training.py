"""`heed train`: one training or an experiment of many, live progress, the metrics at the end."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from core.augmentation.family import AUGMENTATIONS
from core.cli.arms import arms_of, folds_of, sweep_of
from core.cli.experiments import CHOICE, arms_table
from core.cli.metrics import metrics_table
from core.cli.options import SetOption, pairs, part_with_settings, seed_list, settings_of
from core.cli.output import Output, output_of, visible
from core.data import SplitSettings
from core.errors import JobError
from core.jobs import Job
from core.jobs.planning import shortfall
from core.jobs.standing import ExperimentStatus
from core.training import TrainSettings
from core.verbs.results import Training
from core.verbs.training import train_plan

CHANNEL = "channels."
MOST_BARS = 12  # of more trainings, one bar shows the whole


def add_to(application: typer.Typer) -> None:
    """Add the command of this module."""
    application.command()(train)


def train(  # noqa: PLR0917 - the arguments of a command are its interface
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Id, its beginning, or the name.")],
    model: Annotated[
        list[str] | None,
        typer.Option("--model", help="An architecture, attention-lstm unless given; repeat it for several."),
    ] = None,
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
        list[str] | None,
        typer.Option(
            "--target",
            metavar="NAME",
            help="What is predicted, label unless given; repeat it for several, the one measured first.",
        ),
    ] = None,
    modalities: Annotated[
        list[str] | None,
        typer.Option(
            "--modality",
            metavar="NAME",
            help="A group of channels that cross-modal reads; repeat it, in their order. All unless given.",
        ),
    ] = None,
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
        str, typer.Option("--seeds", metavar="0,1,2", help="One run is trained for each; 0-4 is 0,1,2,3,4.")
    ] = "0",
    folds: Annotated[
        str | None,
        typer.Option("--folds", metavar="all", help="Trains every fold of the split, or makes so many."),
    ] = None,
    sweep: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep",
            metavar="K=VALUES",
            help="Tries values: units=16,32; learning_rate=log:1e-4..1e-2:5. Repeatable.",
        ),
    ] = None,
    search: Annotated[
        str, typer.Option("--search", metavar="grid", help="grid tries all combinations, random draws some.")
    ] = "grid",
    trials: Annotated[
        int | None, typer.Option("--trials", metavar="10", help="How many combinations are drawn.")
    ] = None,
    sweep_seed: Annotated[int, typer.Option("--sweep-seed", help="Seed of the draw.")] = 0,
    name: Annotated[str | None, typer.Option("--name", help="A name for the runs.")] = None,
    here: Annotated[
        bool, typer.Option("--here", help="Train in this process, not in the job slots.")
    ] = False,
) -> None:
    """Train models on a dataset and wait; prints the runs and what they reach.

    Several models, seeds, folds or a sweep make one experiment.
    """
    output = output_of(context)
    arms = arms_of(model or ["attention-lstm"], pairs(settings), preset_name, modalities or ())
    fitting = settings_of(TrainSettings, pairs(training, "--train"))
    fitting |= {
        key: value for key, value in {"epochs": epochs, "batch_size": batch_size}.items() if value is not None
    }
    copies = [part_with_settings(text) for text in augment or ()]
    common = {
        "training": fitting,
        "augmentations": [
            {"name": part, "settings": settings_of(AUGMENTATIONS.part(part), texts)} for part, texts in copies
        ],
        "scaling": scaling_of(pairs(scaling, "--scaling")),
        "control": permuted_labels,
    }
    wanted = {
        "arms": [{**arm, **common} for arm in arms],
        "seeds": seed_list(seeds),
        **folds_of(folds, settings_of(SplitSettings, pairs(split, "--split"))),
        "targets": tuple(target or ("label",)),
        "sweep": sweep_of(sweep, search, trials, sweep_seed),
        "name": "" if name is None else name,
    }
    watch = Watching(output, here)
    try:
        with watch.bars:
            trained, status = train_plan(dataset, wanted, here=here, watch=watch, store=output.store)
    except KeyboardInterrupt:
        raise JobError(watch.left_running()) from None
    _tell(output, trained, status)


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
        self._whole: TaskID | None = None
        self._experiment = ""

    def __call__(self, jobs: Sequence[Job]) -> None:
        """Show how the jobs stand now."""
        if not self._tasks:
            self._begin(jobs)
        if self._whole is not None:
            ended = [job.state.ended_for_now for job in jobs]
            done = sum(1.0 if end else job.state.fraction for end, job in zip(ended, jobs, strict=True))
            message = f"{sum(ended)} of {len(jobs)} trainings"
            self.bars.update(self._whole, completed=done / len(jobs), message=message)
            return
        for job in jobs:
            self.bars.update(
                self._tasks[job.id], completed=job.state.fraction, message=visible(_message(job))
            )

    def left_running(self) -> str:
        """Return what a person must know who stops waiting."""
        jobs = ", ".join(self._tasks)
        if not jobs:
            return "interrupted before a job was submitted"
        if self._experiment:
            return (
                f"stopped waiting; still at work: experiment {self._experiment}. `heed experiment show"
                f" {self._experiment}` shows it, `heed cancel {self._experiment}` ends it."
            )
        return f"stopped waiting; still at work: {jobs}. `heed jobs` shows them, `heed cancel JOB` ends one."

    def _begin(self, jobs: Sequence[Job]) -> None:
        self._experiment = str(jobs[0].spec.payload.get("experiment", ""))
        if len(jobs) > MOST_BARS:
            self._whole = self.bars.add_task(f"experiment {self._experiment}", total=1.0, message="")
        for job in jobs:
            title = visible(job.spec.title)
            self._tasks[job.id] = (
                self.bars.add_task(title, total=1.0, message="") if self._whole is None else self._whole
            )
        if not self._here:
            names = ", ".join(job.id for job in jobs)
            if self._experiment:
                names = f"experiment {self._experiment} of {len(jobs)} trainings"
            self._output.tell(f"Submitted {names}; Ctrl-C stops waiting and leaves the work going on.")


def _message(job: Job) -> str:
    if job.state.state == "queued":
        return f"waits, number {job.position} in line" if job.position else "waits"
    left = job.state.eta_seconds
    return f"{job.state.message or job.state.state}{'' if left is None else f', about {left:.0f} s left'}"


def _tell(output: Output, trained: Training, status: ExperimentStatus | None) -> None:
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
    several: list[Any] = []
    if status is not None:
        several = [f"Experiment {trained.experiment}"]
        if status.manifest.plan is not None and (fewer := shortfall(status.manifest.plan)):
            output.tell(f"Note: {fewer}.")
        if len(status.arms) > 1:
            best = "" if status.best is None else f" Best: {status.arms[status.best].label}."
            several = [arms_table(status), f"{CHOICE}{best}", *several]
    output.answer(document, metrics_table(shown), *several)
