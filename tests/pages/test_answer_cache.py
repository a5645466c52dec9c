"""What the cache of answers keeps: so many, so large, each computed once."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from core.attention.fields import SampleFields
from dashboard.services.cache import MEGABYTE, AnswerCache, bytes_of


@dataclass(frozen=True)
class Answer:
    """An answer as services give it."""

    values: np.ndarray
    names: tuple[str, ...] = ()
    more: dict[str, np.ndarray] = field(default_factory=dict)


def answer(megabytes: float) -> Answer:
    return Answer(np.zeros(int(megabytes * MEGABYTE), np.uint8))


def test_large_answers_push_the_oldest_out_before_there_are_many():
    cache = AnswerCache(48, megabytes=10)
    for key in "abc":
        cache.get(key, lambda: answer(4))
    assert len(cache) == 2
    asked = []
    for key in "cba":
        cache.get(key, lambda key=key: asked.append(key) or answer(1))
    assert asked == ["a"]


def test_the_last_answer_is_kept_however_large_it_is():
    cache = AnswerCache(48, megabytes=1)
    large = cache.get("large", lambda: answer(3))
    assert cache.get("large", lambda: None) is large
    cache.get("small", lambda: answer(0.1))
    assert len(cache) == 1


def test_small_answers_are_bounded_by_their_number():
    cache = AnswerCache(3, megabytes=10)
    for key in range(9):
        cache.get(str(key), lambda: answer(0.001))
    assert len(cache) == 3
    cache.clear()
    assert len(cache) == 0
    cache.get("again", lambda: answer(9.9))
    assert len(cache) == 1


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        (np.zeros(1000), 8000, 8000),
        (Answer(np.zeros(1000), ("x" * 500,) * 10), 8500, 10_000),
        (Answer(np.zeros(10), more={"a": np.zeros(1000), "b": np.zeros(1000)}), 16_000, 17_500),
        (tuple(f"sample {place:9}" for place in range(100_000)), 6_000_000, 9_000_000),
        ([shared := np.zeros(1000), shared, shared], 8000, 8300),
    ],
)
def test_an_answer_weighs_what_its_arrays_and_texts_take(value, least, most):
    assert least <= bytes_of(value) <= most


def test_what_is_mapped_from_a_file_weighs_nothing(tmp_path):
    np.save(tmp_path / "weights.npy", np.zeros(1000))
    mapped = np.load(tmp_path / "weights.npy", mmap_mode="r")
    assert bytes_of(mapped) == bytes_of(mapped[10:20]) == 0


def test_weighing_computes_no_field_that_nobody_asked_for(known_fields):
    bytes_of(known_fields)
    assert not known_fields._kept


@pytest.fixture
def known_fields() -> SampleFields:
    """Return the fields of drawn predictions, none of them asked for."""
    from core.attention.fields import FieldSources
    from tests.attention.constructed import drawn_labels
    from tests.pages.known_runs import dataset_of

    labels = drawn_labels(5)
    data = dataset_of(np.zeros(5, np.int64), np.zeros(5, np.int8), ("a", "b"), "five")
    return SampleFields(FieldSources(labels, np.zeros(5, np.int8), data, None))
