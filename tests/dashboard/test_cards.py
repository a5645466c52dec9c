import pytest

from dashboard.components.cards import head_row, outcome_badge


@pytest.mark.parametrize(
    ("outcome", "look"),
    [("TP", "tp"), ("FN", "fn"), ("right", "tp"), ("wrong", "fn"), ("unknown", "")],
)
def test_a_badge_has_the_colour_of_its_outcome_or_of_right_and_wrong(outcome, look):
    badge = outcome_badge(outcome)
    assert (badge.children, badge.className) == (outcome, f"badge-outcome {look}".strip())


def test_headings_stand_on_the_side_of_the_numbers_below():
    head = head_row(("Head", "Entropy"), ("Entropy",), {"Entropy": "1 = even"})
    told = [(each.children, each.className, each.title) for each in head.children]
    assert told == [("Head", "", ""), ("Entropy", "number", "1 = even")]
