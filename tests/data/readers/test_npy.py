from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.data.stored import blocks
from core.errors import DataError, HeedError, LimitError
from tests.data.datasets import npy

X = np.arange(240, dtype=np.float64).reshape(12, 10, 2)


def read(path: Path, **chosen: str) -> Dataset:
    return sound(READERS.create("npy", chosen).read(path, Desk(Path(mkdtemp(dir=path.parent)))))


def saved(tmp_path: Path, array: np.ndarray) -> Path:
    np.save(tmp_path / "a.npy", array)
    return tmp_path / "a.npy"


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["<f4", ">f8", "i2", "?"])
def test_an_array_is_read_as_unlabelled_series(tmp_path: Path, kind: str, order: str) -> None:
    values = np.array(X % 100, dtype=kind, order=order)  # type: ignore[call-overload]
    dataset = read(saved(tmp_path, values))
    np.testing.assert_array_equal(dataset.series, values.astype(np.float32))
    assert not dataset.labelled
    turned = np.array((X % 100).transpose(0, 2, 1), dtype=kind, order=order)  # type: ignore[call-overload]
    np.testing.assert_array_equal(read(saved(tmp_path, turned), axes="N C T").series, dataset.series)


def test_two_axes_are_one_channel(tmp_path: Path) -> None:
    assert read(saved(tmp_path, X[:, :, 0])).series.shape == (12, 10, 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=3), st.integers(1, 40))
def test_blocks_are_small_and_cover_an_array_once_in_its_order(shape: list[int], cells: int) -> None:
    array = np.arange(np.prod(shape)).reshape(shape)
    found = [array[index] for index in blocks(tuple(shape), cells)]
    assert all(block.size <= max(cells, shape[-1] if len(shape) == 1 else cells) for block in found)
    np.testing.assert_array_equal(np.concatenate([block.reshape(-1) for block in found]), array.reshape(-1))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(3), r"\(N, T, C\) or \(N, T\); got shape \(3,\)"),
        (np.zeros((3, 0, 2)), "at least one sample, step and channel"),
        (X.transpose(0, 2, 1), r"looks like \(N, C, T\)"),
        (X.astype(str), "the array must hold numbers; it holds text"),
        (np.where(X == 25, np.nan, X), "choose what to do about missing values"),
        (np.where(X == 25, np.inf, X), "NaN or infinite"),
        (np.array([{}, {}]), "contains Python objects"),
    ],
)
def test_bad_arrays_are_told_by_rule_and_what_came(tmp_path: Path, array: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(saved(tmp_path, array))


def test_a_file_that_is_cut_short_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path, X)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DataError, match="as many values as its header says"):
        read(path)
    steps = np.zeros((1, 1_000_001), np.int8)
    with pytest.raises(LimitError, match="at most 1,000,000 steps"):
        read(saved(tmp_path, steps))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "contains Python objects"),
        ("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,)}", "contains Python objects"),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 4096)}",
            "at most 200,000,000 values",
        ),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 2, 3)}", "must not be negative"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1999, 1000, 100)}", "as its header says"),
        ("(" * 9000 + ")" * 9000, "its header can't be read"),
        ("{'descr': '<f8'}", "its header can't be read"),
    ],
    ids=[
        "U1 objects",
        "U1 records of objects",
        "U2 petabytes",
        "U2 negative",
        "U2 lying",
        "U2 deep",
        "U2 half",
    ],
)
def test_u1_u2_headers_are_judged_before_anything_is_read(tmp_path: Path, header: str, message: str) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(npy(np.zeros(1), header))
    for look in (read, READERS.create("npy").inspect):
        with pytest.raises(HeedError, match=message):
            look(path)


def test_a_preview_tells_the_shape_and_what_stops_the_import(tmp_path: Path) -> None:
    found = READERS.create("npy").inspect(saved(tmp_path, np.where(X == 25, np.nan, X)))
    assert (found.samples, found.steps, found.channels) == (12, 10, 2)
    assert "1 of the first 240 are missing" in found.problems[0]
    assert found.columns[0].shape == (12, 10, 2)
    (problem,) = READERS.create("npy").inspect(saved(tmp_path, X.transpose(0, 2, 1))).problems
    assert "choose axes 'N C T'" in problem
