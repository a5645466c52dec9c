import html
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation import Predictions, confusion
from core.figures import clean, confusion_figure, plain
from core.figures.text import counted, number, percent, shorten


@settings(deadline=None)
@given(st.text())
def test_no_text_is_markup_formula_or_placeholder(text):
    made = plain(text)
    assert not set(made) & set("<>${}\n\r\t")
    assert html.unescape(made) == clean(text, 40)
    assert len(clean(text, 40)) <= 40


@pytest.mark.parametrize(
    ("given_text", "printed"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("$a$", "&#36;a&#36;"),
        ("%{x}", "%&#123;x&#125;"),
        ("&lt;", "&amp;lt;"),
        ("a\n\tb", "a b"),
        ("\u202eabc\x00", "abc"),
        ("\u6e29\u5ea6", "\u6e29\u5ea6"),
        (7, "7"),
    ],
)
def test_signs_that_plotly_reads_become_plain(given_text, printed):
    assert plain(given_text) == printed


def test_long_names_end_in_an_ellipsis():
    assert plain("x" * 300, 10) == "x" * 9 + "\u2026"
    assert shorten("short", 10) == "short"


def test_numbers_are_printed_as_they_are_read():
    assert percent(0.9467) == "94.7 %"
    assert number(0.04213) == "0.0421"
    assert counted(1, "sample") == "1 sample"
    assert counted(1500, "class") == "1,500 classes"


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(), min_size=2, max_size=3))
def test_no_class_name_breaks_a_figure(names):
    made = confusion(Predictions([0, 1], [[0.9, 0.1], [0.2, 0.8]], ("a", "b")))
    named = type(made)(made.counts, tuple(names[:2]), made.provenance)
    json.loads(confusion_figure(named).to_json())
