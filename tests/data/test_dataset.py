import re
from dataclasses import replace

import numpy as np
import pytest

from core.data import limits
from core.data.content import content_hash
from core.data.dataset import Dataset, row_chunks
from core.data.soundness import sound
from core.errors import DataError, LimitError, ShapeError
from tests.data.datasets import ragged, tiny


def test_a_dataset_knows_its_sizes() -> None:
    dataset = tiny(12, 5, 2)
    assert (dataset.samples, dataset.steps, dataset.channel_count, dataset.labelled) == (12, 5, 2, True)
    assert dataset.positive() == 1
    assert ragged([1, 3]).mask().tolist() == [[True, False, False], [True, True, True]]


@pytest.mark.parametrize(
    "changes",
    [
        {"lengths": np.ones(3, dtype=np.int64)},
        {"sample_ids": np.array(["a"])},
        {"targets": {"label": np.zeros(2, dtype=np.int64)}},
        {"channels": ("one",)},
        {"step_labels": ("0",)},
        {"classes": {}},
        {"series": np.zeros((12, 5), dtype=np.float32)},
    ],
)
def test_fields_that_do_not_fit_each_other_are_refused(changes: dict) -> None:
    with pytest.raises(ShapeError):
        tiny(**changes)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_with_count_and_first_place(value: float) -> None:
    series = tiny().series.copy()
    series[7, 3, 1] = value
    series[9, 0, 0] = value
    with pytest.raises(DataError, match=r"2 are NaN or infinite.*sample 7 .*step 3, channel channel 1"):
        sound(tiny(series=series))


def test_what_stands_behind_the_end_of_a_sample_is_set_to_zero() -> None:
    dirty = tiny(lengths=np.array([3] * 12))
    clean = sound(dirty)
    assert (clean.series[:, 3:] == 0).all()
    assert (dirty.series[:, 3:] != 0).any()
    nan_behind = dirty.series.copy()
    nan_behind[:, 4] = np.nan
    assert content_hash(sound(replace(dirty, series=nan_behind))) == content_hash(clean)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lengths": np.array([0] + [5] * 11)}, "lengths must lie between 1 and 5"),
        ({"lengths": np.array([6] + [5] * 11)}, "sample 0 has 6"),
        ({"targets": {"label": np.full(12, 3)}}, "class codes"),
        ({"targets": {"label": np.full(12, -1)}}, "class codes"),
        ({"sample_ids": np.array(["a"] * 12)}, "unique"),
        ({"channels": ("a", "a")}, "channel names must differ"),
        ({"parts": np.full(12, 3, dtype=np.int8)}, "parts must be"),
        ({"groups": {"left": (0, 2)}}, "group 'left'"),
        ({"classes": {"label": ("a", "a", "b")}}, "class names"),
        ({"series": tiny().series.astype(np.float64)}, "float32"),
    ],
)
def test_contents_that_make_no_sense_are_refused(changes: dict, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        sound(tiny(**changes))


def test_more_than_the_limits_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.soundness.CELLS", 100)
    with pytest.raises(LimitError, match="at most 100 values; got 120"):
        sound(tiny())


def test_limits_are_those_of_the_documentation() -> None:
    assert (limits.COLUMNS, limits.CLASSES, limits.CELLS) == (4_096, 1_000, 200_000_000)
    assert (limits.NPZ_MEMBERS, limits.NPZ_RATIO) == (64, 200)


@pytest.mark.parametrize(
    "changes",
    [
        {"series": tiny().series + 1},
        {"lengths": np.array([4] + [5] * 11)},
        {"targets": {"label": np.zeros(12, dtype=np.int64)}},
        {"classes": {"label": ("class 0", "class 1", "other")}},
        {"channels": ("a", "b")},
        {"sample_ids": np.arange(12).astype(str)},
        {"step_labels": ("a", "b", "c", "d", "e")},
        {"step_name": "day"},
        {"groups": {"both": (0, 1)}},
        {"parts": np.zeros(12, dtype=np.int8)},
    ],
)
def test_the_hash_covers_every_array_and_name(changes: dict) -> None:
    assert content_hash(tiny(**changes)) != content_hash(tiny())


def test_the_hash_leaves_out_what_people_call_a_dataset() -> None:
    assert content_hash(tiny(name="other", description="x", origin={"file": "y"})) == content_hash(tiny())


def test_the_hash_does_not_depend_on_the_chunks_it_is_computed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = content_hash(tiny())
    monkeypatch.setattr("core.data.dataset.CHUNK_CELLS", 7)
    assert content_hash(tiny()) == whole


def test_chunks_cover_all_rows_once() -> None:
    rows = [index for part in row_chunks(10, 10**9) for index in range(part.start, part.stop)]
    assert rows == list(range(10))


def test_an_unknown_target_is_answered_with_those_there_are() -> None:
    with pytest.raises(DataError, match="its targets: label"):
        tiny().require_target("fault")
    with pytest.raises(DataError, match="unlabelled"):
        tiny(targets={}, classes={}).positive()


def test_a_dataset_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        tiny().name = "x"  # type: ignore[misc]
    assert isinstance(tiny(), Dataset)
