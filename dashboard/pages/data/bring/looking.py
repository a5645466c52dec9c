"""What the second step of an import does: ask for a look at the file, show what was found."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from core.errors import HeedError
from core.jobs import Job
from dashboard.components import jobbar
from dashboard.components.cards import progress
from dashboard.components.format import count
from dashboard.components.forms import form_problems
from dashboard.components.notices import sentence
from dashboard.components.table import table_height
from dashboard.pages.data.bring import look
from dashboard.pages.data.bring.ids import Id
from dashboard.pages.data.bring.wishes import differs, split_problems
from dashboard.services import intake, jobs
from dashboard.services.intake import Chosen, Wish
from dashboard.services.roles import column_rows, offered_roles, role_words

QUIET = 0.4  # seconds during which nothing is said of a job

clientside_callback(
    ClientsideFunction("heed", "lookAgain"),
    Output(Id.IMPORT, "disabled"),
    Output(Id.LOOK_BODY, "className"),
    Input(Id.CHOSEN, "data"),
    Input(Id.WISH, "data"),
    Input(Id.DRAWN, "data"),
    Input(Id.JOB, "data"),
    State(Id.ASKED, "data"),
)


@callback(
    Output(Id.LOOKING, "data"),
    Output(Id.PULSE, "disabled"),
    Output(Id.LOOK_PROBLEM, "children"),
    Input(Id.ASKED, "data"),
    State(Id.LOOKING, "data"),
    prevent_initial_call=True,
)
def update_asked(asked: Any, before: Any) -> tuple[Any, bool, str]:
    """Submit the job that looks at the file as it is wished."""
    plain = asked if isinstance(asked, dict) else {}
    chosen = Chosen.parse(plain.get("chosen"))
    if chosen is None:
        return None, True, ""
    last = before.get("job") if isinstance(before, dict) else None
    try:
        job = intake.inspect(chosen, Wish.parse(plain.get("wish")), last)
    except HeedError as error:
        return None, True, sentence(error)
    return {"job": job, "key": plain.get("key")}, False, ""


@callback(
    Output(Id.FOUND, "data"),
    Output(Id.WAIT, "children"),
    Output(Id.PULSE, "disabled", allow_duplicate=True),
    Input(Id.PULSE, "n_intervals"),
    Input(Id.LOOKING, "data"),
    State(Id.FOUND, "data"),
    prevent_initial_call=True,
)
def update_found(_pulse: Any, looking: Any, before: Any) -> tuple[Any, Any, Any]:
    """Say how far the look is; keep what it has found once it has ended."""
    asked = looking if isinstance(looking, dict) else {}
    job = jobs.find(asked.get("job"))
    if job is None:
        return no_update, "", True
    if jobbar.is_active(job):
        return no_update, _waiting(job), no_update
    if job.state.state == "done":
        return {"job": job.id, "key": asked.get("key"), "error": ""}, "", True
    told = job.state.error.message if job.state.error else f"It was {job.state.state}."
    return {**(before or {}), "error": told[:1].upper() + told[1:]}, "", True


@callback(
    Output(Id.LOOK_BODY, "hidden"),
    Output(Id.RESULT, "children"),
    Output(Id.PROBLEMS, "children"),
    Output(Id.HEAD, "children"),
    Output(Id.SHAPE, "options"),
    Output(Id.SHAPE, "value"),
    Output(Id.SHAPE_FIELD, "hidden"),
    Output(Id.READER_FORM, "children"),
    Output(Id.SHOWN, "data"),
    Output(Id.IMPORT, "children"),
    Output(Id.DRAWN, "data"),
    Input(Id.FOUND, "data"),
    State(Id.SHOWN, "data"),
    State(Id.WISH, "data"),
    prevent_initial_call=True,
)
def update_look(found: Any, shown: Any, wish: Any) -> tuple[Any, ...]:
    """Show what was found in the file, and what an import would make of it."""
    preview = _preview(found)
    if preview is None:
        return (True, *(no_update,) * 8, "Import", None)
    settings = {
        setting.name: preview.settings.get(setting.name, setting.default)
        for setting in intake.further_settings(preview.reader)
    }
    fresh = {"reader": preview.reader, "values": settings}
    same = not differs(fresh, shown, Wish.parse(wish).settings)
    options = look.shape_options(preview.reader)
    known = [setting.name for setting in intake.further_settings(preview.reader)]
    return (
        False,
        look.result(preview),
        look.problems(split_problems(preview.problems, known)[1]),
        look.first_rows(preview),
        options,
        preview.reader,
        not options,
        no_update if same else look.settings_form(preview.reader, settings),
        no_update if same else fresh,
        look.import_words(preview),
        {"key": found.get("key"), "blocked": bool(preview.problems) or not preview.samples},
    )


@callback(
    Output(Id.LOOK_PROBLEM, "children", allow_duplicate=True),
    form_problems(Id.READING)[0],
    Input(Id.FOUND, "data"),
    Input(Id.READER_FORM, "children"),
    form_problems(Id.READING)[1],
    prevent_initial_call=True,
)
def update_problems(found: Any, _form: Any, fields: Any) -> tuple[Any, Any]:
    """Say what is wrong beside the field it concerns, or above all if it concerns none."""
    names = [str(where.get("field", "")) for where in fields or []]
    preview = _preview(found)
    error = str(found.get("error") or "") if isinstance(found, dict) else ""
    beside, rest = split_problems([error] if error else [], names)
    if preview is not None and not error:
        beside = split_problems(preview.problems, names)[0]
    return " ".join(rest), [beside.get(name, "") for name in names]


@callback(
    Output(Id.COLUMNS, "rowData"),
    Output(Id.COLUMNS, "columnDefs"),
    Output(Id.COLUMNS, "style"),
    Output(Id.COLUMNS_FIELD, "hidden"),
    Output(Id.COLUMNS_TITLE, "children"),
    Output(Id.COLUMN_COUNT, "children"),
    Output(Id.BULK, "hidden"),
    Output(Id.BULK_ROLE, "options"),
    Input(Id.FOUND, "data"),
    Input(Id.COLUMN_FILTER, "value"),
    prevent_initial_call=True,
)
def update_columns(found: Any, wanted: Any) -> tuple[Any, ...]:
    """List the columns of the file, or those whose names hold what is wanted."""
    preview = _preview(found)
    if preview is None:
        return (no_update,) * 8
    arrays = any(column.shape for column in preview.columns)
    roles = [(role, role_words(role, arrays)) for role in offered_roles(preview.reader, preview.columns)]
    rows = column_rows(preview.columns, str(wanted or ""))
    several = f"{count(len(preview.columns))} in the file" if len(preview.columns) > 1 else ""
    shown = several if not wanted else f"{count(len(rows))} of {count(len(preview.columns))} shown"
    return (
        rows,
        [column.definition() for column in look.columns_of(roles, arrays)],
        {"height": f"{table_height(len(rows), look.ROWS)}px", "width": "100%"},
        not preview.columns,
        "Arrays" if arrays else "Columns",
        shown,
        not roles or len(rows) < look.FEW,
        [{"value": role, "label": words} for role, words in roles],
    )


def _preview(found: Any) -> Any:
    return intake.previewed(found.get("job")) if isinstance(found, dict) else None


def _waiting(job: Job) -> Any:
    if intake.age(job) < QUIET:
        return ""
    return [jobbar.status(job), progress(job.state.fraction, job.spec.title)]
