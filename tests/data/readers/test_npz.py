from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.content import content_hash
from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.errors import DataError, LimitError, SettingsError
from tests.data.datasets import ragged

X = np.arange(240, dtype=np.float64).reshape(12, 10, 2)
Y = np.arange(12) % 3


def read(path: Path, **chosen: str) -> Dataset:
    return sound(READERS.create("npz", chosen).read(path, Desk(Path(mkdtemp(dir=path.parent)))))


def saved(tmp_path: Path, **arrays: object) -> Path:
    np.savez_compressed(tmp_path / "a.npz", **{name: np.asarray(array) for name, array in arrays.items()})
    return tmp_path / "a.npz"


def test_series_and_labels_are_read_with_names_of_their_own(tmp_path: Path) -> None:
    dataset = read(saved(tmp_path, X=X, y=Y))
    np.testing.assert_array_equal(dataset.series, X)
    assert dataset.series.dtype == np.float32
    assert dataset.targets["label"].tolist() == Y.tolist()
    assert dataset.classes["label"] == ("0", "1", "2")
    assert dataset.channels == ("channel 0", "channel 1")
    assert dataset.name == "a"
    assert dataset.notices == ()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 6), min_size=4, max_size=8), st.integers(1, 3))
def test_a_dataset_saved_with_all_its_names_comes_back_the_same(
    tmp_path: Path, lengths: list[int], channels: int
) -> None:
    made = ragged(lengths, channels)
    path = saved(
        tmp_path,
        X=made.series,
        y=made.targets["label"],
        channels=made.channels,
        classes=made.classes["label"],
        lengths=made.lengths,
        ids=made.sample_ids,
    )
    assert content_hash(read(path, axes="N T C")) == content_hash(made)


def test_names_groups_and_unused_arrays_are_understood(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        X=X,
        y=Y,
        channel_names=["a", "b"],
        groups=["left", "right"],
        class_names=list("pqr"),
        extra=1,
    )
    dataset = read(path)
    assert dataset.channels == ("a", "b")
    assert dataset.groups == {"left": (0,), "right": (1,)}
    assert dataset.classes == {"label": ("p", "q", "r")}
    assert dataset.notices == ("arrays that were not used: extra",)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (Y.astype(float), ("0", "1", "2")),
        (Y + 0.5, ("0.5", "1.5", "2.5")),
        (Y > 0, ("False", "True")),
        (Y.astype(str), ("0", "1", "2")),
        (np.array([b"no", b"yes"])[Y % 2], ("no", "yes")),
        (Y[:, None], ("0", "1", "2")),
        (np.array(["10", "9", "1"])[Y], ("1", "9", "10")),
    ],
)
def test_labels_of_every_kind_become_names(
    tmp_path: Path, labels: np.ndarray, names: tuple[str, ...]
) -> None:
    assert read(saved(tmp_path, X=X, y=labels)).classes["label"] == names


@pytest.mark.parametrize("kind", ["<f4", ">f8", "<f2", "i1", "u2", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numbers_of_every_kind_and_order_are_read(tmp_path: Path, kind: str, order: str) -> None:
    values = np.array(X % 100, dtype=kind, order=order)
    np.testing.assert_array_equal(read(saved(tmp_path, X=values)).series, values.astype(np.float32))


def test_two_axes_are_one_channel_and_labels_may_be_missing(tmp_path: Path) -> None:
    dataset = read(saved(tmp_path, X=X[:, :, 0]))
    assert dataset.series.shape == (12, 10, 1)
    assert not dataset.labelled


def test_other_names_and_axes_can_be_chosen(tmp_path: Path) -> None:
    path = saved(tmp_path, data=X.transpose(0, 2, 1), kind=Y)
    dataset = read(path, series="data", labels="kind", axes="N C T")
    np.testing.assert_array_equal(dataset.series, X)
    assert dataset.labelled
    assert not read(saved(tmp_path, X=X, y=Y), labels="").labelled


def test_values_behind_the_length_of_a_sample_do_not_count(tmp_path: Path) -> None:
    padded = X.copy()
    padded[:, 6:] = np.nan
    dataset = read(saved(tmp_path, X=padded, lengths=np.full(12, 6)))
    assert (dataset.series[:, 6:] == 0).all()
    assert dataset.lengths.tolist() == [6] * 12


BAD = {
    "no series": ({"y": Y}, "must hold the series as 'X'; its arrays: y"),
    "missing labels": ({"X": X}, None),
    "one axis": ({"X": X[:, 0, 0]}, r"must have axes \(N, T, C\) or \(N, T\); got shape \(12,\)"),
    "four axes": ({"X": X[None]}, r"got shape \(1, 12, 10, 2\)"),
    "nothing in it": ({"X": X[:0]}, "at least one sample, step and channel"),
    "time first": (
        {"X": X.transpose(1, 0, 2), "y": Y},
        r"N = 12 as y has; got shape \(10, 12, 2\): samples seem to lie along axis 1",
    ),
    "labels of others": ({"X": X, "y": Y[:5]}, r"N = 5 as y has; got shape \(12, 10, 2\)$"),
    "channels second": (
        {"X": X.transpose(0, 2, 1), "y": Y},
        r"looks like \(N, C, T\): choose axes 'N C T' for 2 channels over 10 steps",
    ),
    "channels second by names": (
        {"X": np.zeros((12, 20, 30)), "channels": [str(i) for i in range(20)]},
        "choose axes 'N C T' for 20 channels",
    ),
    "text": ({"X": X.astype(str)}, "X must hold numbers; it holds text"),
    "complex": ({"X": X.astype(complex)}, "complex numbers"),
    "dates": ({"X": X.astype("M8[s]")}, "it holds dates"),
    "not a number": (
        {"X": np.where(X == 25, np.nan, X)},
        "sample 2 of 10 steps lacks one at step 3, channel 2: choose what to do about missing values",
    ),
    "infinite": ({"X": np.where(X >= 238, np.inf, X)}, "2 are NaN or infinite"),
    "too large for 32 bits": ({"X": np.where(X == 25, 1e300, X)}, "NaN or infinite"),
    "one class": ({"X": X, "y": Y * 0}, "at least two classes; the array 'y' holds only '0'"),
    "a class a sample": ({"X": X, "y": np.arange(12)}, "12 classes for 12 samples"),
    "more names than samples": (
        {"X": X, "y": Y, "classes": [str(i) for i in range(20)]},
        "20 classes for 12 samples",
    ),
    "codes without names": ({"X": X, "y": Y, "classes": ["a", "b"]}, "must lie between 0 and 1"),
    "one class of several names": ({"X": X, "y": Y * 0, "classes": ["a", "b"]}, "holds only 'a'"),
    "one hot": ({"X": X, "y": np.eye(3)[Y]}, "class codes instead of one column a class"),
    "NaN labels": ({"X": X, "y": np.where(Y == 1, np.nan, Y)}, "first stands at sample 1"),
    "wrong names": ({"X": X, "channels": ["a"]}, "as many channel names as channels; got 1 for 2"),
    "same names": ({"X": X, "channels": ["a", "a"]}, "channel names must differ"),
    "same ids": ({"X": X, "ids": ["a"] * 12}, "sample ids must be unique"),
    "short ids": ({"X": X, "ids": ["a"] * 3}, "ids must be a list of 12 names"),
    "long lengths": ({"X": X, "lengths": np.full(12, 11)}, "lengths must lie between 1 and 10"),
    "no lengths": ({"X": X, "lengths": np.full(12, 0)}, "sample 0 has 0"),
    "odd lengths": ({"X": X, "lengths": np.full(12, 1.5)}, "whole numbers"),
    "groups of others": ({"X": X, "groups": ["a"]}, "groups must be a list of 2 names"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_by_rule_and_what_came(tmp_path: Path, case: str) -> None:
    arrays, message = BAD[case]
    if message is None:
        with pytest.raises(DataError, match="must hold the labels as 'kind'"):
            read(saved(tmp_path, **arrays), labels="kind")
        return
    with pytest.raises(DataError, match=message):
        read(saved(tmp_path, **arrays))


def test_many_channels_over_few_steps_can_be_meant(tmp_path: Path) -> None:
    path = saved(tmp_path, X=X.transpose(0, 2, 1))
    assert read(path, axes="N T C").series.shape == (12, 2, 10)
    assert read(saved(tmp_path, X=np.zeros((4, 30, 155)))).channel_count == 155
    with pytest.raises(LimitError, match="at most 4,096 channels"):
        read(saved(tmp_path, X=np.zeros((1, 2, 5000))))


def test_unknown_axes_are_refused() -> None:
    with pytest.raises(SettingsError, match="axes must be"):
        READERS.create("npz", {"axes": "C T N"})
