"""Commands that ask runs: predict, compare, attend."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from core.attention.run_findings import USUAL_GROUPS
from core.cli.attending import (
    channels_plain,
    findings_in_words,
    findings_plain,
    groups_plain,
    groups_table,
)
from core.cli.comparing import arm_plain, comparison_tables
from core.cli.heads import told_by_head
from core.cli.metrics import metrics_table
from core.cli.options import ClassOption, LayerOption
from core.cli.output import output_of, table
from core.data.manifest import DatasetManifest
from core.evaluation.scoring import other_names
from core.models.manifest import RunManifest
from core.tables import form_of, save_table
from core.verbs.attention import LayerAttention
from core.verbs.attention import attend as attend_to
from core.verbs.comparison import compare as compare_runs
from core.verbs.scoring import predict as score

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")]
MOST_TOP_STEPS = 5


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (predict, compare, attend):
        application.command()(command)


def predict(
    context: typer.Context,
    run: RunArgument,
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Id, its beginning, or the name.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .csv or .parquet file.")],
) -> None:
    """Score a dataset, labelled or not: id, actual, probabilities, outcome, peak step of each sample."""
    output = output_of(context)
    form = form_of(out)
    scores = score(run, dataset, output.store)
    save_table(scores.to_frame(), out)
    metrics = None if scores.metrics is None else scores.metrics.plain()
    document = {
        "run": scores.run,
        "dataset": scores.dataset,
        "file": str(out),
        "format": form,
        "samples": scores.predictions.samples,
        "labelled": scores.labelled,
        "trained_on": scores.trained_on,
        "metrics": metrics,
    }
    measured = [metrics_table({scores.run: {"all": metrics}})] if metrics else []
    caution = f"{scores.trained_on} of them were used in training: these numbers flatter the run."
    names = other_names(
        output.store.runs.read(scores.run, RunManifest),
        output.store.datasets.read(scores.dataset, DatasetManifest),
    )
    output.answer(
        document,
        f"Wrote {scores.predictions.samples} rows to {out}.",
        *measured,
        *([caution] if scores.trained_on else []),
        *([names[:1].upper() + names[1:] + "."] if names else []),
    )


def compare(
    context: typer.Context,
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="Two or more runs.")],
) -> None:
    """Compare runs on the test samples they share: metrics with intervals, paired tests."""
    output = output_of(context)
    found = compare_runs(runs, output.store)
    manifests = {entry.run: output.store.runs.read(entry.run, RunManifest) for entry in found.scores}
    document: dict[str, Any] = {
        "runs": [
            {
                "id": score.run,
                "name": score.label,
                "model": score.model,
                "seed": score.seed,
                "dataset": manifests[score.run].dataset,
                "loss_interval": score.loss_interval,
                "arm": score.arm,
                "fold": score.fold,
                "intervals": dict(score.intervals),
            }
            for score in found.scores
        ],
        "part": "test",
        "samples": found.samples,
        "majority_rate": found.majority_rate,
        "metrics": {run: manifest.metrics for run, manifest in manifests.items()},
        "tests": [asdict(test) for test in found.tests],
        "arms": [arm_plain(arm) for arm in found.arms],
        "arm_tests": [{**asdict(test), "verdict": test.verdict} for test in found.arm_tests],
        "untested": [asdict(pair) for pair in found.untested],
    }
    output.answer(
        document,
        metrics_table({run: {"test": parts["test"]} for run, parts in document["metrics"].items()}),
        *comparison_tables(found),
    )


def attend(  # noqa: PLR0917 - the arguments of a command are its interface
    context: typer.Context,
    run: RunArgument,
    samples: Annotated[
        str,
        typer.Option(
            "--samples",
            help="train, validation, test, all, TP, TN, FP, FN (of the test part), numbers: 0-9,12, or a"
            " condition: 'outcome == FP and late > 50%'.",
        ),
    ] = "test",
    by_head: Annotated[
        bool,
        typer.Option(
            "--heads", help="Tell of every head what kind of map it has, and of rollout and the like."
        ),
    ] = False,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            help="Groups: outcome, class, cohort or cluster (of similar maps). Repeatable; outcome and class"
            " unless given.",
        ),
    ] = None,
    shares: Annotated[
        bool,
        typer.Option("--shares", help="Averages of groups by % of each sample's own length, not by step."),
    ] = False,
    layer: LayerOption = "",
    klass: ClassOption = "",
) -> None:
    """Measure how a run spreads its attention over the steps."""
    output = output_of(context)
    scope = {"layer": layer, "klass": klass}
    found = attend_to(run, samples, output.store, by=by or USUAL_GROUPS, shares=shares, scope=scope)
    layers = [_layer(layer) for layer in found.layers]
    document = {
        "run": found.run,
        "dataset": found.dataset,
        "samples": len(found.samples),
        "layers": layers,
        "patterns": dict(found.patterns),
        "groups": groups_plain(found.groups),
        "findings": findings_plain(found.findings),
        "channels": channels_plain(found.channels),
    }
    which = [int(row) for row in found.samples] if klass else samples  # a condition may be about the class
    more, tables = told_by_head(run, which, output.store) if by_head else ({}, [])
    rows = [
        (
            layer["layer"],
            "mean" if layer["head"] is None else layer["head"],
            *(layer[key] for key in ("mean", "std", "max", "entropy", "sparsity", "concentration")),
            layer["top_labels"],
        )
        for layer in layers
    ]
    headers = ["layer", "head", "mean>", "std>", "max>", "entropy>", "sparsity>", "concentration>"]
    output.answer(
        document | more,
        table(
            [*headers, f"top {found.axis.name}s"], rows, title=f"attention over {len(found.samples)} samples"
        ),
        table(["pattern", "samples>"], list(found.patterns.items())),
        *([groups_table(found.groups)] if by else []),
        *findings_in_words(found.findings),
        *tables,
    )


def _layer(layer: LayerAttention) -> dict[str, Any]:
    top = layer.statistics.top_steps(MOST_TOP_STEPS)
    return {
        "layer": layer.layer,
        "head": layer.head,
        **layer.statistics.overall(),
        "top_steps": list(top),
        "top_labels": [layer.axis.labels[step] for step in top],
        "top_weights": [float(layer.statistics.profile[step]) for step in top],
    }
