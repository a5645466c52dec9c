"""The command that lays samples of a run out in a plane: embed."""

from pathlib import Path
from typing import Annotated

import typer

from core.attention.embedding import METHODS, SPACES, EmbeddingSettings
from core.cli.loading import progress_bar
from core.cli.options import pairs, settings_of
from core.cli.output import facts, output_of, table
from core.registry import describe_settings
from core.tables import form_of, save_table
from core.verbs.embedding import embed as lay_out

TOLD = 5  # components whose share of variance is told
FURTHER = ", ".join(
    each.name for each in describe_settings(EmbeddingSettings) if each.name not in {"method", "space"}
)


def add_to(application: typer.Typer) -> None:
    """Add the command of this module."""
    application.command()(embed)


def embed(  # noqa: PLR0917 - the arguments of a command are its interface
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .csv or .parquet file.")],
    samples: Annotated[str, typer.Option("--samples", help="As `heed attend` takes them.")] = "test",
    method: Annotated[str, typer.Option("--method", help=f"One of {', '.join(METHODS)}.")] = "pca",
    space: Annotated[
        str, typer.Option("--space", help=f"One of {', '.join(SPACES)}; the first the run has unless given.")
    ] = "",
    colour: Annotated[
        str, typer.Option("--colour", help="A further field, as conditions name it.")
    ] = "class",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="K=V", help=f"A setting: {FURTHER}. Repeatable.")
    ] = None,
) -> None:
    """Lay samples out in a plane by PCA, t-SNE or UMAP, and write their coordinates to a file."""
    output = output_of(context)
    form = form_of(out)
    asked = {**pairs(settings), "method": method, **({"space": space} if space else {})}
    with progress_bar() as progress:
        given = settings_of(EmbeddingSettings, asked)
        found = lay_out(run, samples, given, colour, output.store, progress=progress)
    save_table(found.to_frame(), out)
    embedding = found.embedding
    layout = embedding.layout
    document = {
        "run": next(iter(found.provenance.weights)),
        "file": str(out),
        "format": form,
        "samples": len(embedding.samples),
        "of": embedding.total,
        "method": embedding.settings.method,
        "space": embedding.settings.space,
        "layer": embedding.settings.layer,
        "dimensions": embedding.dimensions,
        "fitted": embedding.fitted,
        "variance": layout.variance,
        "perplexity": layout.perplexity,
        "centres": [
            {
                "name": group.name,
                "count": group.count,
                "x": float(group.centre[0]),
                "y": float(group.centre[1]),
            }
            for group in found.colouring.groups
        ],
        "notes": embedding.notes,
    }
    shares = ", ".join(f"{100 * share:.1f} %" for share in layout.variance[:TOLD])
    shown = {
        "file": str(out),
        "samples": f"{len(embedding.samples)} of {embedding.total}",
        "dimensions": embedding.dimensions,
        "variance explained": shares,
    }
    centres = [(group.name, group.count, *map(float, group.centre)) for group in found.colouring.groups]
    output.answer(
        document,
        facts(shown),
        table(["group", "samples>", "x>", "y>"], centres, title="centres"),
        *(f"Note: {note}." for note in embedding.notes),
    )
