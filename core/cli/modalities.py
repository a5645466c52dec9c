"""The command that looks at two modalities which look at each other."""

from dataclasses import asdict
from typing import Annotated, Any

import numpy as np
import typer

from core.attention.inputs import StepAxis
from core.attention.lags import peak_lag
from core.attention.pair_groups import VALUES, PairGroups
from core.attention.pair_reports import describe_modalities
from core.attention.run_heads import LayerHeads, head_row
from core.attention.run_modalities import RunModalities
from core.cli.output import output_of
from core.verbs.modalities import ReadSample, read_modalities
from core.verbs.modalities import modalities as look_at

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")]


def add_to(application: typer.Typer) -> None:
    """Add the command of this module."""
    application.command()(modalities)


def modalities(
    context: typer.Context,
    run: RunArgument,
    samples: Annotated[
        str,
        typer.Option(
            "--samples",
            metavar="WHICH",
            help="train, validation, test, all, TP, TN, FP, FN, numbers like 0-9,12, or a condition.",
        ),
    ] = "test",
    layer: Annotated[
        str, typer.Option("--layer", metavar="A_to_B", help="One layer of the pair, the first unless given.")
    ] = "",
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", help="Read one sample by the guide instead.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the draw of mismatched pairs.")] = 0,
) -> None:
    """Measure how two modalities look at each other: statistics, alignment and its nulls, lags, groups."""
    output = output_of(context)
    if sample is not None:
        read = read_modalities(run, sample, samples, layer, seed, output.store)
        output.answer(_of_sample(read), *read.text.splitlines())
        return
    found = look_at(run, samples, layer, seed, output.store)
    output.answer(_plain(found), *describe_modalities(found).splitlines())


def _plain(found: RunModalities) -> dict[str, Any]:
    step = float(found.lags.lags[1] - found.lags.lags[0]) if len(found.lags.lags) > 1 else 1.0
    overall = found.overall.values
    return {
        "run": found.run,
        "modalities": [found.pair.a, found.pair.b],
        "layers": [found.pair.ab.name, found.pair.ba.name],
        "samples": len(found.samples),
        "meant": found.total,
        "directions": found.spread_rows(),
        "alignment": [head.row() for head in found.heads],
        "lags": {
            "unit": found.lags.unit,
            "peak": [step * peak_lag(found.lags.ab[0]), step * peak_lag(found.lags.ba[0])],
            "expected": [step * overall["lag_ab"], step * overall["lag_ba"]],
            "agreement": overall["lag_agreement"],
        },
        "groups": _groups(found.groups),
        "tests": [{**asdict(test), "in_words": test.verdict} for test in found.groups.tests],
        "heads": [
            _head(layer, place) for layer in (found.ab, found.ba) for place in range(len(layer.profiles))
        ],
        "report": describe_modalities(found),
    }


def _groups(groups: PairGroups) -> list[dict[str, Any]]:
    return [
        {
            "by": group.by,
            "name": group.name,
            "samples": group.count,
            **{value: group.median(value) for value in VALUES},
        }
        for group in groups.groups
    ]


def _head(layer: LayerHeads, place: int) -> dict[str, Any]:
    row = head_row(layer, layer.profiles[place])
    return {
        "layer": row["layer"],
        "head": row["head"],
        "types": list(layer.profiles[place].names),
        "entropy": row["entropy"],
        "top_pairs": [_pair(pair, layer.queries, layer.keys) for pair in layer.pairs[place]],
    }


def _pair(pair: Any, queries: StepAxis, keys: StepAxis) -> dict[str, Any]:
    return {
        **asdict(pair),
        "query_label": queries.labels[pair.query],
        "key_label": keys.labels[pair.key],
    }


def _of_sample(read: ReadSample) -> dict[str, Any]:
    sample, guide = read.sample, read.guide
    heads = range(len(sample.ab))
    return {
        "run": sample.run,
        "modalities": [sample.pair.a, sample.pair.b],
        "layers": [sample.pair.ab.name, sample.pair.ba.name],
        "sample": sample.sample,
        "id": sample.sample_id,
        "probabilities": np.asarray(sample.probabilities),
        "correct": guide.correct,
        "alignment": sample.alignment(),
        "by_chance": sample.by_chance(),
        "head_alignment": [sample.alignment(head) for head in heads],
        "focus": list(guide.focus),
        "entropy": [float(sample.measures.entropy(direction)[0]) for direction in (0, 1)],
        "agreement": guide.agreement,
        "checks": [asdict(check) for check in guide.checks],
        "report": read.text,
    }
