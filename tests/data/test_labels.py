import numpy as np
import pytest

from core.data.labels import code_labels
from core.errors import DataError, LimitError

EIGHT = np.arange(8)


def test_codes_follow_the_natural_order_of_the_names() -> None:
    labels = code_labels(["10", "2"], np.array([0, 1, 0, 1]), "y")
    assert labels.names == ("2", "10")
    assert labels.codes.tolist() == [1, 0, 1, 0]
    assert labels.notices == ()


def test_u16_numbers_and_truth_values_stay_classes_of_their_own_and_are_noticed() -> None:
    labels = code_labels(["1", "1.0", "True", "0"], EIGHT % 4, "y")
    assert set(labels.names) == {"0", "1", "1.0", "True"}
    assert labels.notices == ("the labels 1, 1.0, True mean one number but were kept as 3 classes",)


@pytest.mark.parametrize(("first", "second"), [("a", "a "), ("\u00e9", "e\u0301"), ("a\tb", "a b")])
def test_u16_labels_that_look_alike_are_one_class_with_a_notice(first: str, second: str) -> None:
    labels = code_labels([first, second, "other"], EIGHT % 3, "y")
    assert len(labels.names) == 2
    assert "were taken as one class" in labels.notices[0]


def test_u16_names_of_programs_are_names_of_classes() -> None:
    assert code_labels(["__proto__", "constructor"], EIGHT % 2, "y").names == ("__proto__", "constructor")


def test_one_class_only_is_refused_with_a_way_on() -> None:
    with pytest.raises(
        DataError, match=r"at least two classes; the column 'y' holds only 'a'.*without labels"
    ):
        code_labels(["a"], EIGHT * 0, "the column 'y'")


def test_as_many_classes_as_samples_are_no_classes() -> None:
    with pytest.raises(DataError, match="more samples than classes; y holds 8 classes for 8 samples"):
        code_labels(list("abcdefgh"), EIGHT, "y")


def test_too_many_classes_are_refused_by_the_limit() -> None:
    with pytest.raises(LimitError, match="at most 1,000 classes; y holds 1,001"):
        code_labels([str(code) for code in range(1001)], np.arange(2002) % 1001, "y")
