import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SettingsError
from core.expressions import (
    LONGEST,
    Members,
    Names,
    Numbers,
    Texts,
    Truths,
    chosen,
    in_quotes,
    joined,
    narrowed,
    parse,
    quoted,
    toggled,
    without,
)

HOSTILE = '<b>"x\\"</b> __proto__ and or'
COLUMNS = {
    "sample": Numbers(np.arange(5)),
    "outcome": Names(np.array([0, 1, 2, 3, -1]), ("TP", "TN", "FP", "FN"), {"wrong": 3}),
    "class": Names(np.array([0, 1, 0, 1, 1]), ("a", HOSTILE)),
    "predicted": Names(np.array([0, 1, 1, 0, 1]), ("a", HOSTILE)),
    "late": Numbers(np.array([0.1, 0.2, 0.6, 0.9, np.nan])),
    "early": Numbers(np.array([0.9, 0.2, 0.3, 0.1, np.nan])),
    "pattern": Names(np.array([0, 1, 2, 2, 4]), ("early", "middle", "late", "evenly distributed", "mixed")),
    "correct": Truths(np.array([1, 1, 0, 0, -1])),
    'meta["site"]': Texts(np.array(list("ABCAB"))),
    'meta["age"]': Numbers(np.array([1.0, 2, 3, -4, 5])),
    'meta["ward"]': Texts(np.array(["a", "", "b", "missing", ""])),
    'meta["at"]': Numbers(np.array(["NaT", *["2026-01-01"] * 4], "datetime64[D]")),
    "cohort": Members(("late FPs",), lambda name: np.arange(5) == 2),
}


def fitting(text: str) -> list[int]:
    return np.flatnonzero(parse(text).evaluate(COLUMNS)).tolist()


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("outcome == FP and late > 0.5", [2]),
        ("outcome = fp", [2]),
        ("outcome = wrong", [3]),
        ("late >= 60 %", [2, 3]),
        ("60% <= late", [2, 3]),
        ("0.1 < late <= 0.6", [1, 2]),
        ("late > early", [2, 3]),
        ("late != 0.1", [1, 2, 3]),
        ("not (late == 0.1)", [1, 2, 3]),
        ("late not in (0.1, 0.2)", [2, 3]),
        ("late == missing", [4]),
        ("late != missing and early < 0.25", [1, 3]),
        ("outcome in (TP, missing)", [0, 4]),
        ("outcome not in (TP, missing)", [1, 2, 3]),
        ("missing == correct", [4]),
        ('meta["ward"] == missing', [3]),
        ('meta["ward"] == ""', [1, 4]),
        ('meta["ward"] != a', [2, 3]),
        ("meta[ward] == meta[site]", []),
        ('meta["ward"] == "missing"', [3]),
        ("not (outcome != TP or late > 0.05)", []),
        ("late > 0.5 or sample >= 4", [2, 3, 4]),
        ("meta[at] == missing", [0]),
        ("outcome in (TP, 'FN')", [0, 3]),
        ("outcome not in [TP, FN]", [1, 2]),
        ("sample in (4)", [4]),
        ("sample in (1, 3, 99)", [1, 3]),
        ("correct", [0, 1]),
        ("not correct", [2, 3]),
        ("correct == false", [2, 3]),
        ("not (not correct)", [0, 1]),
        ("class == predicted", [0, 1, 4]),
        ("class != predicted", [2, 3]),
        (f"class == {in_quotes(HOSTILE)}", [1, 3, 4]),
        ("pattern == late", [2, 3]),
        ('pattern == "evenly distributed"', []),
        ("late == pattern", [2, 3]),
        ('meta["site"] == "A" or meta[site] = B', [0, 1, 3, 4]),
        ("meta['age'] == -4", [3]),
        ('cohort == "late FPs"', [2]),
        ('cohort != "late FPs" and correct', [0, 1]),
        ("NOT outcome == FP AND late < 1", [0, 1, 3]),
        ("outcome=FP|outcome=TP&late<.5", [0, 2]),
        ("! correct && late ≥ 0.9", [3]),
        ("\n outcome\t==\nFP ", [2]),
    ],
)
def test_a_condition_chooses_the_samples_it_says(text: str, samples: list[int]) -> None:
    assert fitting(text) == samples
    assert fitting(parse(text).text) == samples
    assert parse(parse(text).text).text == parse(text).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must say something"),
        ("x" * (LONGEST + 1), f"at most {LONGEST} characters; got {LONGEST + 1}"),
        ("lat > 1", r"got 'lat' at character 1 \(did you mean late\?\)$"),
        (
            'meta["sit"] == A',
            r"meta\[...\] must be one of site, age, ward, at; got 'sit' \(did you mean site\?\)",
        ),
        ('meta["x"] == 1', r"must be one of site, age, ward, at; got 'x' at character 1$"),
        ("FP", r"got 'FP' at character 1 \(did you mean outcome == FP\?\)$"),
        ("fp and late > 1", r"did you mean outcome == FP"),
        ("a", r"did you mean class == a\?"),
        ("middle", r"did you mean pattern == middle\?"),
        ("late", r"got it alone at character 1 \(did you mean pattern == late\?\)$"),
        ("garbage", r"Fields are outcome, class, .* and others: the guide .* tells all$"),
        ("nothing", "compare a field"),
        ("1 < 2", "compare a field"),
        ("outcome == XP", r"outcome must be one of TP, TN, FP, FN, wrong; got 'XP'"),
        ("cohort == missing", "cohort must be one of late FPs; got 'missing'"),
        ("late > missing", "late is a number"),
        ("cohort == late", r"cohort must be one of late FPs; got 'late'"),
        ('meta["site"] == Z', "one of A, B, C; got 'Z'"),
        ("class > a", "class is no number"),
        ("late == high", "late is a number and must be compared with one; got 'high' at character 9"),
        ("late == outcome", "outcome must be one of"),
        ("late in (1, a)", "late is a number"),
        ("late", "must be compared with something"),
        ("correct == perhaps", "one of true, false"),
        ("class == late", "class must be one of a, "),
        ("outcome ==", "it ends too early"),
        ("(late > 1", "1 that stay open"),
        ("late > 1)", "1 that close nothing"),
        ("true positive == 1", "stands in quotes; got 'true positive == 1' at character 1"),
        ("class == 'a", "must end with its quote; got only one ' at character 10"),
        ("late > 1; late", "';' at character 9"),
        ("late.real > 1", "'.' at character 5"),
        ("sample in ()", "at least one"),
        ("__import__('os')", "does not fit"),
        ("late[0]() > 1", "does not fit"),
        ("late[early]", "got 'late"),
        ("[1]", "does not fit"),
        ("(late, early) == 1", "does not fit"),
        ("- - 1 < late", "does not fit"),
        ("late > -a", "does not fit"),
        ("late > 1 > (late > 2)", "does not fit"),
        ("outcome == FP, late > 1", "does not fit"),
        ("(" * 40 + "correct" + ")" * 40, "at most 24 brackets"),
        ("not " * 40 + "correct", "at most 24 brackets"),
        ("!" * 950 + 'correct and id in ("' + "," * 900 + '")', "at most 24 brackets"),
        ("class == \x00", "x00' at character 10"),
        ("1" * 1500 + "_", "a sign or a word between"),
    ],
)
def test_a_condition_that_can_not_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        fitting(text)


def test_a_condition_tells_which_fields_it_may_need() -> None:
    expression = parse('outcome == FP and meta[site] == "late"')
    assert expression.names == {"outcome", "FP", 'meta["site"]'}
    assert len(expression.parts) == 2


def test_only_fields_that_are_named_are_asked_for() -> None:
    class Lazy(dict[str, Numbers]):
        def __getitem__(self, name: str) -> Numbers:
            asked.append(name)
            return super().__getitem__(name)

    asked: list[str] = []
    parse("late > 0.5").evaluate(Lazy({name: Numbers(np.zeros(2)) for name in ("late", "early")}))
    assert asked == ["late"]


def test_a_part_of_a_condition_is_put_in_the_place_of_another() -> None:
    assert narrowed("", "pattern == late and outcome == FP") == "pattern == late and outcome == FP"
    assert narrowed("outcome == TP and late > 0.5", "outcome == FP") == "late > 0.5 and outcome == FP"
    assert narrowed("outcome == TP or late > 0.5", "late < 1") == "(outcome == TP or late > 0.5) and late < 1"
    assert without("outcome == TP and late > 0.5", "outcome") == "late > 0.5"
    assert without("outcome == TP", "outcome") == ""
    assert joined("late > 1", " ", "outcome == TP", "late > 1") == "late > 1 and outcome == TP"


def test_a_name_is_added_and_taken_away() -> None:
    one = toggled("late > 0.5", "pattern", "evenly distributed")
    assert one == 'late > 0.5 and pattern == "evenly distributed"'
    two = toggled(one, "pattern", "late")
    assert chosen(two, "pattern") == ("evenly distributed", "late")
    assert toggled(toggled(two, "pattern", "late"), "pattern", "evenly distributed") == "late > 0.5"
    assert chosen("", "pattern") == ()
    assert chosen("pattern != late", "pattern") == ()


COMPARISONS = [
    *("outcome == FP", "outcome != FP", "outcome in (TP, FN)", "late > 0.5", "late <= early", "correct"),
    *("class == predicted", "outcome == missing", "late not in (0.1, missing)", 'meta["ward"] != a'),
]
conditions = st.recursive(
    st.sampled_from(COMPARISONS),
    lambda inner: st.one_of(
        inner.map(lambda part: f"not ({part})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]}) and ({parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]}) or ({parts[1]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=40)
@given(conditions, conditions)
def test_a_sample_without_a_value_meets_neither_a_condition_nor_its_opposite(one: str, other: str) -> None:
    yes, no = set(fitting(one)), set(fitting(f"not ({one})"))
    assert not yes & no
    assert fitting(f"not (not ({one}))") == sorted(yes)
    assert fitting(f"not (({one}) and ({other}))") == fitting(f"not ({one}) or not ({other})")
    assert fitting(f"not (({one}) or ({other}))") == fitting(f"not ({one}) and not ({other})")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("outcome != FP", "not (outcome == FP)"),
        ("late != 0.1", "not (late == 0.1)"),
        ("class != predicted", "not (class == predicted)"),
        ("outcome not in (TP, FN)", "not (outcome in (TP, FN))"),
        ("outcome not in (TP, FN)", "outcome != TP and outcome != FN"),
        ("late not in (0.1, missing)", "not (late in (0.1, missing))"),
        ("late != missing", "not (late == missing)"),
        ("correct == false", "not correct"),
    ],
)
def test_two_ways_to_say_the_opposite_mean_the_same(short: str, long: str) -> None:
    assert fitting(short) == fitting(long)


@given(st.text(max_size=120))
def test_any_name_survives_its_quotes(name: str) -> None:
    assert parse(f"class == {quoted(name)}").root.rights[0].text == name  # type: ignore[union-attr]
    assert parse(f"class == {in_quotes(name)}").text == f"class == {in_quotes(name)}"


@given(st.text(max_size=60) | st.text(alphabet=string.printable + "≤≠", max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        parse(text).evaluate(COLUMNS)
    except SettingsError as error:
        assert str(error)  # noqa: PT017 - either way is right


@given(
    st.lists(
        st.sampled_from(
            [
                "outcome",
                "late",
                "class",
                "FP",
                "==",
                "in",
                "and",
                "or",
                "not",
                "(",
                ")",
                ",",
                "0.5",
                "'a'",
                "-",
                "[",
            ]
        ),
        max_size=14,
    )
)
def test_any_order_of_pieces_is_read_or_refused_in_words(pieces: list[str]) -> None:
    try:
        found = parse(" ".join(pieces))
        again = parse(found.text)
        assert found.evaluate(COLUMNS).tolist() == again.evaluate(COLUMNS).tolist()
    except SettingsError as error:
        assert str(error)  # noqa: PT017 - either way is right
