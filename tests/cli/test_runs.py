import pytest

from core.data import Dataset
from core.store import Store
from tests.abuse.corpus import CONTROL_TEXTS, TEXTS
from tests.cli.calling import Heed


def test_runs_are_listed_with_accuracy_interval_majority_and_number(
    heed: Heed, run: str, other_run: str
) -> None:
    listed = heed.json("runs").fits("runs")
    assert [entry["id"] for entry in listed["runs"]] == [other_run, run]
    plain = heed("runs").stdout
    for word in (run, other_run, "95 % interval", "majority", "n", "12"):
        assert word in plain


def test_a_run_is_shown_as_its_manifest(heed: Heed, dataset: Dataset, run: str) -> None:
    shown = heed.json("show", run[:6]).fits("show")
    assert (shown["id"], shown["dataset"], shown["model"]) == (run, dataset.id, "attention-lstm")
    (layer,) = shown["attention_layers"]
    assert (layer["name"], layer["kind"], layer["heads"], layer["shape"]) == ("time", "pooled", 1, [1, 12])
    assert (layer["queries"], layer["keys"], layer["patch"], layer["extra"]) == ("", "", 1, 0)
    assert heed("show", run).code == 0


def test_a_damaged_run_is_named_and_hides_no_other(heed: Heed, store: Store, run: str) -> None:
    (store.runs.path / "brokenbroken").mkdir(mode=0o700)
    listed = heed.json("runs").fits("runs")
    assert [entry["id"] for entry in listed["runs"]] == [run]
    assert [entry["id"] for entry in listed["damaged"]] == ["brokenbroken"]
    broken = heed.json("show", "broken")
    assert (broken.code, broken.fits("error")["error"]["kind"]) == (1, "store")
    assert heed.json("delete", "brokenbroken").fits("delete")["id"] == "brokenbroken"


@pytest.mark.parametrize("text", TEXTS)
def test_any_name_may_be_given_and_is_shown_as_it_is(heed: Heed, run: str, text: str) -> None:
    called = heed.json("rename", run, "--", text)
    if len(text.strip()) > 120:
        assert called.code == 2
        return
    assert called.code == 0, called.stdout
    assert called.fits("rename")["name"] == text.strip()
    assert heed.json("show", run).document["name"] == text.strip()
    plain = heed("runs")
    assert (plain.code, plain.stderr) == (0, "")
    assert "\u202e" not in plain.stdout


@pytest.mark.parametrize("text", ["", "   ", "x" * 121, *CONTROL_TEXTS])
def test_a_name_that_can_not_be_shown_is_refused(heed: Heed, run: str, text: str) -> None:
    called = heed.json("rename", run, "--", text)
    assert called.code == 2
    assert "name must" in called.fits("error")["error"]["message"]


def test_a_run_goes_to_the_trash_and_comes_back(heed: Heed, run: str) -> None:
    assert heed.json("delete", run[:5]).fits("delete") == {
        "id": run,
        "kind": "run",
        "name": "attention-lstm on waves",
    }
    assert heed.json("runs").document["runs"] == []
    assert heed.json("delete", run).code == 1
    assert heed.json("restore", run[:5]).fits("restore")["id"] == run
    assert heed.json("restore", run).code == 1
    assert [entry["id"] for entry in heed.json("runs").document["runs"]] == [run]


def test_a_name_that_fits_two_runs_is_ambiguous(heed: Heed, run: str, other_run: str) -> None:
    for one in (run, other_run):
        heed("rename", one, "twin")
    called = heed.json("show", "twin")
    assert called.code == 1
    assert "ambiguous" in called.fits("error")["error"]["message"]


def test_a_name_that_fits_a_run_and_a_dataset_is_ambiguous(heed: Heed, run: str) -> None:
    heed("rename", run, "waves")
    called = heed.json("delete", "waves")
    assert called.code == 1
    assert "ambiguous" in called.fits("error")["error"]["message"]
