from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.errors import DataError, LimitError

HEAD = "@problemName x\n@univariate false\n@classLabel true Up Down\n@data\n"
CASES = "1,2,3:4,5,6:Up\n1.5,-2,3e1:4,?,6:down\n0,0:1,1:UP\n"


def written(tmp_path: Path, text: str, name: str = "a.ts") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path / name


def read(path: Path, **chosen: Any) -> Dataset:
    return sound(READERS.create("ts", chosen).read(path, Desk(Path(mkdtemp(dir=path.parent)))))


def test_cases_of_several_channels_and_unequal_length_are_read(tmp_path: Path) -> None:
    dataset = read(written(tmp_path, f"# About it.\n{HEAD}\n{CASES}"), missing="mask")
    assert dataset.series.shape == (3, 3, 2)
    assert dataset.lengths.tolist() == [3, 3, 2]
    assert dataset.series[1, :, 0].tolist() == [1.5, -2, 30]
    assert np.isnan(dataset.series[1, 1, 1])
    assert dataset.classes == {"label": ("Down", "Up")}
    assert dataset.targets["label"].tolist() == [1, 0, 1]
    assert dataset.description == "About it."
    assert read(tmp_path / "a.ts", missing="interpolate").series[1, 1, 1] == 5
    with pytest.raises(DataError, match="choose what to do about missing values"):
        read(tmp_path / "a.ts")


def test_dates_become_timestamps_and_signs_of_values_are_kept(tmp_path: Path) -> None:
    head = "@timestamps true\n@univariate true\n@classLabel true a b\n@data\n"
    lines = "(2024-01-01 00:00:00,-1.5),(2024-01-01 00:01:00,2):a\n(2024-01-02 00:00:00,?):b\n"
    dataset = read(written(tmp_path, head + lines), missing="mask")
    assert dataset.series[0, :, 0].tolist() == [-1.5, 2]
    assert dataset.labels_of(0) == ("2024-01-01 00:00", "2024-01-01 00:01")
    assert dataset.lengths.tolist() == [2, 1]
    assert dataset.spans is not None
    assert (dataset.spans[:, 1] - dataset.spans[:, 0]).tolist() == [60 * 10**9, 0]
    shared = read(written(tmp_path, head + "(0,1),(0.5,-2):a\n(0,3):b\n"))
    assert shared.step_labels == ("0", "0.5")
    other = read(written(tmp_path, head + "(0,1),(0.5,-2):a\n(1,3),(2,4):b\n"))
    assert other.step_labels == ("0", "1")
    assert "differ between cases" in other.notices[0]


def test_a_test_file_beside_its_training_file_becomes_the_test_part(tmp_path: Path) -> None:
    head = "@univariate true\n@classLabel true a b\n@data\n"
    path = written(tmp_path, head + "1,2:a\n3,4:b\n5,6:a\n", "Waves_TRAIN.ts")
    written(tmp_path, head + "1,2,3:b\n", "Waves_TEST.ts")
    dataset = read(path)
    assert dataset.parts.tolist() == [0, 0, 0, 2]
    assert dataset.lengths.tolist() == [2, 2, 2, 3]
    assert dataset.notices == ("Waves_TEST.ts was read as the test part",)
    assert read(path, test=False).samples == 3


def test_targets_that_are_numbers_become_a_further_column(tmp_path: Path) -> None:
    dataset = read(
        written(tmp_path, "@univariate true\n@targetLabel true\n@data\n1,2:0.5\n3,4:-1\n5,6:0.5\n")
    )
    assert not dataset.labelled
    assert dataset.metadata["target"].tolist() == [0.5, -1, 0.5]


def test_cases_without_labels_and_without_a_list_of_classes_are_read(tmp_path: Path) -> None:
    assert not read(written(tmp_path, "@univariate true\n@classLabel false\n@data\n1,2\n3,4\n")).labelled
    named = read(written(tmp_path, "@univariate true\n@DATA\n1,2:x\n3,4:y\n5,6:x\n"))
    assert named.classes == {"label": ("x", "y")}


BAD = {
    "no data": ("@problemName x\n@univariate true\n", "this one has none"),
    "no cases": (HEAD, "at least one case below @data"),
    "cases first": ("@univariate true\n1,2:a\n@data\n", "line 2 is none of its tags"),
    "a flag that is none": (
        "@univariate maybe\n@data\n",
        "@univariate must be true or false; line 1 says 'maybe'",
    ),
    "no class label": ("@classLabel\n@data\n", "@classLabel must be true or false"),
    "both one and two": ("@univariate true\n@dimensions 2\n@data\n1:2:a\n", "its header says both"),
    "a number that is none": ("@dimensions -3\n@data\n", "@dimensions must be a whole number from 1 up"),
    "text as value": (HEAD + "1,2:3,x:Up\n", "line 5, channel 2 holds 'x'"),
    "underscores": (HEAD + "1,2_0:3,4:Up\n", "line 5, channel 1 holds '2_0'"),
    "nothing as value": (HEAD + "1,,2:3,4,5:Up\n", "line 5, channel 1 holds ''"),
    "another class": (HEAD + "1:2:Up\n1:2:Left\n", "Up, Down; line 6 ends with 'Left'"),
    "no label": (HEAD + "1:2:?\n", "every case must end with its label; line 5 has none"),
    "label only": (HEAD + "Up\n", "every case must hold values beside its label; line 5"),
    "another channel": (HEAD + "1:2:Up\n1:2:3:Up\n", "2 channels, with a colon after each; line 6 has 3"),
    "channels of other length": (HEAD + "1,2:2:Up\n", r"line 5, channel 2 has 1 values, the first 2"),
    "infinite": (HEAD + "1:inf:Up\n1:2:Down\n", "NaN or infinite"),
    "not as long as said": (
        "@univariate true\n@equalLength true\n@seriesLength 3\n@data\n1,2,3:a\n1,2:b\n",
        r"must have 3 steps as the header says \(@equalLength true\); line 6 has 2",
    ),
    "not as long as the first": (
        "@univariate true\n@equalLength true\n@data\n1,2:a\n1,2,3:b\n",
        "line 5 has 3",
    ),
    "times without brackets": (
        "@timestamps true\n@univariate true\n@data\n1,2:a\n",
        "every case must hold values",
    ),
    "half a pair": (
        "@timestamps true\n@data\n(0,1),(1):a\n",
        r"must stand as \(time,value\); line 3, channel 1",
    ),
    "times that are none": (
        "@timestamps true\n@data\n(soon,1):a\n",
        "dates like 2024-05-31 12:00:00; line 3",
    ),
    "now as a date": ("@timestamps true\n@data\n(now,1):a\n(today,2):b\n", "12:00:00; line 3 holds 'now'"),
    "today as a date": ("@timestamps true\n@data\n(2024-01-01,1):a\n(today,2):b\n", "line 4 holds 'today'"),
    "dates and numbers": (
        "@timestamps true\n@data\n(0,1):a\n(2024-01-01,1):b\n",
        "all dates or all numbers; line 4 differs",
    ),
    "other times": (
        "@timestamps true\n@dimensions 2\n@data\n(0,1):(1,1):a\n",
        "line 4, channel 2 has others",
    ),
    "targets as text": ("@targetLabel true\n@data\n1,2:a\n", "targets must be numbers; line 3 ends with 'a'"),
    "not UTF-8": ("", "must be UTF-8 text; after line 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_told_by_rule_and_line(tmp_path: Path, case: str) -> None:
    text, message = BAD[case]
    path = written(tmp_path, text)
    if not text:
        path.write_bytes(b"@data\n1,2:\xff\n")
    with pytest.raises(DataError, match=message):
        read(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@equalLength true\n@seriesLength 4000000000\n@data\n1:a\n", "at most 1,000,000 steps"),
        ("@dimensions 999999\n@data\n1:a\n", "at most 4,096 channels"),
        (f"@classLabel true {' '.join(map(str, range(2000)))}\n@data\n1:a\n", "at most 1,000 classes"),
        (
            "@univariate true\n@data\n" + "".join(f"1:{n}\n" for n in range(1001)),
            "at most 1,000 classes; line 1003",
        ),
        ("@univariate true\n@data\n" + "1," * 1_000_001 + "1:a\n", "at most 1,000,000 steps; line 3"),
        ("@univariate true\n@data\n" + "1" * (16 * 1024**2 + 5), "at most 16,777,216 characters; line 3"),
    ],
    ids=["series length", "dimensions", "classes named", "classes found", "steps", "line"],
)
def test_u10_a_file_that_asks_for_much_is_a_limit(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LimitError, match=message):
        read(written(tmp_path, text))


def test_u10_a_second_header_below_the_first_is_no_case(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 6"):
        read(written(tmp_path, HEAD + "1:2:Up\n@classLabel true evil\n@data\n1:2:evil\n"))


def test_a_preview_tells_the_classes_and_what_stops_the_import(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + CASES + "1:1:Left\n")
    found = READERS.create("ts").inspect(path)
    assert (found.reader, found.samples, found.settings["missing"]) == ("ts", None, "reject")
    assert "line 8 ends with 'Left'" in found.problems[0]
    good = READERS.create("ts").inspect(written(tmp_path, HEAD + CASES))
    assert (good.samples, good.steps, good.channels, good.classes) == (3, 3, 2, {"Up": 2, "Down": 1})
    assert "missing among the first 100 cases: 1." in good.problems[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["BasicMotions", "JapaneseVowels", "PickupGestureWiimoteZ", "UnitTest"])
def test_values_and_labels_are_those_that_aeon_reads(name: str, tmp_path: Path) -> None:
    import aeon
    from aeon.datasets import load_from_ts_file

    path = Path(aeon.__file__).parent / "datasets" / "data" / name / f"{name}_TRAIN.ts"
    theirs, labels = load_from_ts_file(str(path))
    ours = sound(READERS.create("ts", {"test": False}).read(path, Desk(tmp_path)))
    assert len(theirs) == ours.samples
    for row, case in enumerate(theirs):
        np.testing.assert_array_equal(ours.series[row, : ours.lengths[row]], case.T.astype(np.float32))
    codes = ours.targets["label"]
    assert [ours.classes["label"][code].lower() for code in codes] == labels.tolist()
