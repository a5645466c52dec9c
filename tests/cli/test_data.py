import csv
from pathlib import Path

import pytest

from core.data import Dataset
from core.store import Store
from tests.abuse.corpus import TEXTS
from tests.cli.calling import Heed


def test_a_made_dataset_is_told_in_the_keys_of_the_contract(heed: Heed) -> None:
    line = ("data", "make", "synthetic", "--set", "samples=50", "--set", "timesteps=20", "--name", "my waves")
    called = heed.json(*line)
    assert called.code == 0
    made = called.fits("data-make")
    assert (made["name"], made["samples"], made["steps"], made["channels"]) == ("my waves", 50, 20, 1)
    assert made["lengths"] == [20, 20]
    assert len(made["classes"]) == 2
    assert heed.json(*line).document["dataset"] == made["dataset"]
    assert heed("data", "show", made["dataset"]).code == 0


def test_the_published_set_keeps_its_parts(heed: Heed) -> None:
    made = heed.json("data", "make", "bundled", "--set", "name=GunPoint").fits("data-make")
    shown = heed.json("data", "show", "GunPoint").fits("data-show")
    assert (made["samples"], made["steps"], made["classes"]) == (200, 150, ["1", "2"])
    assert shown["parts"] == {"train": 50, "validation": 0, "test": 150, "none": 0}
    assert shown["dataset"] == made["dataset"]


def test_a_file_is_loaded_and_what_was_understood_is_told(heed: Heed, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("id,a,b,c,kind\n" + "".join(f"s{n},{n},{n + 1},{n + 2},{n % 2}\n" for n in range(12)))
    called = heed.json("data", "load", file, "--set", "label=kind")
    loaded = called.fits("data-load")
    assert (loaded["samples"], loaded["steps"], loaded["classes"]) == (12, 3, ["0", "1"])
    assert loaded["origin"]["reader"] == "wide"
    assert loaded["origin"]["file"] == "rows.csv"


def test_what_is_guessed_of_a_file_is_told_and_can_be_looked_at_first(heed: Heed, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a,b,c,kind\n" + "".join(f"{n},{n + 1},{n + 2},{'xy'[n % 2]}\n" for n in range(12)))
    seen = heed.json("data", "preview", file).fits("data-preview")
    assert (seen["reader"], seen["samples"], seen["steps"], seen["classes"]) == (
        "wide",
        12,
        3,
        {"x": 6, "y": 6},
    )
    assert seen["settings"]["label"] == "kind"
    assert heed.json("data", "list").document["datasets"] == []
    plain = heed("data", "preview", file).stdout
    assert "12 x 3 x 1" in plain
    loaded = heed.json("data", "load", file).fits("data-load")
    assert loaded["origin"]["settings"] == seen["settings"]
    assert loaded["origin"]["notices"] == ["settings that were guessed from the file: label = kind"]
    other = heed.json("data", "preview", file, "--set", "label=", "--set", "skip=kind").document
    assert (other["classes"], other["settings"]["skip"]) == ({}, ["kind"])


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("missing.csv", None, "data"),
        ("empty.csv", b"", "data"),
        ("short.csv", b"a,b,label\n1,2\n3,4,1\n", "data"),
        ("elf.csv", b"\x7fELF\x02\x01\x01" + b"\0" * 100, "data"),
        ("nothing.npz", b"PK\x05\x06" + b"\0" * 18, "data"),
    ],
)
def test_a_bad_file_is_a_clear_message(
    heed: Heed, tmp_path: Path, name: str, content: bytes | None, kind: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    called = heed.json("data", "load", file)
    assert called.code == 1
    assert called.fits("error")["error"]["kind"] == kind
    assert heed.json("data", "list").document["datasets"] == []
    assert heed.json("verify").document["problems"] == []


def test_the_list_names_datasets_and_damaged_directories(heed: Heed, store: Store, dataset: Dataset) -> None:
    (store.datasets.path / "brokenbroken").mkdir(mode=0o700)
    listed = heed.json("data", "list").fits("data-list")
    assert [entry["dataset"] for entry in listed["datasets"]] == [dataset.id]
    assert [entry["id"] for entry in listed["damaged"]] == ["brokenbroken"]
    plain = heed("data", "list")
    assert dataset.id in plain.stdout
    assert "brokenbroken" in plain.stderr


def test_a_dataset_goes_to_the_trash_and_comes_back(heed: Heed, dataset: Dataset) -> None:
    gone = heed.json("data", "delete", dataset.id[:6]).fits("data-delete")
    assert gone == {"id": dataset.id, "kind": "dataset", "name": "waves"}
    assert heed.json("data", "show", dataset.id).code == 1
    assert heed.json("restore", dataset.id[:6]).fits("restore")["kind"] == "dataset"
    assert heed.json("data", "show", "waves").fits("data-show")["dataset"] == dataset.id


def test_hostile_names_of_classes_and_channels_are_shown_as_they_are(heed: Heed, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    texts = [text for text in TEXTS if text != "null"]
    with file.open("w", newline="") as written:
        rows = csv.writer(written)
        rows.writerow([*(f"{n} {text}"[:200] for n, text in enumerate(texts)), "label"])
        for text in texts:
            rows.writerows([*range(n, n + len(texts)), text[:200]] for n in range(2))
    loaded = heed.json("data", "load", file, "--name", "<b>$x$</b>").fits("data-load")
    assert loaded["name"] == "<b>$x$</b>"
    assert {text[:200].strip() for text in texts if text.isascii()} <= set(loaded["classes"])
    for line in (("data", "list"), ("data", "show", loaded["dataset"])):
        plain = heed(*line)
        assert (plain.code, plain.stderr) == (0, "")
        assert "\x1b" not in plain.stdout
        assert "\u202e" not in plain.stdout
    assert "<script>alert(1)</script>" in heed("data", "show", loaded["dataset"]).stdout


def test_the_reader_of_wide_tables_is_known_by_its_former_name(heed: Heed, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a,b,kind\n" + "".join(f"{n},{n + 1},{'xy'[n % 2]}\n" for n in range(12)))
    called = heed.json("data", "load", file, "--reader", "csv", "--set", "label=kind")
    assert called.fits("data-load")["origin"]["reader"] == "wide"
