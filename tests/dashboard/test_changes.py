"""What a callback changes of the view: its keys alone, with those that they depend on."""

import json

import plotly.utils
import pytest
from dash import Dash
from dash._callback_context import context_value
from dash._utils import AttributeDict

from dashboard.components.controls import change
from dashboard.components.view import ViewState

VIEW = ViewState(dataset="abcdefgh1234", run="bbbbbbbb1234", cohort="a", sample=3, where="late > 0")


@pytest.fixture
def sent(app: Dash):
    """Return what a callback has sent so far as operations on the store of changes: where, and what."""
    context = AttributeDict(updated_props={})
    before = context_value.set(context)

    def operations() -> list[tuple[str, dict]]:
        patch = json.loads(
            json.dumps(context.updated_props["view-changes"]["data"], cls=plotly.utils.PlotlyJSONEncoder)
        )
        return [(step["location"][0], step["params"]["value"]) for step in patch["operations"]]

    with app.server.test_request_context("/"):
        yield operations
    context_value.reset(before)


@pytest.mark.parametrize(
    ("values", "plain", "of"),
    [
        ({"cohort": "b", "where": ""}, {"cohort": "b", "where": None}, {"dataset", "run"}),
        (
            {"sample": 5, "edits": "zero:0-2"},
            {"sample": 5, "edits": "zero:0-2"},
            {"dataset", "run", "sample"},
        ),
        ({"dataset": None}, {"dataset": None}, {"dataset"}),
        ({"models": ["lstm"], "experiment": "odd!"}, {"models": ["lstm"], "experiment": None}, set()),
    ],
)
def test_only_the_keys_that_change_travel_with_what_they_depend_on(sent, values, plain, of):
    change(VIEW, **values)
    ((_, told),) = sent()
    assert told == {"of": {key: VIEW.plain().get(key) for key in of}, "values": plain}


def test_a_change_that_follows_from_what_was_says_that_and_how_to_ask_again(sent):
    change(VIEW, again={"narrow": {"toggle": "correct"}}, where="late > 0 and correct")
    ((_, told),) = sent()
    assert (told["was"], told["again"]) == ({"where": "late > 0"}, {"narrow": {"toggle": "correct"}})


def test_a_cohort_that_was_made_or_renamed_travels_with_the_change(sent):
    change(VIEW, moved={"was": "a", "now": "b"}, cohort="b")
    ((_, told),) = sent()
    assert (told["cohort"], told["values"]) == ({"was": "a", "now": "b"}, {"cohort": "b"})


def test_two_changes_of_one_callback_both_travel(sent):
    change(VIEW, cohort="b")
    change(VIEW, sample=5)
    names = [name for name, _ in sent()]
    assert [told["values"] for _, told in sent()] == [{"cohort": "b"}, {"sample": 5}]
    assert len(set(names)) == 2
    assert not any(name.isdecimal() for name in names)  # the browser would sort those before others
