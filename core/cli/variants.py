"""Commands about changed samples that are kept with a run: list them, show one with its edits, delete one."""

from shlex import quote
from typing import Annotated, Any

import typer

from core.cli.output import output_of, table
from core.inference.lineage import Lineage
from core.inference.variants import Variant
from core.verbs.variants import delete_variant, lineage
from core.verbs.variants import variants as all_of

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the changed sample.")]

one = typer.Typer(help="Show or delete a changed sample of a run.", no_args_is_help=True)


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("variants")(list_all)
    application.add_typer(one, name="variant")


def list_all(
    context: typer.Context,
    run: RunArgument,
    samples: Annotated[
        str | None,
        typer.Option("--samples", metavar="WHICH", help="Made from these, as `heed attend` takes them."),
    ] = None,
) -> None:
    """List the changed samples that are kept with a run, and what was done to each."""
    output = output_of(context)
    id = output.store.runs.resolve(run)
    found = all_of(id, samples, output.store)
    rows = [(one.name, one.sample, "; ".join(one.plain()["edits"])) for one in found]
    none = f"No changed samples here: `heed what-if {id} SAMPLE --edit EDIT --save NAME` keeps one."
    output.answer(
        {"run": id, "variants": [one.plain() for one in found]},
        table(["changed sample", "sample>", "edits"], rows) if rows else none,
    )


@one.command()
def show(context: typer.Context, run: RunArgument, name: NameArgument) -> None:
    """Show a changed sample: each edit in order, with what the model says after it."""
    output = output_of(context)
    id = output.store.runs.resolve(run)
    found = lineage(id, name, output.store)
    heads = ["edit", "predicted", *(f"{klass}>" for klass in found.classes)]
    rows = [
        (text or "as it is", said, *map(float, chances))
        for text, said, chances in zip(_texts(found), found.predicted, found.probabilities, strict=True)
    ]
    title = f"{name}: sample {found.sample_id}, probabilities after each edit"
    output.answer(
        {"run": id, "name": name, **_plain(found)},
        table(heads, rows, title=title),
        *(f"Note: {note}." for note in found.last.notes),
    )


@one.command()
def delete(context: typer.Context, run: RunArgument, name: NameArgument) -> None:
    """Delete a changed sample; its edits are printed, so that it can be made again."""
    output = output_of(context)
    id = output.store.runs.resolve(run)
    gone = delete_variant(id, name, output.store)
    output.answer({"run": id, **gone.plain()}, f"Changed sample {gone.name} is deleted. {_again(id, gone)}")


def _again(run: str, gone: Variant) -> str:
    edits = " ".join(f"--edit {quote(edit)}" for edit in gone.plain()["edits"])
    return f"It was `heed what-if {run} {gone.sample} {edits}`."


def _texts(found: Lineage) -> list[str]:
    return ["", *(edit.text for edit in found.edits)]


def _plain(found: Lineage) -> dict[str, Any]:
    return {
        "sample": found.sample,
        "id": found.sample_id,
        "classes": found.classes,
        "steps": [
            {"edit": text or None, "probabilities": chances, "predicted": said, "turned": turned}
            for text, chances, said, turned in zip(
                _texts(found), found.probabilities, found.predicted, (False, *found.turned), strict=True
            )
        ],
        "distance": vars(found.last.distance),
        "notes": found.last.notes,
    }
