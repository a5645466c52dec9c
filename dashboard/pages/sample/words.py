"""The texts of the page Sample: edits, probabilities, the distance to the training data."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.evaluation import OUTCOMES
from core.inference.edits import Edit
from core.inference.nearest import NearestSamples
from core.inference.what_if import TrainingDistance, WhatIf
from dashboard.components.cards import head_row, outcome_badge
from dashboard.components.format import clipped, counted, number, percent
from dashboard.components.view import ViewState
from dashboard.services.sample import Judged, Place

CLASSES_LISTED = 10
SIGNAL_KINDS = (
    ("interpolate", "a straight line"),
    ("mean", "the channel's training mean"),
    ("class_mean", "the mean of a class"),
    ("donor", "another sample"),
    ("noise", "noise"),
    ("shift", "itself, shifted"),
)
LOOK_KINDS = (
    ("zero", "no weight on the chosen steps"),
    ("uniform", "equal weight on all steps"),
    ("step", "all weight on the first chosen step"),
    ("head_off", "one head switched off"),
)
FAR = 95  # percentile from which a sample lies beyond what the run was trained on


def edit_words(edit: Edit, channels: Sequence[str], layers: Sequence[str]) -> str:
    """Return an edit as a sentence reads it."""
    if edit.on_attention:
        layer = clipped(edit.layer or next(iter(layers), ""), 24)
        steps = _steps(edit)
        said = {
            "uniform": "equal weight on all steps",
            "zero": f"no weight on {steps}",
            "step": f"all weight on step {edit.value}",
            "head_off": f"head {edit.value} off",
        }
        return f"{layer}: {said[edit.kind]}"
    with_value = {
        "interpolate": "a straight line",
        "mean": "the training mean",
        "class_mean": f"the mean of class {clipped(edit.value, 24)}",
        "donor": f"sample {edit.value}",
        "noise": f"noise (seed {edit.value})",
        "shift": f"shifted by {edit.value}",
    }
    named = [clipped(channels[one], 20) for one in edit.channels[:3] if one < len(channels)]
    more = f" and {len(edit.channels) - 3} more" if len(edit.channels) > 3 else ""
    where = f" of {', '.join(named)}{more}" if named else ""
    return f"{_steps(edit)}{where}: {with_value[edit.kind]}"


def verdict(said: Judged, own: bool) -> list[Any]:
    """Return prediction, actual class and outcome in one line."""
    chance = percent(said.probabilities[said.predicted])
    told: list[Any] = ["predicted ", html.Strong(clipped(said.classes[said.predicted], 24)), f" ({chance})"]
    if said.actual < 0:
        return [*told, ", actual class unknown"]
    told += [", actual ", html.Strong(clipped(said.classes[said.actual], 24))]
    if own or said.outcome < 0:
        right = said.predicted == said.actual
        return [outcome_badge("right" if right else "wrong"), " ", *told]
    return [outcome_badge(OUTCOMES[said.outcome]), " ", *told]


def place_words(place: Place) -> str:
    """Return where the sample stands in the order."""
    name = clipped(place.sample_id, 24)
    if place.rank is None:
        return f"sample {name}, not among the {place.total:,} shown"
    return f"sample {name}, {place.rank + 1:,} of {place.total:,}"


def chances(said: Judged, changed: WhatIf | None) -> Any:
    """Return the probability of every class, before and after edits beside each other."""
    after = said.probabilities if changed is None else tuple(float(value) for value in changed.after)
    before = said.probabilities if changed is None else tuple(float(value) for value in changed.before)
    order = sorted(range(len(said.classes)), key=lambda code: -max(before[code], after[code]))
    listed = order if len(order) <= CLASSES_LISTED + 1 else order[:CLASSES_LISTED]
    if said.actual >= 0 and said.actual not in listed:
        listed.append(said.actual)
    headers = ["Class", "Probability", ""] if changed is None else ["Class", "Before", "After", "Difference"]
    rows = [_chance(said, code, before[code], None if changed is None else after[code]) for code in listed]
    left = len(order) - len(listed)
    note = [html.P(f"and {counted(left, 'class', 'classes')} less likely", className="small muted")]
    head = head_row(headers, headers[1:])
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table chances")
    return html.Div([table, *(note if left else [])], className="table-scroll")


def turned(changed: WhatIf) -> Any:
    """Return whether the decision turned, in a sentence."""
    before, after = (changed.classes[int(side.argmax())] for side in (changed.before, changed.after))
    if not changed.turned:
        return html.P(["The decision stays ", html.Strong(clipped(after, 24)), "."], className="turned")
    said = ["The decision turns from ", html.Strong(clipped(before, 24)), " to "]
    return html.P([*said, html.Strong(clipped(after, 24)), "."], className="turned is-turned")


def meter(distance: TrainingDistance) -> Any:
    """Return how far the sample lies from the training data, before and after, on a scale of percentiles."""
    before, after = distance.before_percentile, distance.after_percentile
    if before is None or after is None:
        return html.P(
            "Its distance to the training data needs two training samples.", className="small muted"
        )
    of = counted(distance.samples, "training sample")
    marks = [
        html.Span(className="meter-mark was", style={"left": f"{before:.1f}%"}),
        html.Span(className="meter-mark", style={"left": f"{after:.1f}%"}),
    ]
    moved = f"percentile {before:.0f}" if before == after else f"percentile {before:.0f} \u2192 {after:.0f}"
    apart = [number(side) for side in (distance.before, distance.after) if side is not None]
    moved += " (distance " + " \u2192 ".join(dict.fromkeys(apart)) + ")"
    far = ", farther than nearly all of them are from each other" if after >= FAR else ""
    label = f"Distance to the training data: {moved}"
    return html.Div(
        [
            html.P(label, className="small"),
            html.Div(marks, className="meter", role="img", **{"aria-label": label}),
            html.P(
                f"0: as near as the nearest of {of} are to each other; 100: beyond all of them{far}. "
                "Values near the mean are near to everything.",
                className="small muted",
            ),
        ]
    )


def notes(changed: WhatIf) -> Any:
    """Return what bears on how far the answer may be believed."""
    listed = [html.Li(f"{note[:1].upper()}{note[1:]}.") for note in changed.notes]
    return html.Ul(listed, className="small muted notes") if listed else ""


def near_list(found: NearestSamples, view: ViewState) -> Any:
    """Return the training samples found as links, class by class."""
    by_class: dict[int, list[Any]] = {}
    for near in found.near:
        link = html.A(
            f"{clipped(near.sample_id, 20)} ({number(near.distance)})",
            href=view.href("/sample", sample=near.sample),
        )
        by_class.setdefault(near.code, []).append(link)
    rows = [
        html.Tr(
            [
                html.Th(clipped(found.classes[code], 24), scope="row"),
                html.Td([part for link in links for part in (link, " ")]),
            ]
        )
        for code, links in by_class.items()
    ]
    head = head_row(("Class", "Nearest training samples (distance)"))
    return html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table near-table")


def _steps(edit: Edit) -> str:
    if edit.start is None or edit.stop is None:
        return "all steps"
    return f"step {edit.start}" if edit.stop == edit.start + 1 else f"steps {edit.start} to {edit.stop - 1}"


def _chance(said: Judged, code: int, before: float, after: float | None) -> Any:
    marks = [
        mark
        for mark, held in (("predicted", code == said.predicted), ("actual", code == said.actual))
        if held
    ]
    name = [clipped(said.classes[code], 24)]
    if marks:
        name.append(html.Span(f" {', '.join(marks)}", className="muted small"))
    width = {"width": f"{100 * (before if after is None else after):.1f}%"}
    bar = html.Td(html.Div(html.Div(style=width), className="chance-bar"))
    if after is None:
        return html.Tr([html.Td(name), html.Td(percent(before), className="number"), bar])
    moved = 100 * (after - before)
    signed = f"{moved:+.1f} pp" if abs(moved) >= 0.05 else "0.0 pp"
    return html.Tr(
        [
            html.Td(name),
            html.Td(percent(before), className="number"),
            html.Td(percent(after), className="number"),
            html.Td(signed, className=f"number {'up' if moved > 0.05 else 'down' if moved < -0.05 else ''}"),
        ]
    )
