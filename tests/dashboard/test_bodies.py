import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.bodies import MalformedError, require_fitting

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=10,
)
parts = st.sampled_from(["output", "outputs", "inputs", "state", "changedPropIds"])


def post(client, data):
    text = data if isinstance(data, bytes | str) else json.dumps(data)
    return client.post("/_dash-update-component", data=text, content_type="application/json")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"x"',
        b"1",
        b"nonsense",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'"\\ud800"',
        b'{"a":' * 50_000,
        b'{"output": NaN}',
        b'{"output": Infinity}',
        b'{"output": "x", "output": "y"}',
        b"9" * 1_900_000,
        b'{"output": null}',
        b'{"output": ["view.data"]}',
        b'{"output": "nobody.children"}',
        b'{"output": {"a": 1}}',
        b'{"output": "view.data"}',
        b'{"output": "__proto__"}',
    ],
    ids=lambda text: repr(text[:24]),
)
def test_r1_r5_a_malformed_body_is_a_clients_error(client, text):
    answer = post(client, text)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


CHANGES = {
    "no inputs": {"inputs": []},
    "inputs are none": {"inputs": None},
    "inputs are a mapping": {"inputs": {}},
    "another component": {"inputs": [{"id": "view", "property": "n_intervals"}]},
    "another property": {"inputs": [{"id": "tick", "property": "interval"}]},
    "an input too many": {"inputs": [{"id": "tick", "property": "n_intervals"}] * 2},
    "a list for one": {"inputs": [[{"id": "tick", "property": "n_intervals"}]]},
    "an id that is a list": {"inputs": [{"id": ["tick"], "property": "n_intervals"}]},
    "no state": {"state": []},
    "state of another": {
        "state": [{"id": "theme", "property": "data"}, {"id": "library", "property": "data"}]
    },
    "no outputs": {"outputs": []},
    "outputs are none": {"outputs": None},
    "another output": {"outputs": [{"id": "view", "property": "data"}] * 4},
    "changed is a text": {"changedPropIds": "tick.n_intervals"},
    "changed is foreign": {"changedPropIds": ["view.data"]},
    "changed holds numbers": {"changedPropIds": [1]},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_r5_a_body_that_does_not_fit_its_callback_is_refused(client, body, change):
    assert post(client, {**body, **change}).status_code == 400


@settings(max_examples=150, deadline=None)
@given(plain)
def test_r5_random_json_is_never_a_servers_error(app, value):
    assert post(app.server.test_client(), value).status_code == 400


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_r5_every_callback_withstands_random_parts(app, data):
    name = data.draw(st.sampled_from(sorted(app.callback_map)))
    body = {
        "output": name,
        "inputs": data.draw(plain),
        "state": data.draw(plain),
        "outputs": data.draw(plain),
    }
    body[data.draw(parts)] = data.draw(plain)
    assert post(app.server.test_client(), body).status_code < 500


@settings(max_examples=60, deadline=None)
@given(plain, plain)
def test_r5_known_inputs_with_any_value_are_never_a_servers_error(app, body_of, one, other):
    client = app.server.test_client()
    for name in (
        next(name for name in app.callback_map if name.startswith("..context-dataset")),
        ".._pages_content.children..._pages_store.data..",
    ):
        assert post(client, body_of(name, one, other)).status_code < 500


@pytest.fixture(scope="session")
def body_of(app):
    def make(name, *values):
        known = app.callback_map[name]
        return {
            "output": name,
            "outputs": [
                {"id": out.component_id, "property": out.component_property} for out in known["output"]
            ],
            "inputs": [{**item, "value": value} for item, value in zip(known["inputs"], values, strict=True)],
            "state": [],
            "changedPropIds": [],
        }

    return make


WILD = {
    "a.children": {
        "inputs": [{"id": '{"job":["ALL"],"type":"x"}', "property": "n_clicks"}],
        "state": [],
        "no_output": True,
    }
}


@pytest.mark.parametrize(
    ("ids", "fits"),
    [
        ([{"job": "a", "type": "x"}], True),
        ([], True),
        ([{"job": "a", "type": "y"}], False),
        ([{"job": "a"}], False),
        ([{"job": ["a"], "type": "x"}], False),
        (["x"], False),
    ],
)
def test_ids_of_patterns_must_fit_their_pattern(ids, fits):
    items = [[{"id": identifier, "property": "n_clicks", "value": 1} for identifier in ids]]
    given_body = {"output": "a.children", "inputs": items}
    if fits:
        require_fitting(copy.deepcopy(given_body), WILD)
    else:
        with pytest.raises(MalformedError):
            require_fitting(given_body, WILD)


def test_r5_one_item_in_place_of_a_list_is_refused():
    item = {"id": {"job": "a", "type": "x"}, "property": "n_clicks", "value": 1}
    with pytest.raises(MalformedError, match="a list where ids end in ALL"):
        require_fitting({"output": "a.children", "inputs": [item]}, WILD)
