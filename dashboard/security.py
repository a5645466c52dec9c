"""Who may ask, and how: hosts, origins, methods, sizes; and the headers of every answer.

Local mode has no login. What protects it is that only this machine reaches it, and that no foreign web page
can make the user's own browser ask: names other than the machine's own are refused (DNS rebinding), and so is
what a browser says comes from another site.
"""

import ipaddress
import re
import socket
from collections.abc import Collection

from flask import Flask, Response, current_app, request

from dashboard.faults import refusal
from dashboard.settings import Settings

BODY_LIMIT = 2 * 1024 * 1024
CALLBACK, UPLOAD = "/_dash-update-component", "/upload"
POSTED = {CALLBACK: "application/json", UPLOAD: "application/json"}
PIECES = {"POST": "application/json", "PUT": "application/octet-stream", "DELETE": ""}
"""What an upload that was begun takes: its end, a piece, its cancelling."""
BEGUN = re.compile(rf"{UPLOAD}/[0-9a-z]{{12}}\Z")
ROUTES = ("/_dash-component-suites/", "/assets/", "/download/")
SINGLE = frozenset({"/health", "/_favicon.ico", "/_dash-layout", "/_dash-dependencies"})
GONE = frozenset({"/_reload-hash", "/_dash-ws-callback"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
YEAR = 31536000


def install(server: Flask, settings: Settings, pages: Collection[str]) -> None:
    """Guard a server: refuse before anything else runs, and put the headers on every answer."""
    server.secret_key = settings.secret_key or None
    server.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    server.config["SESSION_COOKIE_SAMESITE"] = "Lax"

    def guard() -> Response | None:
        return (
            refuse_host(settings, request.headers.get("Host"))
            or refuse_origin()
            or refuse_method()
            or refuse_path(pages)
        )

    server.before_request_funcs.setdefault(None, []).insert(0, guard)
    server.after_request(with_headers)


def refuse_host(settings: Settings, host: str | None) -> Response | None:
    """Refuse a request that names another host than this server's own."""
    if host is None:
        return refusal(400, "The request must name its host.")
    return (
        None if is_own_host(settings, host) else refusal(403, "This server does not answer under that name.")
    )


def is_own_host(settings: Settings, host: str) -> bool:
    """Say whether a Host header names this server."""
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 or "]:" in host else host
    name = name.strip().lower().rstrip(".")
    if name.startswith("[") != name.endswith("]"):
        return False
    if name == "localhost" or name in settings.hosts:
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return not settings.is_local and name == socket.gethostname().lower()
    return address.is_loopback or not settings.is_local


def refuse_origin() -> Response | None:
    """Refuse what another site makes the browser ask; following a link to a page is fine."""
    origin = request.headers.get("Origin")
    if (
        origin is not None
        and origin.split("://", 1)[-1].lower() != (request.headers.get("Host") or "").lower()
    ):
        return refusal(403, "Requests from other sites are not answered.")
    if request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}:
        return None
    is_link = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if is_link and not request.path.startswith((*ROUTES, "/_dash", UPLOAD)):
        return None
    return refusal(403, "Requests from other sites are not answered.")


def refuse_method() -> Response | None:
    """Refuse methods and kinds of body that no route takes, before a body is read."""
    if request.method in {"GET", "HEAD"}:
        return None
    kinds = PIECES if BEGUN.match(request.path) else {"POST": POSTED.get(request.path)}
    if request.method not in kinds:
        return refusal(405)
    if kinds[request.method] is None:
        return refusal(404)
    if request.mimetype != kinds[request.method] or request.headers.get("Content-Encoding"):
        return refusal(415)
    return None


def refuse_path(pages: Collection[str]) -> Response | None:
    """Refuse addresses that are no page, file or route; Dash would answer them with the frame."""
    path = request.path
    known = path in pages or path in SINGLE or path in POSTED or path.startswith(ROUTES)
    if path in GONE or not (known or BEGUN.match(path)):
        return refusal(404)
    return None


def with_headers(response: Response) -> Response:
    """Return an answer with the headers that every answer has."""
    hashes = " ".join(current_app.config.get("CSP_HASHES", ()))
    response.headers.setdefault(
        "Content-Security-Policy", POLICY.format(hashes=hashes).replace("'self' ;", "'self';")
    )
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    is_asset = request.path.startswith("/assets/") and response.status_code in {200, 304}
    is_suite = request.path.startswith("/_dash-component-suites/") and response.status_code in {200, 304}
    if is_asset:
        fixed = "m" in request.args
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fixed else "no-cache"
    elif not is_suite:
        response.headers["Cache-Control"] = "no-store"
    return response
