"""`heed data`: make datasets, look at files, load them, list, show and delete datasets."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.loading import preview_parts, progress_bar, reader_settings
from core.cli.options import NameOption, SetOption, pairs, settings_of
from core.cli.output import Output, facts, output_of, table, table_of
from core.cli.shelves import delete_from
from core.data import SOURCES, Dataset, DatasetManifest, dataset_statistics
from core.data.quality_known import dataset_quality
from core.verbs.data import datasets as all_datasets
from core.verbs.data import load as load_dataset
from core.verbs.data import make as make_dataset
from core.verbs.data import preview as preview_file

data = typer.Typer(
    help="Make, preview, load, list, show and delete datasets.", no_args_is_help=True, rich_markup_mode=None
)
MOST_CHANNELS = 20  # rows of a table a person still reads
DatasetArgument = Annotated[str, typer.Argument(metavar="DATASET", help="Id, its beginning, or the name.")]

FileArgument = Annotated[Path, typer.Argument(help="A file: CSV, TSV, Parquet, NPZ, NPY or .ts.")]
ReaderOption = Annotated[
    str | None, typer.Option("--reader", help="The reader; what the file holds decides else.")
]


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.add_typer(data, name="data")


@data.command()
def make(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="A data source; `heed parts` lists them.")],
    settings: SetOption = None,
    name: NameOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of what is random.")] = 0,
) -> None:
    """Make a dataset from a source."""
    output = output_of(context)
    given = settings_of(SOURCES.part(source), pairs(settings))
    _tell(output, make_dataset(source, given, name=name, seed=seed, store=output.store))


@data.command()
def load(
    context: typer.Context,
    file: FileArgument,
    settings: SetOption = None,
    reader: ReaderOption = None,
    name: NameOption = None,
) -> None:
    """Load a file; prints the dataset's id and what was understood.

    Settings that are not given are guessed as `heed data preview` shows them.
    """
    output = output_of(context)
    given = reader_settings(reader, file, pairs(settings))
    with progress_bar() as progress:
        dataset = load_dataset(file, reader, given, name=name, store=output.store, progress=progress)
    _tell(output, dataset)


@data.command()
def preview(
    context: typer.Context,
    file: FileArgument,
    settings: SetOption = None,
    reader: ReaderOption = None,
) -> None:
    """Show what a file seems to hold and what loading it would make of it; nothing is stored."""
    output = output_of(context)
    found = preview_file(file, reader, reader_settings(reader, file, pairs(settings)), store=output.store)
    output.answer(found.model_dump(mode="json"), *preview_parts(found))


@data.command("list")
def list_all(context: typer.Context) -> None:
    """List the datasets, newest first."""
    output = output_of(context)
    found = all_datasets(output.store)
    document = {
        "datasets": [{**document_of(entry), "created": entry.created} for entry in found.entries],
        "damaged": [asdict(entry) for entry in found.damaged],
    }
    rows = [
        (
            entry.id,
            entry.name,
            entry.samples,
            _steps(entry.lengths),
            len(entry.channels),
            _classes(entry.classes),
        )
        for entry in found.entries
    ]
    listed = table(["id", "name", "samples>", "steps>", "channels>", "classes"], rows)
    hint = "No datasets yet: `heed data make bundled --set name=GunPoint` makes one."
    output.answer(document, listed if rows else hint)
    output.tell_damaged(found.damaged)


@data.command()
def show(context: typer.Context, dataset: DatasetArgument) -> None:
    """Show what a dataset holds: sizes, quality, classes by part, statistics of its channels."""
    output = output_of(context)
    store = output.store
    manifest = store.datasets.read(store.datasets.resolve(dataset), DatasetManifest)
    statistics = dataset_statistics(store, manifest.id)
    quality = dataset_quality(store, manifest.id)
    classes = {name: statistics.class_frame(name) for name in statistics.targets}
    channels = statistics.to_frame()
    document = {
        **document_of(manifest),
        **manifest.model_dump(
            mode="json", include={"created", "owner", "description", "groups", "parts", "notes", "tags"}
        ),
        "quality": {
            "looked": quality.checks.looked,
            "remarks": [asdict(remark) for remark in quality.remarks],
        },
        "statistics": channels.to_dict("records"),
        "class_counts": {name: frame.to_dict("records") for name, frame in classes.items()},
    }
    output.answer(
        document,
        facts(_facts(manifest) | {"created": f"{manifest.created:%Y-%m-%d %H:%M} UTC"}),
        *(f"Note: {notice}" for notice in manifest.origin.get("notices", ())),
        table(["quality", ""], [(remark.severity, remark.words) for remark in quality.remarks]),
        *(table_of(frame, title=f"samples by {name}") for name, frame in classes.items()),
        table_of(channels.head(MOST_CHANNELS), title=_channel_title(len(channels))),
    )


@data.command()
def delete(context: typer.Context, dataset: DatasetArgument) -> None:
    """Move a dataset to the trash; `heed restore` brings it back for seven days."""
    delete_from(output_of(context), "dataset", dataset)


def document_of(dataset: Dataset | DatasetManifest) -> dict[str, Any]:
    """Return what every document about a dataset holds."""
    lengths = dataset.lengths
    classes = dataset.classes
    return {
        "dataset": dataset.id,
        "name": dataset.name,
        "samples": dataset.samples,
        "steps": dataset.steps,
        "channels": len(dataset.channels),
        "channel_names": list(dataset.channels),
        "classes": list(next(iter(classes.values()), ())),
        "targets": {name: list(names) for name, names in classes.items()},
        "lengths": [int(min(lengths)), int(max(lengths))],
        "sha256": dataset.sha256,
        "origin": dict(dataset.origin),
    }


def _tell(output: Output, dataset: Dataset) -> None:
    notices = [f"Note: {notice}" for notice in dataset.notices]
    output.answer(document_of(dataset), facts(_facts(dataset)), *notices)


def _facts(dataset: Dataset | DatasetManifest) -> dict[str, object]:
    channels = list(dataset.channels)
    shown = ", ".join(channels[:8]) + (", ..." if len(channels) > 8 else "")
    origin = {name: value for name, value in dataset.origin.items() if name != "notices"}
    if isinstance(origin.get("settings"), Mapping):
        origin["settings"] = {
            name: value for name, value in origin["settings"].items() if value not in (None, "", [], ())
        }
    found = {
        "dataset": dataset.id,
        "name": dataset.name,
        "samples": dataset.samples,
        "steps": _steps((int(min(dataset.lengths)), int(max(dataset.lengths)))),
        "channels": f"{len(channels)} ({shown})",
        "classes": _classes(dataset.classes),
        **_further(dataset),
        "description": " ".join(dataset.description.split()),
        "origin": origin,
    }
    return {name: value for name, value in found.items() if value != ""}


def _further(dataset: Dataset | DatasetManifest) -> dict[str, object]:
    """Return what not every dataset has."""
    has = {
        "entities": ("entities", "named for each sample"),
        "dates": ("timestamps", "each step has its own"),
        "truth": ("truth", "the deciding cells are known"),
    }
    there = {
        name: words
        for name, (field, words) in has.items()
        if getattr(dataset, f"has_{field}", getattr(dataset, field, None) is not None)
    }
    per_step = [name for name in dataset.classes if name not in dataset.window_targets]
    given = {
        "missing values": "" if dataset.nan_policy == "reject" else dataset.nan_policy,
        "categories": [f"{name} ({len(names)})" for name, names in dataset.categories.items()],
        "labels per step": per_step,
        "metadata": list(dataset.metadata),
        "modalities": list(dataset.modalities),
        **there,
    }
    return {name: value for name, value in given.items() if value}


def _steps(lengths: tuple[int, int]) -> str:
    least, most = lengths
    return str(most) if least == most else f"{least} to {most}"


def _classes(classes: Mapping[str, tuple[str, ...]]) -> str:
    if not classes:
        return "unlabelled"
    return "; ".join(
        f"{len(names)} ({', '.join(names[:6])}{', ...' if len(names) > 6 else ''})"
        for names in classes.values()
    )


def _channel_title(channels: int) -> str:
    return "channels" if channels <= MOST_CHANNELS else f"the first {MOST_CHANNELS} of {channels} channels"
