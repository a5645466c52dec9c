"""`heed data check`: what of a split would flatter a model."""

from typing import Annotated, Any

import typer

from core.cli.data import DatasetArgument, data
from core.cli.options import pairs, settings_of
from core.cli.output import Output, facts, output_of, table
from core.data import DatasetManifest, SplitSettings
from core.data.leaks import LeakReport
from core.registry import describe_settings
from core.verbs.checking import checked

SETTINGS = ", ".join(setting.name for setting in describe_settings(SplitSettings))
SplitOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="K=V", help=f"A setting of the split: {SETTINGS}. Repeatable."),
]
MARKS = {"leak": "LEAK", "caution": "caution", "ok": "ok", "untested": "-"}
MOST_TESTS = 100


def add_to(_application: typer.Typer) -> None:
    """Add the command of this module to those about data."""
    data.command()(check)


def check(
    context: typer.Context,
    dataset: DatasetArgument,
    settings: SplitOption = None,
    target: Annotated[
        str | None, typer.Option("--target", help="The labels; the first ones unless named.")
    ] = None,
) -> None:
    """Examine a split: copies, overlap, entities and times on both sides, what tells the label alone, drift.

    Findings are no failure: the exit code is 0.
    """
    output = output_of(context)
    given = settings_of(SplitSettings, pairs(settings))
    store = output.store
    manifest = store.datasets.read(store.datasets.resolve(dataset), DatasetManifest)
    split_id, report = checked(manifest.id, given, target=target, store=store)
    document = {
        "dataset": manifest.id,
        "name": manifest.name,
        "split": split_id,
        "target": report.provenance.parameters.get("target"),
        "leaks": report.counts,
        **{name: value for name, value in report.plain().items() if name not in {"provenance", "drift"}},
        "drift": {**report.plain()["drift"], "tests": report.plain()["drift"]["tests"][:MOST_TESTS]},
    }
    _tell(output, document, report)


def _tell(output: Output, document: dict[str, Any], report: LeakReport) -> None:
    sizes = ", ".join(f"{count:,} {name}" for name, count in report.sizes.items() if count)
    rows = [(MARKS[finding.severity], finding.title, finding.words) for finding in report.findings]
    shown: list[Any] = [
        facts(
            {
                "dataset": f"{document['dataset']} {document['name']}",
                "split": f"{document['split']}: {report.split_words}",
                "samples": sizes,
                "found": f"leaks: {report.counts['leak']}, cautions: {report.counts['caution']}",
            }
        )
    ]
    if report.balance:
        parts = list(report.sizes)
        counts = [[name, *(found[part] for part in parts)] for name, found in report.balance.items()]
        shown.append(table(["class", *(f"{part}>" for part in parts)], counts[:20]))
    shown.append(table(["", "question", "answer"], [*rows, ("", "Drift", report.drift.words)]))
    output.answer(document, *shown, *(f"Note: {note}" for note in report.notes))
