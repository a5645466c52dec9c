"""Commands about experiments: list them, show one, train further seeds, write notes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from core.cli.options import seed_list
from core.cli.output import Output, facts, output_of, shown, table
from core.jobs import JobDesk
from core.jobs.experiment_shelf import ExperimentManifest
from core.jobs.experiments import Experiments
from core.jobs.plans import Arm
from core.jobs.spreads import ArmSummary, Spread
from core.jobs.standing import ExperimentStatus, MemberStatus, status_of

ExperimentArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Id of an experiment, its beginning, or its name.")
]
CHOICE = "Arms are ordered, and the best is chosen, by mean validation loss; never by the test part."
MOST_SHOWN = 60

listing = typer.Typer(help="List experiments, newest first.", invoke_without_command=True)
one = typer.Typer(help="Show an experiment, train further seeds, write notes.", no_args_is_help=True)


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.add_typer(listing, name="experiments")
    application.add_typer(one, name="experiment")


@listing.callback()
def list_unless_asked(context: typer.Context) -> None:
    """List experiments, newest first: what they compare, how far they are, which arm is best."""
    if context.invoked_subcommand is None:
        list_all(context)


@listing.command("list")
def list_all(context: typer.Context) -> None:
    """List experiments, newest first: what they compare, how far they are, which arm is best."""
    output = output_of(context)
    desk = JobDesk(output.store)
    found = Experiments(desk).list()
    known = desk.list()
    statuses = [status_of(output.store, manifest, known) for manifest in found.entries]
    document = {
        "experiments": [_summary(status) for status in statuses],
        "damaged": [asdict(entry) for entry in found.damaged],
    }
    rows = [
        (
            status.id,
            status.manifest.name,
            status.manifest.dataset_name,
            len(status.arms),
            len(status.members),
            f"{status.state} {status.fraction:.0%}",
            _best(status),
        )
        for status in statuses
    ]
    headers = ["id", "name", "dataset", "arms>", "trainings>", "state", "best by validation"]
    none = "No experiments yet: `heed train DATASET --seeds 0-4` makes one."
    output.answer(document, table(headers, rows) if rows else none)
    output.tell_damaged(found.damaged)


@one.command()
def show(context: typer.Context, experiment: ExperimentArgument) -> None:
    """Show an experiment: its arms with mean, deviation and range over seeds, and its trainings."""
    output = output_of(context)
    desk = JobDesk(output.store)
    status = standing(output, desk, experiment)
    members = [
        (member.id, member.label, member.seed, member.fold, member.state, member.message)
        for member in status.members
        if member.state != "done"
    ]
    rest = table(["job", "arm", "seed>", "fold>", "state", "remark"], members[:MOST_SHOWN])
    more = [f"and {len(members) - MOST_SHOWN} more"] if len(members) > MOST_SHOWN else []
    output.answer(
        document_of(status),
        facts(_facts(status)),
        arms_table(status),
        CHOICE,
        *([rest] if members else []),
        *more,
    )


@one.command("add-seeds")
def add_seeds(
    context: typer.Context,
    experiment: ExperimentArgument,
    seeds: Annotated[str, typer.Argument(metavar="SEEDS", help="Further seeds: 5,6 or 5-9.")],
) -> None:
    """Train every arm and fold of an experiment with further seeds; returns at once."""
    output = output_of(context)
    desk = JobDesk(output.store)
    id = output.store.experiments.resolve(experiment)
    Experiments(desk).add_seeds(id, seed_list(seeds))
    tell_standing(output, desk, id)


@one.command()
def note(
    context: typer.Context,
    experiment: ExperimentArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Replaces the notes there are.")],
) -> None:
    """Write notes to an experiment."""
    output = output_of(context)
    desk = JobDesk(output.store)
    id = output.store.experiments.resolve(experiment)
    Experiments(desk).annotate(id, text)
    output.answer({"experiment": id, "notes": text}, f"Experiment {id} has its notes.")


def standing(output: Output, desk: JobDesk, experiment: str) -> ExperimentStatus:
    """Return how an experiment stands that is given by its id, the beginning of it, or its name."""
    id = output.store.experiments.resolve(experiment)
    return status_of(output.store, Experiments(desk).get(id), desk.list())


def tell_standing(output: Output, desk: JobDesk, id: str) -> None:
    """Have what waits of an experiment executed, and tell in one line how it stands."""
    status = standing(output, desk, id)
    if status.counts.get("queued") and status.manifest.queue != "here":
        desk.ensure_runner()
    document = {"experiment": id, "state": status.state, "counts": dict(status.counts)}
    output.answer(document, f"Experiment {id} is {status.state}: {_counts(status)}.")


def document_of(status: ExperimentStatus) -> dict[str, Any]:
    """Return an experiment as its JSON document shows it."""
    manifest = status.manifest
    return {
        **_summary(status),
        "notes": manifest.notes,
        "folds": list(manifest.folds),
        "chosen_by": "validation loss",
        "arms": [_arm(arm, summary) for arm, summary in zip(manifest.arms, status.arms, strict=True)],
        "trainings": [_member(member) for member in status.members],
    }


def arms_table(status: ExperimentStatus) -> Table:
    """Return the arms by mean validation loss, with what they reach."""
    rows = [
        (
            arm.label,
            f"{arm.done} of {arm.members}",
            *_cells(arm.spread("validation", "loss")),
            *_cells(arm.spread("validation", "accuracy"))[:1],
            *_cells(arm.spread("test", "accuracy")),
        )
        for arm in status.ranked
    ]
    headers = [
        *("arm", "done>", "validation loss>", "SD>", "min - max>"),
        *("validation accuracy>", "test accuracy>", "SD>", "min - max>"),
    ]
    return table(headers, rows)


def _summary(status: ExperimentStatus) -> dict[str, Any]:
    manifest = status.manifest
    return {
        "id": manifest.id,
        "name": manifest.name,
        "created": manifest.created.isoformat(),
        "dataset": manifest.dataset,
        "dataset_name": manifest.dataset_name,
        "labels": [arm.label for arm in status.arms],
        "seeds": list(manifest.seeds),
        "members": len(status.members),
        "state": status.state,
        "counts": dict(status.counts),
        "fraction": status.fraction,
        "seconds_left": status.seconds_left,
        "best": _best(status),
        "runs": list(status.runs),
    }


def _best(status: ExperimentStatus) -> str | None:
    return None if status.best is None else status.arms[status.best].label


def _arm(arm: Arm, summary: ArmSummary) -> dict[str, Any]:
    return {
        **arm.model_dump(mode="json"),
        "label": summary.label,
        "control": summary.control,
        "members": summary.members,
        "done": summary.done,
        "over": summary.over,
        "measures": {
            part: {name: _spread(spread) for name, spread in spreads.items()}
            for part, spreads in summary.spreads.items()
        },
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "mean": spread.mean,
        "sd": spread.sd,
        "min": spread.low,
        "max": spread.high,
        "points": list(spread.values),
    }


def _member(member: MemberStatus) -> dict[str, Any]:
    metrics: Mapping[str, Any] = {part: dict(values) for part, values in member.metrics.items()}
    kept = ("id", "label", "model", "seed", "fold", "state", "fraction", "message", "epochs", "seconds")
    return {**{name: getattr(member, name) for name in kept}, "run": member.run or None, "metrics": metrics}


def _facts(status: ExperimentStatus) -> dict[str, Any]:
    manifest: ExperimentManifest = status.manifest
    left = "" if status.seconds_left is None else f", about {shown(round(status.seconds_left))} s left"
    return {
        "experiment": manifest.id,
        "name": manifest.name,
        "created": f"{manifest.created:%Y-%m-%d %H:%M} UTC",
        "dataset": f"{manifest.dataset} {manifest.dataset_name}".strip(),
        "seeds": list(manifest.seeds),
        "folds": [fold + 1 for fold in manifest.folds] if len(manifest.folds) > 1 else [],
        "state": f"{status.state}, {status.fraction:.0%}{left}: {_counts(status)}",
        "best by validation": _best(status),
        "notes": manifest.notes,
    }


def _counts(status: ExperimentStatus) -> str:
    return ", ".join(f"{count} {state}" for state, count in status.counts.items())


def _cells(spread: Spread | None) -> tuple[object, object, str]:
    if spread is None:
        return None, None, ""
    return spread.mean, spread.sd, f"{spread.low:.3f} - {spread.high:.3f}"
