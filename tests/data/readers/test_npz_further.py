"""What an archive may hold beside series and labels."""

from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.preview import Preview
from core.data.soundness import sound
from core.errors import DataError

X = np.arange(240, dtype=np.float64).reshape(12, 10, 2)
Y = np.arange(12) % 3
STATES = np.where(np.arange(10)[None, :] < 8, (np.arange(10)[None, :] + Y[:, None]) % 2, -1)
DAYS = np.datetime64("2024-01-01") + np.arange(10)


def read(path: Path, **chosen: Any) -> Dataset:
    return sound(READERS.create("npz", chosen).read(path, Desk(Path(mkdtemp(dir=path.parent)))))


def inspected(path: Path, **chosen: Any) -> Preview:
    return READERS.create("npz", chosen).inspect(path)


def saved(tmp_path: Path, **arrays: Any) -> Path:
    np.savez_compressed(tmp_path / "a.npz", **{name: np.asarray(array) for name, array in arrays.items()})
    return tmp_path / "a.npz"


def test_several_targets_are_read_one_a_sample_and_one_a_step(tmp_path: Path) -> None:
    path = saved(tmp_path, X=X, y=Y, y2=STATES, classes_y2=["rest", "move"], classes=["a", "b", "c"])
    dataset = read(path, labels=["y", "y2"])
    assert dataset.classes == {"label": ("a", "b", "c"), "y2": ("rest", "move")}
    assert dataset.window_targets == ("label",)
    np.testing.assert_array_equal(dataset.targets["y2"], STATES)
    assert "24 steps have no label in y2" in dataset.notices
    assert read(path, labels="y,y2").classes == dataset.classes


@pytest.mark.parametrize(
    "states",
    [
        np.where(STATES < 0, np.nan, STATES).astype(np.float32),
        np.where(STATES < 0, "", STATES.astype(str)),
        STATES[:, :, None],
    ],
)
def test_a_step_without_a_label_is_none_text_or_nan(tmp_path: Path, states: np.ndarray) -> None:
    dataset = read(saved(tmp_path, X=X, y=states))
    np.testing.assert_array_equal(dataset.targets["label"], STATES)
    assert dataset.classes == {"label": ("0", "1")}


def test_labels_behind_the_last_step_of_a_sample_do_not_count(tmp_path: Path) -> None:
    lengths = np.arange(12) % 5 + 4
    dataset = read(saved(tmp_path, X=X, y=STATES.clip(0), lengths=lengths))
    assert (dataset.targets["label"][~dataset.mask()] == -1).all()
    assert (dataset.targets["label"][dataset.mask()] >= 0).all()


def test_dates_become_timestamps_and_spans(tmp_path: Path) -> None:
    own = DAYS[None, :] + 30 * np.arange(12)[:, None]
    dataset = read(saved(tmp_path, X=X, y=Y, times=own, lengths=np.full(12, 9)))
    assert dataset.labels_of(1)[:2] == ("2024-01-31", "2024-02-01")
    assert dataset.timestamps is not None
    assert (dataset.timestamps[:, 9] == 0).all()
    assert dataset.spans is not None
    assert (dataset.spans[:, 1] - dataset.spans[:, 0] == 8 * 86_400 * 10**9).all()
    shared = read(saved(tmp_path, X=X, y=Y, times=DAYS.astype("M8[s]")))
    assert shared.labels_of(3) == tuple(map(str, DAYS))
    assert shared.spans is None


def test_numbers_as_times_label_the_steps_that_all_samples_share(tmp_path: Path) -> None:
    steps = np.arange(10) / 2
    for times in (steps, np.broadcast_to(steps, (12, 10))):
        assert read(saved(tmp_path, X=X, times=times)).step_labels[:3] == ("0", "0.5", "1")
    different = read(saved(tmp_path, X=X, times=np.arange(120).reshape(12, 10)))
    assert different.step_labels[:2] == ("0", "1")
    assert "differ between samples" in different.notices[0]


def test_entities_metadata_truth_and_spans_are_read(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        X=X,
        y=Y,
        entities=[f"patient {place % 4}" for place in range(12)],
        age=np.arange(12),
        site=["north"] * 12,
        truth=X > 200,
        spans=np.stack([np.arange(12), np.arange(12) + 9], axis=1),
    )
    dataset = read(path, metadata=["age", "site"])
    assert dataset.entities is not None
    assert dataset.entities[5] == "patient 1"
    assert dataset.metadata["age"].tolist() == list(range(12))
    assert dataset.metadata["site"].tolist() == ["north"] * 12
    assert dataset.truth is not None
    assert dataset.truth.sum() == (X > 200).sum()
    assert dataset.spans is not None
    assert dataset.spans[3].tolist() == [3, 12]
    turned = saved(tmp_path, X=X.transpose(0, 2, 1), truth=X.transpose(0, 2, 1) > 200)
    again = read(turned, axes="N C T")
    assert again.truth is not None
    assert np.array_equal(again.truth, X > 200)


def test_missing_values_are_filled_or_kept_as_the_user_wants(tmp_path: Path) -> None:
    path = saved(tmp_path, X=np.where(X == 25, np.nan, X), y=Y)
    filled = read(path, missing="interpolate")
    assert filled.series[1, 2, 1] == 25
    assert filled.filled is not None
    assert filled.filled[2, 1] == 1
    masked = read(path, missing="mask")
    assert np.isnan(masked.series[1, 2, 1])
    assert masked.nan_policy == "mask"


def test_modalities_are_guessed_from_names_unless_they_are_given(tmp_path: Path) -> None:
    wide = np.zeros((4, 6, 4)) + np.arange(4)[:, None, None]
    names = ["acc_x", "acc_y", "gyr_x", "gyr_y"]
    dataset = read(saved(tmp_path, X=wide, channels=names))
    assert dataset.groups == {"acc": (0, 1), "gyr": (2, 3)}
    assert dataset.notices == ("channels were grouped by the beginning of their names: acc (2), gyr (2)",)
    assert read(saved(tmp_path, X=wide, channels=names, groups=list("aaab"))).groups == {
        "a": (0, 1, 2),
        "b": (3,),
    }


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "times of others": ({"times": DAYS[:4]}, r"times must have axes \(T,\) with T = 10"),
    "a date missing": (
        {"times": np.where(np.arange(10) == 3, np.datetime64("NaT"), DAYS)},
        "a date for every step",
    ),
    "far dates": ({"times": np.array(["9999-01-01"] * 10, "M8[D]")}, "between the years 1678 and 2261"),
    "entities of others": ({"entities": ["a"]}, "entities must be a list of 12 names"),
    "truth of others": ({"truth": X[:3] > 0}, r"truth must have the shape of the series"),
    "truth as numbers": ({"truth": X}, "truth must hold flags"),
    "spans of others": (
        {"spans": np.zeros((3, 2), int)},
        r"spans must be whole numbers with shape \(12, 2\)",
    ),
    "texts of no characters": (
        {"ids": np.full(12, 0x110000, np.uint32).view("<U1")},
        "numbers that are no characters",
    ),
    "no label at all": ({"y": np.full((12, 10), -1)}, "must label at least one step"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arrays_are_told_by_rule_and_what_came(tmp_path: Path, case: str) -> None:
    arrays, message = BAD[case]
    with pytest.raises(DataError, match=message):
        read(saved(tmp_path, X=X, **arrays))


def test_a_preview_guesses_the_arrays_and_shows_what_would_come_of_them(tmp_path: Path) -> None:
    path = saved(tmp_path, data=X, label=Y, y_state=STATES, age=np.arange(12), note=["n"] * 12, other=X[0])
    found = inspected(path)
    assert found.settings["series"] == "data"
    assert found.settings["labels"] == ["label", "y_state"]
    assert found.settings["metadata"] == ["age", "note"]
    assert (found.samples, found.steps, found.channels) == (12, 10, 2)
    assert found.classes == {"0": 4, "1": 4, "2": 4}
    roles = {column.name: column.role for column in found.columns}
    assert roles == {
        "data": "feature",
        "label": "label",
        "y_state": "label",
        "age": "metadata",
        "note": "metadata",
        "other": "skip",
    }
    assert found.problems == ()
    assert read(path, **found.settings).samples == 12


def test_a_preview_keeps_what_was_given_and_tells_what_stops_the_import(tmp_path: Path) -> None:
    path = saved(tmp_path, X=np.where(X == 25, np.nan, X), y=Y, age=np.arange(12))
    found = inspected(path, labels=[], metadata=[])
    assert (found.settings["labels"], found.settings["metadata"], found.classes) == ([], [], {})
    assert "1 of those looked at are missing" in found.problems[0]
    assert inspected(path, missing="mask").problems == ()
    (problem,) = inspected(path, series="Z").problems
    assert "must hold the series as 'Z'" in problem
    (problem,) = inspected(saved(tmp_path, X=X.transpose(0, 2, 1), y=Y)).problems
    assert "looks like (N, C, T)" in problem
    (problem,) = inspected(saved(tmp_path, X=X, y=np.array([{}] * 12))).problems
    assert "contains Python objects" in problem
