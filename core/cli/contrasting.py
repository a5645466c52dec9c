"""Commands that hold groups of samples, or two models, against each other: contrast, beside."""

import math
from typing import Annotated, Any

import typer

from core.attention.beside import AttentionBeside
from core.attention.contrast import AttentionContrast
from core.attention.statistics import PATTERNS
from core.cli.options import ClassOption, LayerOption
from core.cli.output import interval, output_of, table
from core.verbs.contrasting import IN_TEST
from core.verbs.contrasting import beside as models_beside
from core.verbs.contrasting import contrast as contrast_of

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")]
MOST_SHOWN = 20


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (contrast, beside):
        application.command()(command)


def contrast(  # noqa: PLR0917 - the arguments of a command are its interface
    context: typer.Context,
    run: RunArgument,
    a: Annotated[
        str,
        typer.Option(
            "--a",
            metavar="COND",
            help="First group: TP, TN, FP, FN, the name of a cohort, or a condition: 'outcome == FP and"
            " late > 50%'; unless given the right samples, or where all or none are right a class.",
        ),
    ] = "",
    b: Annotated[str, typer.Option("--b", metavar="COND", help="Second group; the rest unless given.")] = "",
    other: Annotated[
        str | None,
        typer.Option("--other", metavar="RUN", help="Another run: group --a under both runs, in pairs."),
    ] = None,
    layer: LayerOption = "",
    klass: ClassOption = "",
    shares: Annotated[
        bool, typer.Option("--shares", help="Steps as % of each sample's own length.", show_default=False)
    ] = False,
) -> None:
    """Test over the steps where the attention of two groups of samples, or of two runs, differs."""
    if other is not None and b:
        raise typer.BadParameter(
            "--b and --other exclude each other: two runs are seen on the samples of --a"
        )
    output = output_of(context)
    found = contrast_of(run, a, b, other, {"layer": layer, "klass": klass}, output.store, shares=shares)
    output.answer(contrast_plain(found), *found.in_words(), *_spans(found), _statistics(found))


def beside(
    context: typer.Context,
    run: RunArgument,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Another run on the same dataset.")],
    samples: Annotated[
        str, typer.Option("--samples", metavar="COND", help="Which samples, as --a of `heed contrast`.")
    ] = IN_TEST,
    layer: LayerOption = "",
    klass: ClassOption = "",
) -> None:
    """Hold the attention and predictions of two runs against each other, sample by sample."""
    output = output_of(context)
    found = models_beside(run, other, samples, {"layer": layer, "klass": klass}, output.store)
    frame = found.to_frame().head(MOST_SHOWN)
    columns = ["id", "jsd", "spearman", "predicted_a", "probability_a", "predicted_b", "probability_b"]
    headers = ["sample", "JSD>", "Spearman>", "first says", "probability>", "second says", "probability>"]
    rows = [tuple(_known(value) for value in row) for row in frame[columns].itertuples(index=False)]
    output.answer(
        beside_plain(found),
        *found.in_words(),
        *found.cautions,
        f"{found.names[0]}, then {found.names[1]}, most different first:",
        table(headers, rows),
    )


def contrast_plain(found: AttentionContrast) -> dict[str, Any]:
    """Return a contrast as it stands in a document."""
    test = found.test
    weights = list(found.provenance.weights)
    return {
        "run": weights[0],
        "other": weights[1] if len(weights) > 1 else None,
        "groups": [
            {"name": name, "samples": count, "patterns": dict(zip(PATTERNS, row.tolist(), strict=True))}
            for name, count, row in zip(found.names, found.counts, found.spread.patterns.counts, strict=True)
        ],
        "paired": found.paired,
        "axis": found.axis.name,
        "test": None
        if test is None
        else {
            "relabellings": test.relabelled,
            "exact": test.exact,
            "samples": list(test.rows),
            "p": test.p,
            "least_p": test.least_p,
        },
        "untested": found.untested,
        "spans": [
            {
                "first": span.first,
                "last": span.last,
                "first_label": found.axis.labels[span.first],
                "last_label": found.axis.labels[span.last],
                "mass": span.mass,
                "p": span.p,
            }
            for span in (() if test is None else test.spans)
        ],
        "steps": _rows(found),
        "statistics": [
            {
                "name": entry.name,
                "a": _known(entry.a),
                "b": _known(entry.b),
                "effect": _known(entry.effect),
                "measure": entry.measure,
                "interval": [_known(entry.low), _known(entry.high)],
                "p": _known(entry.p),
                "p_adjusted": _known(entry.p_adjusted),
                "test": entry.test,
                "verdict": entry.verdict,
            }
            for entry in found.spread.tests
        ],
        "words": list(found.in_words()),
        "cautions": list(found.cautions),
    }


def beside_plain(found: AttentionBeside) -> dict[str, Any]:
    """Return two models beside each other as they stand in a document."""
    weights = list(found.provenance.weights)
    rows = found.to_frame().to_dict("records")
    return {
        "run": weights[0],
        "other": weights[-1],
        "names": list(found.names),
        **found.plain(),
        "words": list(found.in_words()),
        "cautions": list(found.cautions),
        "rows": [{str(name): _known(value) for name, value in row.items()} for row in rows],
    }


def _rows(found: AttentionContrast) -> list[dict[str, Any]]:
    rows = found.to_frame().drop(columns=["a", "b"]).to_dict("records")
    return [{str(name): _known(value) for name, value in row.items()} for row in rows]


def _spans(found: AttentionContrast) -> tuple[Any, ...]:
    """Return the table of spans, or that there is none; nothing where nothing was tested."""
    if found.test is None:
        return ()
    labels, spans = found.axis.labels, found.test.spans
    rows = [
        (labels[span.first], labels[span.last], "more" if span.mass > 0 else "less", span.mass, span.p)
        for span in sorted(spans, key=lambda span: span.p)
    ]
    if not rows:
        return ("No span of steps passes the threshold.",)
    heads = ["from", "to", f"in {found.names[0]}", "mass>", "p>"]
    title = f"spans of steps by {found.axis.name}, by cluster permutation test"
    return (table(heads, rows[:MOST_SHOWN], title=title),)


def _statistics(found: AttentionContrast) -> Any:
    rows = [
        (
            entry.name,
            _known(entry.a),
            _known(entry.b),
            _known(entry.effect),
            interval(_known(entry.low), _known(entry.high)),
            _known(entry.p_adjusted),
            entry.verdict,
        )
        for entry in found.spread.tests
    ]
    first, second = found.names
    heads = ["statistic", f"{first}>", f"{second}>", "effect>", "95 % interval", "adjusted p>", "in words"]
    effects = f"{found.spread.tests[0].measure}, for patterns {found.spread.tests[-1].measure}"
    return table(heads, rows, title=f"medians; effect: {effects}")


def _known(value: Any) -> Any:
    """Return a value as JSON has it: a number that is none becomes null."""
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain
