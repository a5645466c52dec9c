"""The command what-if: its document, what it prints, what it refuses."""

import pytest

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


def test_a_run_without_a_model_is_told_so(heed: Heed, other_run: str) -> None:
    called = heed.json("what-if", other_run, 3)
    assert (called.code, called.document["error"]["kind"]) == (1, "model")
