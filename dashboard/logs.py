"""Structured logs: one JSON object a line, everything from outside escaped and cut."""

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

LONGEST = 300
QUIET = ("/assets/", "/_dash-component-suites/", "/_dash-update-component", "/health")
logger = logging.getLogger("heed.request")


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time, level, logger, message, what was added, traceback."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[: 10 * LONGEST],
        }
        line |= getattr(record, "request", {})
        if reference := getattr(record, "reference", None):
            line["reference"] = reference
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=True)


def configure(level: str) -> None:
    """Send all of Heed's logs to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    heed = logging.getLogger("heed")
    heed.handlers = [handler]
    heed.setLevel(level.upper())
    heed.propagate = False


def install(server: Flask, level: str) -> None:
    """Log every request of a server: method, path, status, time; successful polls only at level debug."""
    configure(level)

    @server.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @server.after_request
    def write(response: Response) -> Response:
        quiet = response.status_code < 400 and request.path.startswith(QUIET)
        taken = time.perf_counter() - g.get("started", time.perf_counter())
        fields = {
            "method": request.method[:20],
            "path": request.path[:LONGEST],
            "status": response.status_code,
            "milliseconds": round(1000 * taken, 1),
            "client": request.remote_addr,
        }
        logger.log(logging.DEBUG if quiet else logging.INFO, "request", extra={"request": fields})
        return response
