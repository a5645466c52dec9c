"""What `heed attend --heads` adds, on a run of a model made by hand."""

import numpy as np

import core
from core.store import Store
from tests.cli.calling import Heed
from tests.inference.handmade import Looks, at_lag, publish_handmade, uniform


def test_heads_and_readings_are_told_as_python_tells_them(heed: Heed, store: Store) -> None:
    maps = np.stack([at_lag(6, -1), uniform(6, 6)])
    run = publish_handmade(store, {"": 6}, {"self_1": Looks("", "", maps)})[1]
    told = heed.json("attend", run, "--heads", "--samples", "all").fits("attend")
    found = core.heads(run, "all", store)
    assert [one["types"] for one in told["heads"]] == [list(one.names) for one in found.layers[0].profiles]
    assert told["heads"][0]["measures"]["diagonal"]["lag"] == -1
    assert told["heads"][0]["pairs"][0]["query_label"] == "0"
    assert told["head_samples"] == 12
    read = {one["reading"]: one for one in told["readings"]}
    rollout = {one.reading.key: one.values for one in core.rollout(run, "all", store=store).profiles}
    np.testing.assert_allclose(read["rollout"]["weights"], rollout["rollout"])
    assert read["received"]["top"][0]["rank"] == 1
    assert (read["flow"]["valid"], read["flow"]["weights"]) == (False, None)
    shown = heed("attend", run, "--heads")
    assert shown.code == 0
    first = read["received"]["top"][0]
    assert f"{first['label']} ({first['weight']:.3f})" in shown.stdout


def test_without_the_option_the_document_is_what_it_was(heed: Heed, store: Store) -> None:
    run = publish_handmade(store, {"": 6}, {"self_1": Looks("", "", uniform(6, 6)[None])})[1]
    assert not {"heads", "readings", "head_samples"} & set(heed.json("attend", run).fits("attend"))
