"""What the first step of an import does: take a file, go back to it, show the step that is done now."""

from typing import Any

from dash import Input, Output, State, callback, ctx, no_update

from dashboard.components.format import file_size
from dashboard.components.upload import upload_token
from dashboard.pages.data.bring import layout
from dashboard.pages.data.bring.ids import Id
from dashboard.services import data, intake, jobs
from dashboard.services.intake import Chosen

MEGABYTE = 1_000_000


@callback(
    Output(Id.CHOSEN, "data"),
    Output(Id.WISH, "data"),
    Output(Id.NAME, "value"),
    Input(upload_token(Id.UPLOAD), "data"),
    Input(Id.FOLDER_FILES, "selectedRows"),
    Input(Id.BACK, "n_clicks"),
    Input(Id.AGAIN, "n_clicks"),
    State(Id.CHOSEN, "data"),
    State(Id.LOOKING, "data"),
    prevent_initial_call=True,
)
def update_chosen(
    uploaded: Any, rows: Any, _back: Any, _again: Any, before: Any, looking: Any
) -> tuple[Any, Any, Any]:
    """Take the file that has arrived or was chosen on the server; go back to it, or on with it again."""
    keep = (no_update,) * 3
    if ctx.triggered_id in {Id.BACK, Id.AGAIN}:
        if Chosen.parse(before) is None:
            return keep
        if ctx.triggered_id == Id.BACK and isinstance(looking, dict):
            intake.give_up(looking.get("job"))
        return {**before, "looks": ctx.triggered_id == Id.AGAIN}, no_update, no_update
    if ctx.triggered_id == Id.FOLDER_FILES:
        row = rows[0] if isinstance(rows, list) and rows else {}
        given = {"place": row.get("id"), "name": row.get("id"), "bytes": row.get("bytes")}
    else:
        given = dict(uploaded) if isinstance(uploaded, dict) else {}
    found = Chosen.parse(given)
    if found is None or found == Chosen.parse(before):
        return keep
    return {**given, "name": found.name, "looks": True}, {}, ""


@callback(
    Output(Id.MADE_FIELDS, "hidden"),
    Output(Id.FILE_FIELDS, "hidden"),
    Output(Id.CHOOSE, "hidden"),
    Output(Id.LOOK, "hidden"),
    Output(Id.MAKE, "hidden"),
    Output(Id.IMPORT, "hidden"),
    Output(Id.NAME_FIELD, "hidden"),
    Output(Id.STAGES, "children"),
    Output(Id.COLUMN, "className"),
    Output(Id.KEPT, "hidden"),
    Output(Id.KEPT_LINE, "children"),
    Output(Id.FILE_LINE, "children"),
    Output(Id.NAME, "placeholder"),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Id.SOURCE, "value"),
    Input(Id.CHOSEN, "data"),
    Input(Id.JOB, "data"),
    prevent_initial_call="initial_duplicate",
)
def update_step(source: Any, given: Any, job: Any) -> tuple[Any, ...]:
    """Show the step that is done now: choose a file, look at it, import it; or the form of a source."""
    chosen = Chosen.parse(given)
    from_file = source == data.FILE
    if from_file:
        jobs.expect()
    looks = from_file and chosen is not None and bool(given.get("looks"))
    imports = looks and isinstance(job, dict) and bool(job.get("file"))
    named = "" if chosen is None else f"{chosen.name} ({file_size(chosen.size)})"
    return (
        from_file,
        not from_file,
        looks,
        not looks,
        from_file,
        not looks,
        from_file and not looks,
        layout.stages(looks + imports),
        f"column {'span-12 is-wide' if looks else 'span-5'}",
        chosen is None,
        f"{named} is chosen.",
        named,
        chosen.title if looks and chosen else "its own name",
        no_update if ctx.triggered_id == Id.JOB else "",
    )


@callback(
    Output(Id.FOLDER_FILES, "rowData"),
    Input(Id.FOLDERS, "hidden"),
    Input(Id.SOURCE, "value"),
    Input(Id.FOLDER_FILTER, "value"),
)
def update_folders(hidden: Any, source: Any, wanted: Any) -> Any:
    """List the files of the registered folders."""
    if hidden or source != data.FILE:
        return no_update
    part = str(wanted or "").casefold()
    return [
        {**row, "megabytes": row["bytes"] / MEGABYTE}
        for row in intake.server_files()
        if part in row["name"].casefold()
    ]
