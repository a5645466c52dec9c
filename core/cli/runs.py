"""Commands about runs: list, show, rename, delete, restore."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from core.cli.metrics import accuracy_cells, metrics_table
from core.cli.output import facts, output_of, table
from core.cli.shelves import delete_from, found, restore_to, shelf_of, tell_done, trashed
from core.models.manifest import RunManifest
from core.verbs.runs import runs as all_runs

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")]
ThingArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Id of a run, dataset or experiment, or its beginning.")
]
LISTED = {
    *("id", "name", "created", "dataset", "dataset_name", "experiment", "model", "seed"),
    *("epochs", "seconds", "parameters", "state", "metrics", "tags"),
}


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("runs")(list_all)
    for command in (show, rename, delete, restore):
        application.command()(command)


def list_all(context: typer.Context) -> None:
    """List runs, newest first, with what they reach on their test part."""
    output = output_of(context)
    listing = all_runs(output.store)
    document = {
        "runs": [entry.model_dump(mode="json", include=LISTED) for entry in listing.entries],
        "damaged": [asdict(entry) for entry in listing.damaged],
    }
    rows = [
        (
            entry.id,
            entry.name,
            entry.model,
            entry.dataset_name or entry.dataset,
            entry.seed,
            *accuracy_cells(entry),
        )
        for entry in listing.entries
    ]
    headers = [
        "id",
        "name",
        "model",
        "dataset",
        "seed>",
        "test accuracy>",
        "95 % interval",
        "majority>",
        "n>",
    ]
    output.answer(document, table(headers, rows) if rows else "No runs yet: `heed train DATASET` makes one.")
    output.tell_damaged(listing.damaged)


def show(context: typer.Context, run: RunArgument) -> None:
    """Show a run: its manifest and its metrics."""
    output = output_of(context)
    shelf = output.store.runs
    manifest = shelf.read(shelf.resolve(run), RunManifest)
    output.answer(
        manifest.model_dump(mode="json"),
        facts(_facts(manifest)),
        metrics_table({manifest.id: manifest.metrics}),
    )
    output.tell_damaged([entry for entry in shelf.list(RunManifest).damaged if entry.id == manifest.id])


def rename(
    context: typer.Context,
    thing: ThingArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new name, 1 to 120 characters.")],
) -> None:
    """Give a run, a dataset or an experiment another name."""
    output = output_of(context)
    kind, id = found(output, thing)
    edited = shelf_of(output, kind).edit(id, name=name)
    tell_done(output, kind, id, edited.name or "", "has its new name.")


def delete(context: typer.Context, thing: ThingArgument) -> None:
    """Move a run, a dataset, or an experiment with its runs to the trash, for seven days to restore."""
    output = output_of(context)
    kind, id = found(output, thing)
    delete_from(output, kind, id)


def restore(context: typer.Context, thing: ThingArgument) -> None:
    """Bring a deleted run or dataset, or an experiment with its runs, back from the trash."""
    output = output_of(context)
    kind, id = trashed(output, thing)
    restore_to(output, kind, id)


def _facts(manifest: RunManifest) -> dict[str, Any]:
    layers = [
        f"{layer.name} ({layer.kind}, {layer.heads} head{'' if layer.heads == 1 else 's'})"
        for layer in manifest.attention_layers
    ]
    return {
        "run": manifest.id,
        "name": manifest.name,
        "created": f"{manifest.created:%Y-%m-%d %H:%M} UTC",
        "dataset": f"{manifest.dataset} {manifest.dataset_name}".strip(),
        "model": manifest.model,
        "settings": manifest.settings,
        "training": manifest.training,
        "augmentations": [entry.get("name", "") for entry in manifest.augmentations],
        "seed": manifest.seed,
        "state": manifest.state,
        "epochs": f"{manifest.epochs}, best {manifest.best_epoch}, ended by {manifest.stopped}",
        **({"problem": manifest.problem} if manifest.problem else {}),
        "seconds": manifest.seconds,
        "parameters": manifest.parameters,
        "attention layers": layers,
        "positive class": manifest.classes[manifest.positive],
        "ONNX against Keras": f"{manifest.parity:.1e} at most",
        "data": manifest.hashes.get("data", ""),
        "weights": manifest.hashes.get("weights", ""),
        "onnx": manifest.hashes.get("onnx", ""),
        "notes": manifest.notes,
    }
