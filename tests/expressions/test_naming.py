import pytest

from core.expressions import in_quotes, named, parse, renamed, unnamed

HOSTILE = 'a "b" \\ <c>'


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("", ()),
        ("late > 50% and class == cohort_1", ()),
        ("cohort == a", ("a",)),
        ('not (correct or cohort in (a, "b c")) and cohort != a', ("a", "b c")),
        ("a == cohort and cohort == late", ("a", "late")),
        (f"cohort == {in_quotes(HOSTILE)}", (HOSTILE,)),
        ('class == "cohort"', ()),
    ],
)
def test_names_beside_a_field_are_found_wherever_they_stand(where, names):
    assert named(where, "cohort") == names


@pytest.mark.parametrize(
    ("where", "now"),
    [
        ("late > 50%", "late > 50%"),
        ("class == a", "class == a"),
        ("cohort==a  and late>0", 'cohort == "b c" and late > 0'),
        (
            "not (correct or cohort in (x, a)) and class == a",
            'not (correct or cohort in (x, "b c")) and class == a',
        ),
        ("a == cohort", '"b c" == cohort'),
    ],
)
def test_a_name_is_changed_beside_its_field_alone(where, now):
    assert renamed(where, "cohort", "a", "b c") == now
    assert parse(now)


def test_any_name_can_take_the_place_of_another():
    assert named(renamed("cohort == a", "cohort", "a", HOSTILE), "cohort") == (HOSTILE,)


@pytest.mark.parametrize(
    ("where", "rest"),
    [
        ("cohort == a", ""),
        ("late > 50%  and correct", "late > 50%  and correct"),
        ("late > 50% and (correct or cohort == a) and cohort == b", "late > 50% and cohort == b"),
    ],
)
def test_parts_that_name_something_are_left_out(where, rest):
    assert unnamed(where, "cohort", "a") == rest
