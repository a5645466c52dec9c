"""The table of runs: what stands in it, and what can be done with the chosen ones."""

import re
from collections.abc import Mapping, Sequence
from statistics import stdev
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from core.errors import HeedError
from core.evaluation.arms import group_arms
from core.models.manifest import RunManifest
from core.store import Listing
from dashboard.components.format import counted, when
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.table import table_height
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.train import layout
from dashboard.pages.train.ids import Id
from dashboard.services import library, training
from dashboard.services.augmentation import words_of

EARLY = {
    "cancelled": "ended early: cancelled",
    "disk": "ended early: disk full",
    "memory": "ended early: no memory",
    "nan": "ended early: loss not finite",
}
"""Why a training ended before it was done, as short as a cell."""


@callback(
    Output(Id.RUNS, "rowData"),
    Output(Id.RUNS, "columnDefs"),
    Output(Id.RUNS, "style"),
    Output(Id.RUNS_LINE, "children"),
    Input(Frame.LIBRARY, "data"),
    viewed("train"),
    Input(Id.EVERYWHERE, "value"),
    Input(Id.NARROW, "data"),
    Input(Id.ALONE, "value"),
)
def update_runs(_stamp: Any, data: Any, everywhere: Any, narrow: Any, alone: Any = False) -> tuple[Any, ...]:
    """Fill the table of runs: one row an arm, or one a run."""
    view = ViewState.parse(data)
    listing = library.runs(None if everywhere else view.dataset)
    rows = table_rows(listing.entries, alone=bool(alone), wanted=view.query)
    columns = layout.run_columns(bool(everywhere) or view.dataset is None, bool(narrow))
    style = {"height": f"{table_height(len(rows))}px", "width": "100%"}
    where = "." if everywhere or view.dataset is None else " on this dataset."
    return rows, columns, style, _words(listing, rows, where)


@callback(
    Output(Id.LOOK, "href"),
    Output(Id.LOOK, "aria-disabled"),
    Output(Id.COMPARE, "href"),
    Output(Id.COMPARE, "aria-disabled"),
    Output(Id.RENAME, "disabled"),
    Output(Id.DELETE, "disabled"),
    Output(Id.DELETE, "children"),
    Output(Id.WHY, "children"),
    Input(Id.RUNS, "selectedRows"),
    viewed("train"),
)
def update_choice(rows: Any, data: Any) -> tuple[Any, ...]:
    """Offer what can be done with the chosen runs."""
    view = ViewState.parse(data)
    chosen = _chosen(rows)
    picked = [row for row in rows or () if isinstance(row, dict)]
    places = {row.get("dataset_id") for row in picked}
    place = places.pop() if len(places) == 1 else None
    blind = len(chosen) == 1 and not picked[0].get("attends")
    look = view.href("/attention", dataset=place, run=chosen[0]) if len(chosen) == 1 and not blind else None
    compare = view.href("/compare", dataset=place, runs=chosen) if len(chosen) > 1 else None
    words = f"Delete {counted(len(chosen), 'run')}" if chosen else "Delete"
    why = str(picked[0].get("why", "")) if blind else ""
    if len(chosen) > 1 and len(picked) == 1:
        why = "To look at one of them, switch to single runs."
    return look, _off(look), compare, _off(compare), len(chosen) != 1, not chosen, words, why


@callback(
    Output(Id.DELETED, "data"),
    Output(Id.UNDO, "hidden"),
    Output(Id.UNDO, "children"),
    Output(Id.RUNS, "selectedRows"),
    Input(Id.DELETE, "n_clicks"),
    Input(Id.UNDO, "n_clicks"),
    State(Id.RUNS, "selectedRows"),
    State(Id.DELETED, "data"),
    prevent_initial_call=True,
)
def update_deleted(_delete: Any, _undo: Any, rows: Any, deleted: Any) -> tuple[Any, ...]:
    """Move the chosen runs to the trash, or bring the last ones back."""
    try:
        if ctx.triggered_id == Id.UNDO:
            training.restore([str(identifier) for identifier in deleted or ()])
            return None, True, "Undo", []
        chosen = _chosen(rows)
        training.delete(chosen)
    except HeedError as error:
        notify(sentence(error), kind="error")
        return (no_update,) * 4
    words = f"Bring {counted(len(chosen), 'run')} back"
    return chosen, not chosen, words, []


@callback(
    Output(Id.NAME, "value"),
    Input(Id.RENAME, "n_clicks"),
    State(Id.RUNS, "selectedRows"),
    State(Id.NAME, "value"),
    prevent_initial_call=True,
)
def update_name(clicks: Any, rows: Any, name: Any) -> Any:
    """Rename the chosen run."""
    chosen = _chosen(rows)
    if not clicks or len(chosen) != 1:
        return no_update
    try:
        training.rename(chosen[0], str(name or ""))
    except HeedError as error:
        notify(sentence(error), kind="error")
        return no_update
    return ""


def table_rows(runs: Sequence[RunManifest], *, alone: bool = False, wanted: str = "") -> list[dict[str, Any]]:
    """Return the rows of the table.

    Args:
        runs: Runs, newest first.
        alone: Whether each run has a row of its own; else runs that differ in seed and fold share one.
        wanted: Words that a row must hold, whatever their order.
    """
    kept = [run for run in runs if _holds(run, wanted)]
    if alone:
        return [_row([run]) for run in kept]
    arms = group_arms(library.store(), kept)
    return [_row(sorted(arm.runs, key=lambda run: run.seed)) for arm in arms]


def _holds(run: RunManifest, wanted: str) -> bool:
    said = f"{run.name} {run.model} {run.dataset_name} {_details(run)} {run.experiment} {run.id}".lower()
    return all(word in said for word in wanted.lower().split())


def _row(runs: Sequence[RunManifest]) -> dict[str, Any]:
    """Return the row of a run, or of several that differ in seed and fold: means, and the SD of accuracy."""
    first = runs[0]
    found = [run.metrics.get("test", {}) for run in runs]
    known = [float(test["accuracy"]) for test in found if test.get("accuracy") is not None]
    interval = found[0].get("accuracy_interval") if len(runs) == 1 else None
    return {
        "id": first.id if len(runs) == 1 else f"arm-{first.id}",
        "runs": [run.id for run in runs],
        "name": _name(runs),
        "dataset": first.dataset_name,
        "dataset_id": first.dataset,
        "trained": _trained(first, runs),
        "details": _details(first),
        "attends": bool(first.attention_layers),
        "why": _blind(first),
        "seeds": seeds_in_words([run.seed for run in runs]),
        "accuracy": _mean(known),
        "sd": stdev(known) if len(known) > 1 else None,
        "interval": f"{100 * interval[0]:.1f} - {100 * interval[1]:.1f}" if interval else "-",
        "majority": found[0].get("majority_rate"),
        "loss": _mean([test.get("loss") for test in found]),
        "auc": _mean([test.get("auc") for test in found]),
        "epochs": _whole(_mean([run.epochs for run in runs])),
        "seconds": _mean([run.seconds for run in runs]),
        "made": when(max(run.created for run in runs)),
    }


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Return seeds with neighbours drawn together, and how many runs where that is not plain: 0-4, 7."""
    ordered = sorted(set(seeds))
    pieces: list[str] = []
    begin = 0
    for place in range(1, len(ordered) + 1):
        if place == len(ordered) or ordered[place] != ordered[place - 1] + 1:
            low, high = ordered[begin], ordered[place - 1]
            pieces.append(str(low) if low == high else f"{low}-{high}")
            begin = place
    more = f" ({len(seeds)} runs)" if len(seeds) > len(ordered) else ""
    return ", ".join(pieces) + more


def _name(runs: Sequence[RunManifest]) -> str:
    """Return the name that runs share, without what differs; the architecture where they share none."""
    names = {re.sub(r", fold \d+ of \d+", "", run.name or run.model) for run in runs}
    return names.pop() if len(names) == 1 else runs[0].model


def _blind(run: RunManifest) -> str:
    """Return why there is no attention to look at, "" where there is some."""
    if run.attention_layers:
        return ""
    return (
        f"{run.model} has no attention."
        if run.has_model
        else f"{run.model} is a reference classifier: it publishes predictions, no model and no attention."
    )


def _mean(values: Sequence[Any]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _words(listing: Listing[RunManifest], rows: Sequence[Mapping[str, Any]], where: str) -> str:
    words = (counted(len(listing.entries), "run") if listing.entries else "No run yet") + where
    shown = sum(len(row["runs"]) for row in rows)
    if shown < len(listing.entries):
        words += f" The filter shows {counted(shown, 'run')}."
    if listing.damaged:
        damaged = "; ".join(f"{found.id}: {found.reason}" for found in listing.damaged[:3])
        words += f" Damaged: {counted(len(listing.damaged), 'run')} ({damaged})."
    if listing.entries:
        words += " Choose some to look at, compare, rename or delete."
    return words


def _trained(run: RunManifest, runs: Sequence[RunManifest] = ()) -> str:
    """Return what tells a run, or the runs of its arm, from a usual one, as short as a cell."""
    said = ["control"] if run.control else []
    said += [f"{len(run.augmentations)} aug."] if run.augmentations else []
    return ", ".join([*said, *_otherwise(run), *_early(runs or (run,))]) or "originals"


def _early(runs: Sequence[RunManifest]) -> list[str]:
    found = [EARLY[run.stopped] for run in runs if run.stopped in EARLY]
    return found if len(runs) == 1 else [f"{len(found)} of {len(runs)} ended early"] if found else []


def _details(run: RunManifest) -> str:
    """Return the same in full."""
    said = [f"Control: {run.control}"] if run.control else []
    said += [words_of(plain) for plain in run.augmentations]
    said += [run.problem] if run.problem else []
    return ", ".join([*said, *_otherwise(run)]) or "the original samples"


def _otherwise(run: RunManifest) -> list[str]:
    scaling = run.scaling.get("kind", "standard")
    said = [f"scaling {scaling}"] if scaling != "standard" else []
    return [*said, "leaky split"] if run.leaks.get("leak") else said


def _chosen(rows: Any) -> list[str]:
    listed = [row.get("runs") or [row.get("id")] for row in rows or () if isinstance(row, dict)]
    return list(dict.fromkeys(str(run) for runs in listed for run in runs))


def _off(href: str | None) -> str:
    return "true" if href is None else "false"


clientside_callback(
    ClientsideFunction("heed", "narrow"),
    Output(Id.NARROW, "data"),
    viewed("train"),
    State(Id.NARROW, "data"),
)
