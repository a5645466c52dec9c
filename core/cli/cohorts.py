"""Commands about cohorts, the named selections of a run's samples: list, save, rename, delete, restore."""

from typing import Annotated, Any

import typer

from core.attention.cohorts import Cohort
from core.cli.options import ClassOption
from core.cli.output import Output, output_of, table
from core.verbs.cohorts import cohorts as all_of
from core.verbs.cohorts import delete_cohort, rename_cohort, restore_cohort, save_cohort
from core.verbs.selection import is_condition

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the cohort.")]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What there is to say of it.")]
LISTED = "listed samples"

one = typer.Typer(help="Save, rename, delete or restore a cohort of a run.", no_args_is_help=True)


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("cohorts")(list_all)
    application.add_typer(one, name="cohort")


def list_all(context: typer.Context, run: RunArgument) -> None:
    """List the cohorts of a run: their conditions, how many samples they hold."""
    output = output_of(context)
    id = output.store.runs.resolve(run)
    found = all_of(id, output.store)
    rows = [
        (cohort.name, cohort.count, cohort.scope.part, cohort.where or LISTED, cohort.note)
        for cohort in found
    ]
    none = f"No cohorts yet: `heed cohort save {id} NAME --where CONDITION` makes one."
    output.answer(
        {"run": id, "cohorts": [cohort.plain() for cohort in found]},
        table(["cohort", "samples>", "part", "where", "note"], rows) if rows else none,
    )


@one.command()
def save(  # noqa: PLR0917 - the arguments of a command are its interface
    context: typer.Context,
    run: RunArgument,
    name: NameArgument,
    where: Annotated[
        str | None,
        typer.Option("--where", metavar="CONDITION", help="As outcome == FP and late > 50%."),
    ] = None,
    samples: Annotated[
        str | None,
        typer.Option("--samples", help="As `heed attend` takes them: FN, or numbers like 0-9,12."),
    ] = None,
    note: NoteOption = None,
    part: Annotated[
        str | None,
        typer.Option("--part", help="Part that a condition is about: train, validation, test or all."),
    ] = None,
    layer: Annotated[str, typer.Option("--layer", help="Attention layer that a condition is about.")] = "",
    klass: ClassOption = "",
) -> None:
    """Save a named selection of samples with a run."""
    output = output_of(context)
    if (where is None) == (samples is None):
        raise typer.BadParameter("give either --where CONDITION or --samples NUMBERS")
    if where is not None and not is_condition(where):
        raise typer.BadParameter(f"--where takes a condition like outcome == FP; got {where!r:.80}")
    id = output.store.runs.resolve(run)
    scope = {"part": part or "test", "layer": layer, "klass": klass}
    made = save_cohort(id, name, where or samples or "", note or "", scope, output.store)
    _tell(output, id, made, f"holds {made.count} samples.")


@one.command()
def rename(
    context: typer.Context,
    run: RunArgument,
    name: NameArgument,
    new_name: Annotated[str | None, typer.Argument(metavar="NEW", help="Its new name.")] = None,
    note: NoteOption = None,
) -> None:
    """Give a cohort another name, another note, or both."""
    output = output_of(context)
    if new_name is None and note is None:
        raise typer.BadParameter("give a new name, --note TEXT, or both")
    id = output.store.runs.resolve(run)
    _tell(output, id, rename_cohort(id, name, new_name, note, output.store), "is changed.")


@one.command()
def delete(context: typer.Context, run: RunArgument, name: NameArgument) -> None:
    """Delete a cohort; it can be restored for seven days."""
    output = output_of(context)
    id = output.store.runs.resolve(run)
    gone = delete_cohort(id, name, output.store)
    _tell(output, id, gone, "is deleted; `heed cohort restore` brings it back for seven days.")


@one.command()
def restore(context: typer.Context, run: RunArgument, name: NameArgument) -> None:
    """Bring a deleted cohort back."""
    output = output_of(context)
    id = output.store.runs.resolve(run)
    _tell(output, id, restore_cohort(id, name, output.store), "is back.")


def _tell(output: Output, run: str, cohort: Cohort, what: str) -> None:
    document: dict[str, Any] = {"run": run, **cohort.plain()}
    output.answer(document, f"Cohort {cohort.name} {what}")
