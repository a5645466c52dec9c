"""What a client sees when something is not there or went wrong: plain words, never a traceback."""

import html
import json
import logging
import secrets

from dash.exceptions import DependencyException
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

logger = logging.getLogger("heed.dashboard")
WORDS = {
    400: "The request could not be understood.",
    403: "This request is not allowed.",
    404: "There is no such page or file.",
    405: "This address does not take that kind of request.",
    411: "The request must say how long it is.",
    413: "The request is larger than this server accepts.",
    415: "The request is of a kind that this server does not take.",
    500: "Something went wrong inside Heed.",
}
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - Heed</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="/assets/head/theme.js"></script>
<link rel="stylesheet" href="/assets/vendor/bootstrap.min.css?m=5.3.9">
<link rel="stylesheet" href="/assets/heed.css"></head>
<body class="plain-page"><main><h1>{title}</h1><p>{text}</p><p><a href="/">Home</a></p></main>
</body></html>"""


def refusal(status: int, text: str = "", reference: str = "") -> Response:
    """Return an error as JSON, or as a page where a person asked for one."""
    said = text or WORDS.get(status, "The request could not be answered.")
    if reference:
        said = f"{said} The log has it under reference {reference}."
    accepted = request.accept_mimetypes
    wants_page = request.method == "GET" and accepted.accept_html and accepted.best != "application/json"
    if wants_page and not request.path.startswith(("/_dash", "/download", "/health")):
        title = "Not found" if status == 404 else f"Error {status}"
        return Response(PAGE.format(title=title, text=html.escape(said)), status, mimetype="text/html")
    answer = Response(status=status, mimetype="application/json")
    answer.set_data(_json(said))
    return answer


def install(server: Flask) -> None:
    """Answer every error of a server in plain words."""

    @server.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        if error.response is not None and isinstance(error.response, Response):
            return error.response
        answer = refusal(error.code or 500)
        for name, value in error.get_headers(None, None):
            if name.lower() in {"allow", "location", "retry-after"}:
                answer.headers[name] = value
        return answer

    @server.errorhandler(DependencyException)
    def miss(_error: DependencyException) -> Response:
        return refusal(404)

    @server.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        reference = secrets.token_hex(3)
        logger.error(
            "request failed, reference %s", reference, exc_info=error, extra={"reference": reference}
        )
        return refusal(500, reference=reference)


def _json(text: str) -> bytes:
    return json.dumps({"error": text}).encode()
