import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.export import safe_text, slug


@pytest.mark.parametrize("text", ["=1", "+1+1", "-cmd", "@x", "\tx", "\rx", "\uff1d1", " =1", "'=1", '"=1'])
def test_x9_what_begins_like_a_formula_is_prefixed(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-1.5", "+2e-3", "plain", "", -1.5, 3, None, True, "a=b"])
def test_x9_numbers_and_plain_texts_stay(value):
    assert safe_text(value) == value


@given(st.text())
def test_x8_a_slug_is_a_harmless_file_name(text):
    made = slug(text)
    assert made
    assert len(made) <= 60
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
