"""The command what-if: its document, what it prints, what it refuses."""

import pytest

import core
from core.errors import SettingsError
from core.inference.variants import read_variants
from core.store import Store
from tests.cli.calling import Heed
from tests.inference.changeable import changeable, publish_changeable


@pytest.mark.slow
def test_a_sample_is_changed_and_asked_again(heed: Heed, store: Store) -> None:
    run = publish_changeable(store, changeable(store), "attention-lstm")
    line = ("what-if", run, 5, "--edit", "mean@0-3:0", "--edit", "step=2")
    told = heed.json(*line).fits("what-if")
    assert (told["run"], told["sample"], told["edits"]) == (run, 5, ["mean@0-3:0", "step=2"])
    assert sum(told["after"]) == pytest.approx(1)
    assert told["layers"][0]["top_steps"]["after"][0] == 2
    assert "intervention" in heed(*line, "--save", "turned").stdout
    assert [(one.name, one.edits) for one in read_variants(store, run)] == [("turned", "mean@0-3:0;step=2")]
    taken = heed.json(*line, "--save", "turned")
    assert (taken.code, taken.document["error"]["kind"]) == (2, "settings")
    refused = heed.json("what-if", run, 5, "--edit", "melt@1-2")
    assert (refused.code, refused.document["error"]["kind"]) == (2, "settings")
    followed(heed, store, run, told["before"], told["after"])


def followed(heed: Heed, store: Store, run: str, before: list[float], after: list[float]) -> None:
    """Check what is told of the changed sample `turned`: its steps, its sample, its deletion."""
    shown = heed.json("variant", "show", run, "turned").fits("variant-show")
    assert [step["edit"] for step in shown["steps"]] == [None, "mean@0-3:0", "step=2"]
    assert shown["steps"][0]["probabilities"] == pytest.approx(before, abs=1e-6)
    between = core.what_if(run, 5, "mean@0-3:0", store=store).after
    assert shown["steps"][1]["probabilities"] == pytest.approx(between, abs=1e-6)
    assert shown["steps"][2]["probabilities"] == pytest.approx(after, abs=1e-6)
    said = [step["predicted"] for step in shown["steps"]]
    assert [step["turned"] for step in shown["steps"]] == [False, said[0] != said[1], said[1] != said[2]]
    table = heed("variant", "show", run, "turned").stdout
    assert "as it is" in table
    assert "step=2" in table
    frame = core.lineage(run, "turned", store=store).to_frame()
    assert frame["probability a"].tolist() == [step["probabilities"][0] for step in shown["steps"]]

    listed = heed.json("variants", run).fits("variants")["variants"]
    assert [(one["name"], one["sample"], one["edits"]) for one in listed] == [
        ("turned", 5, ["mean@0-3:0", "step=2"])
    ]
    assert core.attend(run, "variant == turned and part in (train, test)", store=store).samples.tolist() == [
        5
    ]
    assert core.save_cohort(run, "changed", "variant in (turned) and part == train", store=store).count == 1
    for samples, count in (('cohort == "changed"', 1), ("0-4", 0)):
        assert len(heed.json("variants", run, "--samples", samples).document["variants"]) == count

    with pytest.raises(SettingsError, match="steps"):
        core.save_variant(run, "off", 5, "mean@0-99", store=store)
    none = heed.json("variant", "show", run, "turnd")
    assert (
        none.document["error"]["message"] == "this run has no changed sample 'turnd' (did you mean turned?)"
    )
    named = heed.json("variant", "delete", run, "turned").document["error"]["message"]
    assert named.startswith("a changed sample that a cohort names can't be deleted; 'changed' is where")
    core.delete_cohort(run, "changed", store=store)
    gone = heed("variant", "delete", run, "turned").stdout
    assert f"heed what-if {run} 5 --edit mean@0-3:0 --edit step=2" in gone
    assert heed.json("variants", run).fits("variants")["variants"] == []
    core.save_variant(run, "again", 5, "mean@0-3:0", store=store)
    heed.json("variant", "delete", run, "again").fits("variant-delete")


def test_a_run_without_a_model_is_told_so(heed: Heed, other_run: str) -> None:
    called = heed.json("what-if", other_run, 3)
    assert (called.code, called.document["error"]["kind"]) == (1, "model")
