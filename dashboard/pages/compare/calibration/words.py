"""The measures of calibration as a table, and what may be said of the run in focus."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.evaluation.calibration import CalibratedRun, Calibration, Reliability
from dashboard.components.format import clipped, count

TITLES = ("Run", "", "ECE", "if perfect", "MCE", "Brier", "NLL")


def said(found: Calibration) -> list[Any]:
    """Return what the numbers say of the run in focus, as carefully as they ask."""
    run = found.runs[found.focus]
    sentences = [verdict(run.before, per_step=found.per_step)]
    if run.temperature is not None and run.after is not None:
        before, after = run.before, run.after
        sentences.append(
            f"A temperature of {run.temperature:.2f}, fitted on {count(run.fitted_on)} validation samples, "
            f"moves the loss on the test samples from {before.loss:.3f} to {after.loss:.3f} and the ECE from "
            f"{before.error:.3f} to {after.error:.3f}."
        )
    if run.caution:
        sentences.append(f"{run.caution[:1].upper()}{run.caution[1:]}.")
    return [html.P([html.Strong(clipped(run.label, 48)), ": ", " ".join(sentences)])]


def verdict(found: Reliability, *, per_step: bool = False) -> str:
    """Return whether a calibration error is more than chance gives, and which way."""
    low, high = found.chance_interval
    chance = f"{found.error:.3f}; a perfectly calibrated model would show {low:.3f} to {high:.3f}"
    unit = "steps" if per_step else "samples"
    if not found.beyond_chance:
        return f"no evidence that it is badly calibrated (ECE {chance}, n = {count(found.samples)} {unit})."
    way = "too sure" if found.surplus > 0 else "not sure enough"
    note = " Steps of a window depend on each other, so chance may give more than that." if per_step else ""
    return f"{way} (ECE {chance}, n = {count(found.samples)} {unit}).{note}"


def table(found: Calibration) -> list[Any]:
    """Return two rows a run: as the model says, and with its temperature."""
    head = [
        html.Th(text, scope="col", className="number" if place > 1 else "")
        for place, text in enumerate(TITLES)
    ]
    rows = [row for run in found.runs for row in _rows(run)]
    bins = "equally many samples" if found.binning == "mass" else "equal width"
    caption = (
        f'ECE and MCE over 15 bins of {bins}; "if perfect": mean ECE (95 % of simulations) of a perfectly '
        "calibrated model with the same probabilities; NLL in nats; Brier: squared error of the positive "
        "class, with more than two classes summed over them."
    )
    body = html.Table(
        [html.Caption(caption), html.Thead(html.Tr(head)), html.Tbody(rows)],
        className="plain-table calibration-table",
    )
    return [html.Div(body, className="table-scroll tall-table", tabIndex="0", role="group",
                     **{"aria-label": "Calibration of every run"})]  # fmt: skip


def _rows(run: CalibratedRun) -> list[html.Tr]:
    name = html.Th(clipped(run.label, 36), scope="rowgroup", rowSpan=2)
    first = html.Tr([name, html.Td("as it says"), *_numbers(run.before)])
    if run.after is None or run.temperature is None:
        why = html.Td(f"no temperature: {run.caution}", colSpan=len(TITLES) - 1, className="muted")
        return [first, html.Tr([why])]
    return [first, html.Tr([html.Td(f"T = {run.temperature:.2f}"), *_numbers(run.after)])]


def _numbers(found: Reliability) -> Sequence[html.Td]:
    low, high = found.chance_interval
    values = (
        f"{found.error:.3f}",
        f"{found.chance_error:.3f} ({low:.3f} to {high:.3f})",
        f"{found.largest_error:.3f}",
        f"{found.brier:.3f}",
        f"{found.loss:.3f}",
    )
    return [html.Td(text, className="number") for text in values]
