"""The table of runs: what stands in it, and what can be done with the chosen ones."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from core.errors import HeedError
from core.models.manifest import RunManifest
from dashboard.components.format import counted, when
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.table import table_height
from dashboard.components.view import ViewState
from dashboard.pages.train import layout
from dashboard.pages.train.ids import Id
from dashboard.services import library, training
from dashboard.services.augmentation import words_of


@callback(
    Output(Id.RUNS, "rowData"),
    Output(Id.RUNS, "columnDefs"),
    Output(Id.RUNS, "style"),
    Output(Id.RUNS_LINE, "children"),
    Input(Frame.LIBRARY, "data"),
    Input(Frame.VIEW, "data"),
    Input(Id.EVERYWHERE, "value"),
    Input(Id.NARROW, "data"),
)
def update_runs(_stamp: Any, data: Any, everywhere: Any, narrow: Any) -> tuple[Any, ...]:
    """Fill the table of runs."""
    dataset = None if everywhere else ViewState.parse(data).dataset
    listing = library.runs(dataset)
    found = counted(len(listing.entries), "run") if listing.entries else "No run yet"
    words = found + (" on this dataset." if dataset else ".")
    if listing.damaged:
        damaged = "; ".join(f"{found.id}: {found.reason}" for found in listing.damaged[:3])
        words += f" {counted(len(listing.damaged), 'run')} can't be read ({damaged})."
    if listing.entries:
        words += " Choose some to look at, compare, rename or delete."
    style = {"height": f"{table_height(len(listing.entries))}px", "width": "100%"}
    rows = [_row(run) for run in listing.entries]
    return rows, layout.run_columns(dataset is None, bool(narrow)), style, words


@callback(
    Output(Id.LOOK, "href"),
    Output(Id.LOOK, "aria-disabled"),
    Output(Id.COMPARE, "href"),
    Output(Id.COMPARE, "aria-disabled"),
    Output(Id.RENAME, "disabled"),
    Output(Id.DELETE, "disabled"),
    Output(Id.DELETE, "children"),
    Input(Id.RUNS, "selectedRows"),
    Input(Frame.VIEW, "data"),
)
def update_choice(rows: Any, data: Any) -> tuple[Any, ...]:
    """Offer what can be done with the chosen runs."""
    view = ViewState.parse(data)
    chosen = _chosen(rows)
    places = {row.get("dataset_id") for row in rows or () if isinstance(row, dict)}
    place = places.pop() if len(places) == 1 else None
    look = view.href("/attention", dataset=place, run=chosen[0]) if len(chosen) == 1 else None
    compare = view.href("/compare", dataset=place, runs=chosen) if len(chosen) > 1 else None
    words = f"Delete {counted(len(chosen), 'run')}" if chosen else "Delete"
    return look, _off(look), compare, _off(compare), len(chosen) != 1, not chosen, words


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


def _row(run: RunManifest) -> dict[str, Any]:
    test = run.metrics.get("test", {})
    interval = test.get("accuracy_interval")
    return {
        "id": run.id,
        "name": run.name or run.model,
        "dataset": run.dataset_name,
        "dataset_id": run.dataset,
        "trained": _trained(run),
        "details": _details(run),
        "seed": run.seed,
        "accuracy": test.get("accuracy"),
        "interval": f"{100 * interval[0]:.1f} - {100 * interval[1]:.1f}" if interval else "-",
        "majority": test.get("majority_rate"),
        "loss": test.get("loss"),
        "auc": test.get("auc"),
        "epochs": run.epochs,
        "seconds": run.seconds,
        "made": when(run.created),
    }


def _trained(run: RunManifest) -> str:
    """Return what tells a run from a usual one, as short as a cell."""
    said = ["control"] if run.control else []
    said += [f"{len(run.augmentations)} aug."] if run.augmentations else []
    return ", ".join([*said, *_otherwise(run)]) or "originals"


def _details(run: RunManifest) -> str:
    """Return the same in full."""
    said = [f"Control: {run.control}"] if run.control else []
    said += [words_of(plain) for plain in run.augmentations]
    return ", ".join([*said, *_otherwise(run)]) or "the original samples"


def _otherwise(run: RunManifest) -> list[str]:
    scaling = run.scaling.get("kind", "standard")
    said = [f"scaling {scaling}"] if scaling != "standard" else []
    return [*said, "leaky split"] if run.leaks.get("leak") else said


def _chosen(rows: Any) -> list[str]:
    return [str(row.get("id")) for row in rows or () if isinstance(row, dict)]


def _off(href: str | None) -> str:
    return "true" if href is None else "false"


clientside_callback(
    ClientsideFunction("heed", "narrow"),
    Output(Id.NARROW, "data"),
    Input(Frame.VIEW, "data"),
    State(Id.NARROW, "data"),
)
