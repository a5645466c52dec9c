"""`heed data check`, and what `heed train` takes of splits, scaling and controls."""

from dataclasses import replace

import numpy as np
import pytest

from core.cli.training import scaling_of
from core.data.published import publish_dataset
from core.data.splits import examined
from core.models.manifest import RunManifest
from core.store import Store
from tests.cli.calling import Heed
from tests.data.leaking.made import bumps
from tests.data.splitting.recordings import windows


def test_findings_are_told_and_are_no_failure(heed: Heed, store: Store) -> None:
    publish_dataset(store, windows(1, rows=600, stride=2, named=False, name="walks"))
    called = heed.json("data", "check", "walks", "--set", "kind=stratified")
    assert called.code == 0
    found = called.fits("data-check")
    assert found["leaks"]["leak"] >= 1
    overlap = next(finding for finding in found["findings"] if finding["kind"] == "overlap")
    assert overlap["severity"] == "leak"
    assert overlap["repair"]["kind"] == "time"
    assert examined(store, found["split"]) is not None
    assert heed.json("data", "check", "walks", "--set", "kind=stratified").document["split"] == found["split"]
    plain = heed("data", "check", "walks", "--set", "kind=stratified")
    assert plain.code == 0
    assert "LEAK" in plain.stdout
    assert "Drawn at random, class by class" in plain.stdout


def test_the_usual_split_of_entities_is_chosen_and_clean(heed: Heed, store: Store) -> None:
    publish_dataset(store, windows(12, rows=200, stride=4, name="walks"))
    found = heed.json("data", "check", "walks").fits("data-check")
    assert (found["chosen"], found["leaks"]) == ("entity", {"leak": 0, "caution": 0})
    assert found["sizes"]["left out"] == 0


def test_another_target_and_hostile_names_are_held_apart(heed: Heed, store: Store) -> None:
    labels = bumps(60).targets["label"]
    data = bumps(
        60,
        targets={"label": labels, "mood": 1 - labels},
        classes={"label": ("a", "b"), "mood": ("<b>x</b>", "\u202e")},
        name="odd",
        metadata={"s": np.array(["<i>"] * 60)},
    )
    publish_dataset(store, replace(data, channels=("<script>", "$x$", "\x1b[31m")))
    found = heed.json("data", "check", "odd", "--target", "mood").fits("data-check")
    assert found["target"] == "mood"
    assert "<b>x</b>" in found["balance"]
    plain = heed("data", "check", "odd", "--target", "mood")
    assert "\x1b" not in plain.stdout
    assert "\u202e" not in plain.stdout


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (("nothing",), 1, "no dataset"),
        (("waves", "--set", "kind=entity"), 1, "names no entities"),
        (("waves", "--set", "kind=random"), 2, "kind must be"),
        (("waves", "--set", "folds=1"), 2, "folds must be 0"),
        (("waves", "--set", "share=1"), 2, "there is no setting share"),
        (("waves", "--target", "mood"), 1, "the target 'mood'"),
    ],
)
def test_what_can_not_be_checked_is_said(heed: Heed, dataset, line, code: int, message: str) -> None:
    called = heed.json("data", "check", *line)
    assert called.code == code
    assert message in called.fits("error")["error"]["message"]


def test_channels_with_a_scaling_of_their_own_are_named_with_a_prefix() -> None:
    assert scaling_of({"kind": "robust", "channels.a=b": "none"}) == {
        "kind": "robust",
        "channels": {"a=b": "none"},
    }
    assert scaling_of({}) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--split", "kind=random"), "kind must be"),
        (("--scaling", "kind=big"), "kind must be"),
        (("--scaling", "channels.pulse=none"), "there is no channel 'pulse'"),
        (("--scaling", "robust"), "--scaling takes name=value"),
        (("--split", "seed"), "--split takes name=value"),
    ],
)
def test_wrong_settings_of_split_and_scaling_submit_nothing(
    heed: Heed, store: Store, dataset, options, message
) -> None:
    called = heed.json("train", "waves", *options)
    assert called.code == 2
    assert message in called.fits("error")["error"]["message"]
    assert store.jobs.ids() == ()


@pytest.mark.slow
def test_a_control_is_trained_on_the_split_and_scaling_that_were_asked_for(
    heed: Heed, store: Store, dataset
) -> None:
    line = ("--here", "--epochs", "1", "--set", "units=4", "--permuted-labels")
    wishes = ("--split", "kind=stratified", "--split", "seed=7", "--scaling", "kind=robust")
    called = heed.json("train", "waves", *line, *wishes)
    assert called.code == 0, called.stdout
    run = store.runs.read(called.fits("train")["runs"][0]["id"], RunManifest)
    assert (run.control, run.scaling["kind"]) == ("permuted labels", "robust")
    assert heed.json("show", run.id).fits("show")["leaks"] == run.leaks
    checked = heed.json("data", "check", "waves", "--set", "kind=stratified", "--set", "seed=7").document
    assert checked["split"] == run.split
