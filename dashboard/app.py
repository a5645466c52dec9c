"""The application: frame, pages, routes and guards put together once a process."""

import importlib
import pkgutil
from functools import partial
from pathlib import Path

import dash
import plotly.graph_objects as go
from dash import Dash
from flask import Flask

from dashboard import bodies, downloads, faults, logs, pages, security, shell, uploads
from dashboard.components.notices import on_error
from dashboard.components.page import Page
from dashboard.services import library
from dashboard.settings import Settings, load_settings
from dashboard.unfinished import hide_unfinished

ROOT = Path(__file__).resolve().parent.parent
HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
<meta name="color-scheme" content="light dark">
<script src="/assets/head/guard.js"></script>
<script src="/assets/head/theme.js"></script>
<script src="/assets/head/store.js"></script>
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def find_pages() -> tuple[Page, ...]:
    """Import every module of dashboard.pages by name, once, and return their pages in the order of work."""
    found = []
    for module in pkgutil.iter_modules(pages.__path__):
        page = getattr(importlib.import_module(f"dashboard.pages.{module.name}"), "PAGE", None)
        if page is not None:
            found.append(page)
    return tuple(sorted(found, key=lambda page: page.order))


def create_app(settings: Settings) -> Dash:
    """Return the application, warmed up; there can be one in a process."""
    server = Flask("heed", static_folder=None)
    app = Dash(
        "dashboard.app",
        server=server,
        title="Heed",
        update_title="",
        assets_folder=str(ROOT / "assets"),
        assets_path_ignore=["head", "vendor", "icons"],
        external_stylesheets=["/assets/vendor/bootstrap.min.css?m=5.3.9"],
        index_string=HEAD,
        use_pages=True,
        pages_folder="",
        include_pages_meta=False,
        use_async=False,
        enable_mcp=False,
        add_log_handler=False,
        suppress_callback_exceptions=True,
        on_error=on_error,
    )
    known = find_pages()
    for page in known:
        dash.register_page(
            page.slug, path=page.path, name=page.name, title=f"{page.name} - Heed", layout=page.serve
        )
        page.serve()  # registers the bindings of controls that are made in layouts
    app.layout = partial(shell.layout, known)  # made anew for every load, with the stamp of the library
    logs.install(server, settings.log_level)
    security.install(server, settings, frozenset(page.path for page in known))
    faults.install(server)
    uploads.install(server, settings)
    downloads.install(server)
    bodies.install(server, app)
    hide_unfinished()
    warm_up(app)
    return app


def warm_up(app: Dash) -> None:
    """Do what must not happen beside other requests, and compute the hashes of Dash's inline scripts.

    Dash's own first request is such a thing.
    """
    figure = go.Figure([go.Heatmap(z=[[0.0]]), go.Scatter(x=[0], y=[0]), go.Bar(x=[0], y=[0])])
    figure.to_json()  # the first figure of a process takes half a second
    with app.server.test_request_context("/", headers={"Host": "localhost"}):
        app.server.preprocess_request()
        app.index()
    app.server.config["CSP_HASHES"] = tuple(app.csp_hashes())


library.store()
application = create_app(load_settings())
server = application.server
