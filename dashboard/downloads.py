"""The routes that give files and facts: /download of charts, /health."""

from importlib.metadata import version

from flask import Flask, Response, jsonify, request, send_file

from core.errors import HeedError, NotFoundError
from dashboard.components.chart import CHARTS
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.faults import refusal
from dashboard.services import library, scoring

SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-scripts"
)


def install(server: Flask) -> None:
    """Add the routes to a server."""
    server.add_url_rule("/download/<chart>", view_func=download)
    server.add_url_rule("/download/scores/<job>", view_func=scores)
    server.add_url_rule("/health", view_func=health)


def download(chart: str) -> Response:
    """Return a chart of a view as a file: always an attachment, never a page of this origin."""
    if chart not in CHARTS:
        return refusal(404, "There is no such chart.")
    view = ViewState.parse(request.args.to_dict(flat=False))
    try:
        file = CHARTS[chart].download(request.args.get("format", ""), view)
    except NotFoundError as error:
        return refusal(404, sentence(error))
    except HeedError as error:
        return refusal(400, sentence(error))
    answer = Response(file.body, mimetype=file.mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def scores(job: str) -> Response:
    """Return the table of what a run has predicted, as an attachment."""
    try:
        path, name = scoring.table_file(job, request.args.get("format", "csv"))
    except HeedError as error:
        return refusal(404, sentence(error))
    answer = send_file(path, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def health() -> Response:
    """Say whether this server works: its version and whether the store can be read."""
    try:
        library.stamp()
        library.store().datasets.ids()
    except (HeedError, OSError) as error:
        answer = jsonify(status="failing", store=str(error)[:200])
        answer.status_code = 503
        return answer
    return jsonify(status="ok", version=version("heed"))
