from types import SimpleNamespace

import numpy as np
import pytest

from core.attention.pair_groups import pair_groups
from core.figures.pair_groups import pair_groups_figure
from core.results import Provenance


def measures(agreement, ab, ba):
    entropies = np.array([ab, ba])
    return SimpleNamespace(
        values=lambda _: np.array(agreement), entropy=lambda direction: entropies[direction]
    )


def grouped(agreement, ab, ba, actual, predicted, classes=("no", "yes")):
    labels = SimpleNamespace(actual=np.array(actual), predicted=np.array(predicted), classes=classes)
    return pair_groups(measures(agreement, ab, ba), labels, ("a", "b"), Provenance("pairs"))


def test_correct_incorrect_and_classes_are_counted_without_unknown_ones():
    found = grouped([0.1] * 6, [0.5] * 6, [0.5] * 6, [0, 0, 1, 1, 1, -1], [0, 1, 1, 1, 0, 0])
    assert [(group.name, group.count) for group in found.of("prediction")] == [
        ("correct", 3),
        ("incorrect", 2),
    ]
    assert [(group.name, group.count) for group in found.of("class")] == [("no", 2), ("yes", 3)]


def test_groups_that_differ_in_one_value_differ_in_that_one_alone():
    actual, predicted = [0] * 40, [0] * 20 + [1] * 20
    rng = np.random.default_rng(0)
    same = rng.random(40)
    found = grouped([*(0.5 + same[:20]), *(-0.9 + 0.1 * same[20:])], same, same[::-1], actual, predicted)
    verdicts = {test.value: test.verdict for test in found.tests if test.by == "prediction"}
    assert verdicts["agreement"] == "a difference"
    assert verdicts["entropy_ab"] == "no evidence of a difference"
    (agreement,) = [test for test in found.tests if (test.by, test.value) == ("prediction", "agreement")]
    assert agreement.effect == pytest.approx(1)
    assert agreement.p_adjusted >= agreement.p
    assert {test.verdict for test in found.tests if test.by == "class"} == {"not testable here"}


def test_even_maps_are_left_out_of_agreement_and_counted():
    agreement = [np.nan, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3, np.nan]
    found = grouped(agreement, [0.5] * 8, [0.5] * 8, [0, 0, 0, 0, 1, 1, 1, 1], [0] * 8)
    counts = {(test.by, test.value): test.counts for test in found.tests}
    assert counts["class", "agreement"] == (3, 3)
    assert counts["class", "entropy_ab"] == (4, 4)


def test_three_classes_are_tested_together():
    found = grouped(
        np.arange(12) / 12, [0.5] * 12, np.arange(12), np.arange(12) // 4, [0] * 12, ("x", "y", "z")
    )
    (test,) = [test for test in found.tests if (test.by, test.value) == ("class", "agreement")]
    assert (test.test, test.counts, test.verdict) == ("Kruskal-Wallis", (4, 4, 4), "a difference")
    assert 0 < test.effect <= 1


def test_a_picture_of_many_classes_draws_the_largest_and_says_so_under_it_too():
    actual = np.repeat(np.arange(15), np.arange(1, 16))
    few = np.zeros(len(actual))
    found = grouped(few, few, few, actual, actual, tuple(f"c{code}" for code in range(15)))
    figure = pair_groups_figure(found)
    assert "; the 12 largest of 15 classes" in figure.layout.title.subtitle.text
    assert figure.layout.meta["scale"].endswith("; the 12 largest of 15 classes")
    drawn = figure.layout.yaxis.categoryarray
    assert [name.split()[1] for name in drawn if name.startswith("class")] == [
        f"c{code}" for code in range(3, 15)
    ]
    whole = pair_groups_figure(grouped(few, few, few, actual % 2, actual % 2))
    assert "largest" not in whole.layout.meta["scale"] + whole.layout.title.subtitle.text
