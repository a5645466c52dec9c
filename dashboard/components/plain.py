"""Content that is drawn anew at each step of a walk, as plain elements.

Every component that a callback puts on a page makes the browser look through all others: a table of sixty
takes it longer than the server's answer. What only shows (no callback listens to it, clicks are read by
scripts) is put on the page by a script instead::

    def layout(view): return html.Div([..., plain(Id.TEXT, class_name="sample-text")])
    @callback(plain_output(Id.TEXT), ...)
    def update(...): return [html.Table(...)]      # components of dash.html, as ever
"""

from dash import ClientsideFunction, Input, Output, State, clientside_callback, dcc, html

_bound: set[str] = set()


def plain(name: str, class_name: str = "") -> html.Div:
    """Return a place whose content is drawn as plain elements.

    Args:
        name: Id of the place.
        class_name: Its classes.
    """
    return html.Div([html.Div(id=name, className=class_name), dcc.Store(id=f"{name}-drawn")])


def plain_output(name: str) -> Output:
    """Return the output that fills such a place; assets/plain.js draws it.

    Args:
        name: Id of the place.
    """
    if name not in _bound:
        _bound.add(name)
        clientside_callback(
            ClientsideFunction("heed", "drawPlain"),
            Input(f"{name}-drawn", "data"),
            State(f"{name}-drawn", "id"),
        )
    return Output(f"{name}-drawn", "data")
