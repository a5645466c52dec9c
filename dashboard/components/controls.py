"""Controls bound to keys of the view, both ways.

``view_control("sort", dcc.Dropdown(id=Id.SORT, options=..., value="outcome"))`` puts the control on the
page: what the user chooses goes into the view (and the URL), what the URL says goes into the control. A key
that the view does not hold shows the value the control was made with, so that callbacks must take "" for
that value. A control whose value is not in ``value`` names its property. The binding is clientside
(assets/view.js) and has no loop: a value that is already there changes nothing.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Input, Output, Patch, State, clientside_callback, dcc, html
from flask import g

from dashboard.components.cards import field
from dashboard.components.ids import Id
from dashboard.components.view import ViewState, owners

_bound: set[tuple[str, str]] = set()


def binding_id(control: str) -> dict[str, str]:
    """Return the id of the store that tells the browser what a control is bound to."""
    return {"type": "binding", "control": control}


# One callback for all controls: at each change of the view the browser compares all callbacks that it asks.
clientside_callback(
    ClientsideFunction("heed", "viewToControls"),
    Output(Id.CONTROLS_TIED, "data"),
    Input(Id.VIEW, "data"),
    Input(binding_id(ALL), "data"),
)


def view_control(key: str, component: Any, prop: str = "value", class_name: str = "") -> html.Div:
    """Bind a control to a key of the view and return it.

    Call it where the module is imported or in a layout (the application draws every layout once at start).

    Args:
        key: Name of a field of ``ViewState``.
        component: A component with an id: dropdown, radio items, slider, input.
        prop: Property that holds the value.
        class_name: Classes of the element around the control.
    """
    if key not in ViewState.model_fields:
        raise ValueError(f"{key} is no key of the view")
    identifier = str(component.id)
    offers = "options" in component.available_properties
    spec = {
        "key": key,
        "default": getattr(component, prop, None),
        "id": identifier,
        "prop": prop,
        "offers": offers,
    }
    bind(identifier, prop, offers)
    return html.Div(
        [component, dcc.Store(id=binding_id(identifier), data=spec)],
        className=f"view-control {class_name}".strip(),
    )


def choice(id: str, key: str, label: str, options: Sequence[tuple[str, str]], value: str) -> html.Div:
    """Return a labelled dropdown of a few known values, bound to a key of the view.

    Args:
        id: Id of the dropdown.
        key: Name of a field of ``ViewState``.
        label: What is chosen.
        options: Values with their titles.
        value: What is shown while the view does not hold the key.
    """
    dropdown = dcc.Dropdown(
        id=id,
        options=[{"value": name, "label": title} for name, title in options],
        value=value,
        clearable=False,
        searchable=False,
    )
    return field(label, view_control(key, dropdown), for_id=id)


def change(
    view: ViewState,
    *,
    again: Mapping[str, Any] | None = None,
    moved: Mapping[str, str] | None = None,
    **values: Any,
) -> None:
    """Give keys of the view other values, from inside a regular callback, beside whatever it returns.

    Only these keys travel, and the browser puts them into the view that it holds by then: what was clicked
    meanwhile stays. Where that changed what they depend on, as the run of a cohort or the sample of edits,
    they come too late and are left. An output of the view in a page's callback would fail on every other
    page, where its inputs are missing.

    Args:
        view: The view that the callback was asked with.
        again: What stores must be given, by id, so that the callback is asked anew where the keys themselves
            have changed meanwhile; for values that follow from those they replace, as a condition with a
            part more. Without it the last value counts.
        moved: The name `now` of a cohort that was made for these values, or renamed from the name `was`.
        values: New values; one that is no value of its key, and None, is its default.
    """
    was, meant = view.plain(), view.changed(**values).plain()
    # Every change has a place of its own in the store, so that of two that come at once none is lost.
    changes = g.setdefault("view_changes", Patch())
    changes[f"c{secrets.token_hex(6)}"] = {
        "of": {key: was.get(key) for key in owners(values)},
        "values": {key: meant.get(key) for key in values},
        **({"cohort": moved} if moved else {}),
        **({"again": again, "was": {key: was.get(key) for key in values}} if again else {}),
    }
    dash.set_props(Id.VIEW_CHANGES, {"data": changes})


def bind(component_id: str, prop: str = "value", has_options: bool = False) -> None:
    """Register the clientside callbacks of a control, once.

    A dropdown drops a value that is not among its options. Where these come later, from a callback, that
    must not clear the view, and the value is set when the options have come. Each callback has one input,
    and none has the control as output: a callback that waits for view and options is lost when a page
    arrives meanwhile.
    """
    if (component_id, prop) in _bound:
        return
    _bound.add((component_id, prop))
    value, binding = State(component_id, prop), State(binding_id(component_id), "data")
    options = [State(component_id, "options")] if has_options else []
    clientside_callback(
        ClientsideFunction("heed", "controlToView"),
        Input(component_id, prop),
        binding,
        *options,
        prevent_initial_call=True,
    )
    if has_options:
        clientside_callback(
            ClientsideFunction("heed", "optionsToControl"), Input(component_id, "options"), value, binding
        )
