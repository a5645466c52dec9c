"""Libraries that the next answers need and that take long to import: loaded once a reader has an answer."""

from importlib import import_module
from threading import Thread

from flask import Response, after_this_request, has_request_context

_begun: set[str] = set()


def load_ahead(module: str) -> None:
    """Import a module in a thread when the request under way has been answered, once in a process.

    A worker at rest has none of it, and no answer waits for it unless it is asked in that moment.
    """
    if module in _begun or not has_request_context():
        return
    _begun.add(module)
    loading = Thread(target=import_module, args=(module,), daemon=True)

    @after_this_request
    def begin(response: Response) -> Response:
        response.call_on_close(loading.start)
        return response
