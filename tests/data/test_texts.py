import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.limits import LABEL_CHARACTERS, NAME_CHARACTERS
from core.data.texts import clean_description, clean_labels, clean_name, clean_text, natural_order
from core.errors import LimitError
from tests.abuse.corpus import TEXTS


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["10", "9", "1", "2"], ("1", "2", "9", "10")),
        (["1.0", "-1", "0"], ("-1", "0", "1.0")),
        (["class 10", "class 2", "Class 1"], ("Class 1", "class 2", "class 10")),
        (["b", "a", "10", "2"], ("2", "10", "a", "b")),
        (["walking", "badminton"], ("badminton", "walking")),
        (["nan", "inf", "1"], ("1", "inf", "nan")),
        (["²", "x2", "x10"], ("x2", "x10", "²")),
    ],
)
def test_names_are_sorted_as_people_sort_them(names: list[str], ordered: tuple[str, ...]) -> None:
    assert natural_order(names) == ordered


@given(st.lists(st.text(max_size=20), max_size=8))
def test_natural_order_keeps_all_names_and_does_not_depend_on_their_order(names: list[str]) -> None:
    ordered = natural_order(names)
    assert sorted(ordered) == sorted(names)
    assert natural_order(reversed(names)) == ordered


@given(st.text(max_size=400))
def test_cleaned_texts_hold_no_control_characters_and_stay_as_they_are(text: str) -> None:
    cleaned = clean_text(text)
    assert not {"Cc", "Cs"} & {unicodedata.category(sign) for sign in cleaned}
    assert "\u202e" not in cleaned
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize("text", TEXTS)
def test_u15_hostile_names_are_kept_as_bounded_text(text: str) -> None:
    name = clean_name(text)
    assert 1 <= len(name) <= NAME_CHARACTERS
    assert name == name.strip()


def test_u15_an_empty_name_gets_a_word() -> None:
    assert clean_name("  \r\n ") == "untitled"


def test_long_labels_are_refused_and_not_cut_into_each_other() -> None:
    assert clean_labels(["x" * LABEL_CHARACTERS], "class") == ("x" * LABEL_CHARACTERS,)
    with pytest.raises(LimitError, match="at most 300 characters; number 2 has 301"):
        clean_labels(["a", "x" * 301], "class")


def test_descriptions_keep_their_lines() -> None:
    assert clean_description("one\r\ntwo\x07") == "one\ntwo\ufffd"
