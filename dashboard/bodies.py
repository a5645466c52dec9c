"""Bodies of callbacks: checked before Dash dispatches them, so that a malformed one is 400 and never 500.

Dash takes the inputs of a callback by position and trusts the ids in the body. Here the body must name a
callback that exists, with just the inputs, states and outputs that it was registered with.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash
from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest

from dashboard.faults import refusal
from dashboard.security import CALLBACK

DEPTH = 100
WILDCARDS = ("MATCH", "ALL", "ALLSMALLER")


class StrictJson(DefaultJSONProvider):
    """Reads JSON as the standard has it: no NaN, no key twice, not deeper than anybody needs."""

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Return the value of a JSON text; ValueError for what is no JSON."""
        try:
            value = json.loads(s, parse_constant=_refuse_constant, object_pairs_hook=_unique)
            json.dumps(value)  # texts with half a surrogate pass loads and fail later
            _require_depth(value, DEPTH)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        return value


class MalformedError(ValueError):
    """A callback's body does not fit the callback it names."""


def install(server: Flask, app: Dash) -> None:
    """Check every callback's body on a server."""
    server.json = StrictJson(server)

    def check() -> Response | None:
        if request.path != CALLBACK or request.method != "POST":
            return None
        try:
            require_fitting(request.get_json(), app.callback_map)
        except MalformedError as error:
            return refusal(400, f"The request does not fit any callback: {error}.")
        except BadRequest:
            return refusal(400)
        return None

    server.before_request(check)


def require_fitting(body: Any, callbacks: Mapping[str, Any]) -> None:
    """Raise MalformedError unless a body names a callback and gives just what it takes."""
    if not isinstance(body, dict):
        raise MalformedError("the body must be an object")
    name = body.get("output")
    if not isinstance(name, str) or name not in callbacks:
        raise MalformedError("there is no such callback")
    known = callbacks[name]
    _require_items(body.get("inputs"), known["inputs"], "inputs")
    _require_items(body.get("state", []), known["state"], "state")
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(item, str) for item in changed):
        raise MalformedError("changedPropIds must be a list of texts")
    given = {f"{_id_text(item['id'])}.{item['property']}" for item in _flat(body["inputs"])}
    if not given.issuperset(changed):
        raise MalformedError("changedPropIds must be among the inputs")
    _require_outputs(body.get("outputs"), known.get("output"), bool(known.get("no_output")))


def _require_items(items: Any, known: Sequence[Mapping[str, Any]], what: str) -> None:
    if not isinstance(items, list) or len(items) != len(known):
        raise MalformedError(f"{what} must be a list of {len(known)}")
    for item, definition in zip(items, known, strict=True):
        several = isinstance(item, list)
        if several != _is_many(str(definition["id"])):
            raise MalformedError(f"{what} must hold one item each, or a list where ids end in ALL")
        for single in item if several else [item]:
            _require_item(single, str(definition["id"]), str(definition["property"]), what)


def _require_item(item: Any, id_text: str, prop: str, what: str) -> None:
    if not isinstance(item, dict) or item.get("property") != prop:
        raise MalformedError(f"{what} must name the properties that the callback takes")
    if not _fits(item.get("id"), id_text):
        raise MalformedError(f"{what} must name the components that the callback takes")


def _require_outputs(outputs: Any, known: Any, none: bool) -> None:
    if none:
        if outputs not in (None, []):
            raise MalformedError("this callback has no outputs")
        return
    several = isinstance(known, list | tuple)
    wanted = list(known) if several else [known]
    given = outputs if several else [outputs]
    if not isinstance(given, list) or len(given) != len(wanted):
        raise MalformedError(f"outputs must be a list of {len(wanted)}")
    for item, definition in zip(given, wanted, strict=True):
        for single in item if isinstance(item, list) else [item]:
            _require_item(_bare(single), definition.component_id_str(), _property(definition), "outputs")


def _property(definition: Any) -> str:
    return str(definition.component_property)


def _bare(output: Any) -> Any:
    """Return an output without the mark that Dash adds to a property which several callbacks write."""
    if isinstance(output, dict) and isinstance(output.get("property"), str):
        return {**output, "property": output["property"].partition("@")[0]}
    return output


def _fits(given: Any, id_text: str) -> bool:
    if not id_text.startswith("{"):
        return bool(given == id_text)
    pattern = json.loads(id_text)
    if not isinstance(given, dict) or given.keys() != pattern.keys():
        return False
    return all(_wild(part) or given[key] == part for key, part in pattern.items()) and all(
        isinstance(part, str | int | float) for part in given.values()
    )


def _wild(part: Any) -> bool:
    return isinstance(part, list) and len(part) == 1 and part[0] in WILDCARDS


def _is_many(id_text: str) -> bool:
    return id_text.startswith("{") and any(
        part in (["ALL"], ["ALLSMALLER"]) for part in json.loads(id_text).values()
    )


def _id_text(given: Any) -> str:
    return json.dumps(given, sort_keys=True, separators=(",", ":")) if isinstance(given, dict) else str(given)


def _flat(items: Sequence[Any]) -> list[Any]:
    return [single for item in items for single in (item if isinstance(item, list) else [item])]


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands twice")
    return values


def _require_depth(value: Any, left: int) -> None:
    if left == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list):
                _require_depth(item, left - 1)
