import numpy as np

import core
from core.attention.choosing import Chooser
from core.attention.cohorts import find_cohort
from core.data import Dataset
from core.models.manifest import RunManifest
from core.store import Store
from tests.cli.calling import Heed
from tests.pages.known_runs import publish_known


def test_cohorts_are_saved_listed_renamed_deleted_and_restored(heed: Heed, store: Store) -> None:
    run = publish_known(store).run
    assert "No cohorts yet" in heed("cohorts", run).stdout
    made = heed.json("cohort", "save", run, "late FPs", "--where", "outcome = FP", "--note", "<b>").fits(
        "cohort-save"
    )
    assert (made["where"], made["count"], made["part"], made["note"]) == ("outcome == FP", 2, "test", "<b>")
    listed = heed.json("cohort", "save", run[:8], "few", "--samples", "0-2,19").fits("cohort-save")
    assert (listed["where"], listed["count"], listed["part"]) == (None, 4, "all")
    heed.json("cohort", "rename", run, "few", "some", "--note", "by hand").fits("cohort-rename")
    found = heed.json("cohorts", run).fits("cohorts")["cohorts"]
    assert [(cohort["name"], cohort["note"]) for cohort in found] == [
        ("late FPs", "<b>"),
        ("some", "by hand"),
    ]
    assert "outcome == FP" in heed("cohorts", run).stdout
    heed.json("cohort", "delete", run, "some").fits("cohort-delete")
    assert [cohort.name for cohort in core.cohorts(run)] == ["late FPs"]
    heed.json("cohort", "restore", run, "some").fits("cohort-restore")
    assert core.attend(run, 'cohort == "some"').samples.tolist() == [0, 1, 2, 19]


def test_wrong_use_of_cohorts_is_told(heed: Heed, store: Store) -> None:
    run = publish_known(store).run
    for arguments in (
        [],
        ["--where", "correct", "--samples", "1"],
        ["--where", "all"],
        ["--where", "correct", "--part", "rest"],
        ["--samples", "21"],
        ["--where", "lat > 0.5"],
    ):
        called = heed.json("cohort", "save", run, "x", *arguments)
        assert called.code == 2, arguments
        called.fits("error")
    assert heed.json("cohort", "rename", run, "x").code == 2
    none = heed.json("cohort", "save", run, "x", "--where", "entropy < 0")
    assert (none.code, none.document["error"]["kind"]) == (1, "data")
    assert heed.json("cohort", "delete", run, "x").code == 1


def test_attention_of_a_condition_is_that_of_its_samples(
    heed: Heed, dataset: Dataset, run: str, store: Store
) -> None:
    found = heed.json("attend", run, "--samples", "not correct and confidence >= 0%").fits("attend")
    attention = core.attend(run, "not correct and confidence >= 0%")
    assert found["samples"] == len(attention.samples) > 0
    assert attention.provenance.parameters["samples"] == "not correct and confidence >= 0%"
    assert set(attention.samples) <= set(core.attend(run, "test").samples)
    everywhere = core.attend(run, "not correct and part in (train, validation, test)")
    assert len(everywhere.samples) > len(attention.samples)
    called = heed.json("attend", run, "--samples", "lat > 0.5")
    assert called.code == 2
    assert "did you mean late?" in called.fits("error")["error"]["message"]
    core.save_cohort(run, "wrong", "not correct", "of the test part")
    manifest = store.runs.read(run, RunManifest)
    rows = Chooser.of(store, manifest, dataset).members("wrong")
    assert np.flatnonzero(rows).tolist() == core.attend(run, "cohort == wrong").samples.tolist()
    assert find_cohort(store, run, "wrong").count == rows.sum()
