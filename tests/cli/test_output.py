import json
import math
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from core.cli.output import facts, json_text, shown, table, visible
from tests.abuse.corpus import CONTROL_TEXTS, TEXTS


@given(st.text())
def test_what_is_visible_can_be_encoded_and_steers_no_terminal(text: str) -> None:
    seen = visible(text)
    seen.encode()
    assert not {unicodedata.category(sign) for sign in seen} & {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("text", ["\u202e", "\u2066", "\x9b31m", "\x1b]0;title\x07", "\ud800", "\u2028"])
def test_signs_that_steer_are_written_as_escapes(text: str) -> None:
    assert visible(text).startswith("\\")
    assert visible(text).isascii()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan"), np.float64("inf")])
def test_numbers_that_are_none_become_null(value: float) -> None:
    assert json.loads(json_text({"a": value, "b": [value], "c": {"d": (value,)}})) == {
        "a": None,
        "b": [None],
        "c": {"d": [None]},
    }


def test_nan_in_arrays_becomes_null() -> None:
    assert json.loads(json_text({"a": np.array([1.0, np.nan])})) == {"a": [1.0, None]}


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_any_plain_value_has_a_form_in_json(value: object) -> None:
    json.loads(json_text({"value": value}))


def test_paths_and_times_have_a_form_in_json() -> None:
    document = json.loads(json_text({"path": Path("/a"), "time": datetime(2026, 1, 2, tzinfo=UTC)}))
    assert document == {"path": "/a", "time": "2026-01-02T00:00:00+00:00"}


@pytest.mark.parametrize(
    "text", [*TEXTS, *CONTROL_TEXTS, "[red]x[/red]", ":smile:", "[link=http://x]y[/link]"]
)
def test_texts_stand_in_tables_as_they_are(text: str) -> None:
    console = Console(width=1000, force_terminal=False)
    with console.capture() as captured:
        console.print(table(["id", "name"], [("1", text)], title=text))
        console.print(facts({text: text}))
    seen = captured.get()
    assert seen.count(visible(text).strip()) >= 3
    assert "\x1b" not in seen


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (math.nan, "-"),
        (True, "yes"),
        (0.12345, "0.123"),
        (0.0, "0.000"),
        (1e-9, "1e-09"),
        (12345.6, "12346"),
        (7, "7"),
        ((), "-"),
        ((1, 2), "1, 2"),
        ({"a": 1.0}, "a=1.000"),
    ],
)
def test_values_are_shown_short(value: object, text: str) -> None:
    assert shown(value) == text
