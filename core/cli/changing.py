"""The command that changes one sample and asks again: what-if."""

from typing import Annotated, Any

import typer

from core.cli.output import output_of, shown, table
from core.inference.edits import edits_text
from core.inference.variants import Variant, add_variant
from core.inference.what_if import LayerChange, WhatIf
from core.verbs.what_if import what_if as ask

MOST_TOP_STEPS = 5


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("what-if")(what_if)


def what_if(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its beginning, or its name.")],
    sample: Annotated[int, typer.Argument(metavar="SAMPLE", min=0, help="Place of the sample, from 0.")],
    edits: Annotated[
        list[str] | None,
        typer.Option(
            "--edit",
            metavar="EDIT",
            help="kind=value@first-end:channels, as mean@10-20:0,2, or kind=value@first-end/layer. Of the "
            "signal: interpolate, mean, class_mean=CLASS, donor=SAMPLE, noise=SEED, shift=STEPS; of "
            "attention: uniform, zero, step=STEP, head_off=HEAD. The end is left out. Repeatable."
            " Done in order.",
        ),
    ] = None,
    save: Annotated[
        str | None, typer.Option("--save", metavar="NAME", help="Keep the changed sample with the run.")
    ] = None,
) -> None:
    """Change a sample's signal or where the model looks, and print what it says before and after."""
    output = output_of(context)
    found = ask(run, sample, ";".join(edits or ()), output.store)
    if save is not None:
        run_id = output.store.runs.resolve(run)
        variant = Variant(name=save, sample=sample, edits=edits_text(found.edits))
        save = add_variant(output.store, run_id, variant).name
    document = {
        "saved": save,
        "run": next(iter(found.provenance.weights)),
        "sample": found.sample,
        "id": found.sample_id,
        "edits": [edit.text for edit in found.edits],
        "classes": found.classes,
        "before": found.before,
        "after": found.after,
        "difference": found.difference,
        "predicted": {
            side: found.classes[int(getattr(found, side).argmax())] for side in ("before", "after")
        },
        "turned": found.turned,
        "layers": [_layer(layer) for layer in found.layers],
        "distance": vars(found.distance),
        "notes": found.notes,
    }
    output.answer(document, *_tables(found))


def _layer(layer: LayerChange) -> dict[str, Any]:
    before, after = layer.before.mean(axis=0), layer.after.mean(axis=0)
    return {
        "layer": layer.layer,
        "edited": layer.edited,
        "top_steps": {"before": _top(before), "after": _top(after)},
        "largest": {"before": float(before.max()), "after": float(after.max())},
        "moved": float(abs(layer.difference).sum() / 2),
    }


def _top(weights: Any) -> list[int]:
    return [int(step) for step in (-weights).argsort(kind="stable")[:MOST_TOP_STEPS]]


def _tables(found: WhatIf) -> list[Any]:
    chances = [
        (name, float(before), float(after), f"{after - before:+.3f}")
        for name, before, after in zip(found.classes, found.before, found.after, strict=True)
    ]
    layers = [
        (
            plain["layer"],
            shown(plain["top_steps"]["before"]),
            shown(plain["top_steps"]["after"]),
            plain["moved"],
        )
        for plain in map(_layer, found.layers)
    ]
    distance = found.distance
    said: list[Any] = [
        table(["class", "before>", "after>", "difference>"], chances, title=f"sample {found.sample_id}"),
        table(["layer", "top steps before", "top steps after", "weight moved>"], layers),
    ]
    if distance.after_percentile is not None:
        said.append(
            f"Distance to the training data: percentile {distance.before_percentile:.0f} before, "
            f"{distance.after_percentile:.0f} after (of {distance.samples} training samples)."
        )
    return [*(said if layers else [said[0], *said[2:]]), *(f"Note: {note}." for note in found.notes)]
