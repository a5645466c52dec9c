"""`python -m dashboard`: the dashboard on the development server, for one user on this machine."""

from werkzeug.serving import run_simple

from dashboard.settings import load_settings, require_store

if __name__ == "__main__":
    settings = load_settings()
    require_store()
    from dashboard.app import server

    run_simple(settings.bind, settings.port, server, threaded=True, use_reloader=False, use_debugger=False)
