"""Inputs that fire only when the keys of the view change which a callback is about.

``Input(Id.VIEW, "data")`` fires for every change of the view: each such callback of a page is asked again for
every sample one walks to. A callback names its keys instead::

    @callback(Output(...), watched("run", "klass", "layer"))
    def update(data): view = ViewState.parse(data)      # has these keys; all others have their defaults

What a callback writes into links needs the whole view: it takes ``viewed("<page>")``, the view as long as
its page is open. ``Input(Id.VIEW, "data")`` would be asked by every change on every page: the browser looks
through all callbacks that a change asks, also those of pages that are not there. Charts name their keys in
``uses``.
"""

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, clientside_callback, dcc

from dashboard.components.ids import Id
from dashboard.components.view import ViewState

_asked: dict[str, dict[str, str]] = {}

# One callback for all inputs, as for charts: the browser compares all callbacks that a change asks. It has no
# output but sets what changed: for each output the browser would look through the whole page several times.
clientside_callback(
    ClientsideFunction("heed", "watched"),
    Output(Id.WATCHED_TIED, "data"),
    Input(Id.VIEW, "data"),
    Input({"type": "watched", "keys": ALL}, "id"),
)


def watched(*keys: str) -> Input:
    """Return the input of a callback which these keys of the view concern; its value has them alone.

    Raises:
        ValueError: If a key is none of the view, or none is named.
    """
    unknown = [key for key in keys if key not in ViewState.model_fields]
    if unknown or not keys:
        raise ValueError(f"watched needs keys of the view; got {', '.join(unknown) or 'none'}")
    named = " ".join(sorted(set(keys)))
    return Input(_asked.setdefault(named, {"type": "watched", "keys": named}), "data")


def viewed(page: str) -> Input:
    """Return the input of a callback of a page which any change of the view concerns.

    Args:
        page: The page's slug; its layout brings the store.
    """
    return Input(page_view(page), "data")


def page_view(page: str) -> dict[str, str]:
    """Return the id of the store with the whole view that a page brings."""
    return {"type": "watched", "keys": f"*{page}"}


def stores() -> list[Any]:
    """Return the stores of all inputs, for the frame of the application."""
    return [dcc.Store(id=identifier) for identifier in _asked.values()]
