"""Page Sample as functions: known runs without a model, hostile names."""

import json

import numpy as np
import plotly.utils
import pytest

from core.data import publish_dataset
from core.errors import HeedError
from core.figures.depth import sample_depth_figure
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.sample import callbacks, changes
from dashboard.pages.sample.charts import asked
from dashboard.pages.sample.layout import layout, notice
from dashboard.services import sample_depth
from tests.pages.known_runs import (
    ACTUAL,
    CHANCES,
    PARTS,
    dataset_of,
    publish_known,
    publish_run,
    publish_three_classes,
)  # fmt: skip


def text_of(content) -> str:
    return json.dumps(content, cls=plotly.utils.PlotlyJSONEncoder)


def question(**view):
    return asked(ViewState.parse(view))


def test_a_page_without_a_run_leads_on_and_with_one_says_nothing(known):
    for view in ({}, {"run": known.run, "edits": "nonsense", "channels": [99], "pinned": [10**8]}):
        assert text_of(layout(ViewState.parse(view)))
    assert f"run={known.run}" in text_of(notice(ViewState()))
    assert notice(ViewState.parse({"run": known.run})) == []


def test_the_first_of_the_order_is_shown_until_one_is_chosen(known):
    near, place, verdict, text, pin, *frames = callbacks.update_sample({"run": known.run})
    assert near["sample"] == near["near"][0]
    assert place.endswith("1 of 10")
    assert "Attention pattern" in text_of(text)
    assert (pin, frames) == ("Pin", ["column span-8", "is-hidden", "column span-4 sample-side"])
    _, place, verdict, *_ = callbacks.update_sample({"run": known.run, "sample": 14})
    assert "FP" in text_of(verdict)
    assert place == "sample s14, 7 of 10"


def test_a_run_without_attention_shows_series_and_prediction(known):
    view = {"run": known.baseline, "sample": 12}
    near, _place, _verdict, text, *_ = callbacks.update_sample(view)
    assert near["near"] == list(range(10, 20))
    assert "no attention" in text_of(text)
    found = sample_depth.depth(question(**view))
    assert (found.layers, found.main, found.shown) == ((), None, (0, 1))
    assert "no attention" in sample_depth_figure(found).layout.meta["description"]


def test_the_words_under_an_edited_sample_say_that_they_are_about_it_before(known):
    view = {"run": known.run, "sample": 14}
    assert "before any edit" not in text_of(callbacks.update_sample(view)[3])
    assert "before any edit" in text_of(callbacks.update_sample({**view, "edits": "mean.2-4"})[3])


def test_the_pinned_sample_stands_beside_on_the_same_scales(known):
    view = {"run": known.run, "sample": 14, "pinned": [11, 3]}
    assert callbacks.update_sample(view)[4:] == (
        "Pin", "column span-6", "column span-6", "column span-12 sample-side side-by-side",
    )  # fmt: skip
    own, beside = sample_depth.depth(question(**view)), sample_depth.pinned(question(**view))
    assert (own.sample, beside.sample) == (14, 11)
    assert own.limits == beside.limits
    assert own.largest == beside.largest == max(side.main.largest for side in (own, beside))
    low, high = own.limits[0]
    assert low <= min(own.series[:, 0].min(), beside.series[:, 0].min()) < high
    assert callbacks.update_sample({**view, "sample": 11})[4] == "Unpin"
    with pytest.raises(HeedError, match="no other sample is pinned"):
        sample_depth.pinned(question(run=known.run, sample=11, pinned=[11]))


def test_layers_and_channels_of_the_run_are_offered(house):
    several = publish_three_classes(house)
    layers, hidden, channels, few, alone = callbacks.update_controls({"run": several.run})
    assert ([one["value"] for one in layers], hidden) == (["", "second"], False)
    assert ([one["label"] for one in channels], few, alone) == (["x", "y"], False, False)
    found = sample_depth.depth(question(run=several.run, layer="second", channels=[1]))
    assert (found.layer, found.shown, [one.name for one in found.layers]) == (
        "second",
        (1,),
        ["time", "second"],
    )


@pytest.mark.parametrize(("channels", "drawn"), [(2, 2), (8, 8), (9, 4)])
def test_all_channels_are_drawn_until_they_are_many(channels, drawn, house):
    names = tuple(f"c{place}" for place in range(channels))
    data = dataset_of(ACTUAL, PARTS, ("down", "up"), "wide", names)
    run = publish_run(house, publish_dataset(house, data), np.stack([1 - CHANCES, CHANCES], axis=1), PARTS)
    found = sample_depth.depth(question(run=run, sample=14))
    assert len(found.shown) == drawn
    if drawn < channels:
        assert found.shown == tuple(found.words.ranked_channels[:drawn])
        figure = sample_depth_figure(found)
        assert figure.layout.meta["scale"].startswith("4 of 9 channels; attention of time 0 to 0.75")


def test_each_row_of_attention_has_its_own_scale_and_says_its_weights(house):
    several = publish_three_classes(house)
    figure = sample_depth_figure(sample_depth.depth(question(run=several.run, sample=14)))
    rows = next(trace for trace in figure.data if trace.type == "heatmap")
    assert rows.z.max(axis=1) == pytest.approx([1, 1])
    assert rows.z * rows.text.max(axis=1, keepdims=True) == pytest.approx(rows.text)
    assert "rows from 0 to their own largest weight" in figure.layout.meta["scale"]


def test_hostile_names_stay_texts(house):
    known = publish_known(house, hostile=True)
    view = {"run": known.run, "sample": 14, "pinned": [11], "show": "overlaid"}
    for chart in ("sample-series", "sample-pinned"):
        figure, *_ = CHARTS[chart].update({"view": view, "theme": "dark"})
        plain = figure.to_plotly_json()
        plain["layout"].pop("meta")
        assert "<img" not in text_of(plain)


def test_edits_that_can_not_be_made_are_told_and_can_be_taken_out(known):
    said, listed, undo, reset, save = changes.update_answer(
        {"run": known.run, "sample": 14, "edits": "melt;mean"}
    )
    assert "Kinds of edits are" in text_of(said)
    assert [one.children[1].to_plotly_json()["props"]["data-view-value"] for one in listed] == [
        "mean",
        "melt",
    ]
    assert (undo, reset, save) == (False, False, True)
