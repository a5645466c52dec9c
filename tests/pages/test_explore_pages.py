"""Pages Attention, Compare, Gallery as functions: with nothing, with a run, with hostile names."""

import json

import plotly.utils
import pytest

from core.errors import HeedError
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.attention import callbacks as attention_page
from dashboard.pages.attention.layout import layout as attention_layout
from dashboard.pages.attention.layout import notice as attention_notice
from dashboard.pages.attention.overview import callbacks as attention_overview
from dashboard.pages.compare import callbacks as compare_page
from dashboard.pages.compare.layout import layout as compare_layout
from dashboard.pages.compare.layout import notice as compare_notice
from dashboard.pages.gallery import callbacks as gallery_page
from dashboard.pages.gallery.layout import layout as gallery_layout
from dashboard.pages.gallery.layout import notice as gallery_notice
from tests.pages.known_runs import HOSTILE, publish_known, publish_three_classes

LAYOUTS = [attention_layout, compare_layout, gallery_layout]
NOTICES = [attention_notice, compare_notice, gallery_notice]
OURS = [name for name in CHARTS if name.split("-")[0] in {"attention", "compare", "gallery"}]
# Others need several targets, a model that answers or a second run, and are drawn by tests of their own.
NEEDS_MORE = ("compare-target-", "attention-heads-", "attention-beside-")
OF_ONE_RUN = [name for name in OURS if not name.startswith(NEEDS_MORE)]


def text_of(content) -> str:
    return json.dumps(content, cls=plotly.utils.PlotlyJSONEncoder)


def asked_of(chart, view: dict) -> tuple:
    return CHARTS[chart].update({"view": view, "theme": "light"})


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_has_a_layout_for_any_view(layout, known):
    for view in ({}, {"run": known.run}, {"run": "aaaaaaaaaaaa", "runs": "aaaaaaaaaaaa"}, {"sample": 10**8}):
        assert text_of(layout(ViewState.parse(view)))


@pytest.mark.parametrize("notice", NOTICES)
def test_an_empty_store_leads_to_the_page_train(notice, house):
    assert "/train" in text_of(notice(ViewState()))


@pytest.mark.parametrize("notice", NOTICES)
def test_an_unknown_run_is_named_with_two_next_steps(notice, known):
    found = text_of(notice(ViewState.parse({"run": "aaaaaaaaaaaa", "runs": "aaaaaaaaaaaa"})))
    assert "there is no run aaaaaaaaaaaa" in found.lower()
    assert found.count('"href"') >= 2


@pytest.mark.parametrize("notice", NOTICES)
def test_a_run_leaves_nothing_to_notice(notice, known):
    assert notice(ViewState.parse({"run": known.run, "dataset": known.dataset.id})) == []


def test_a_run_without_attention_offers_the_runs_that_have_it(known):
    found = text_of(attention_notice(ViewState.parse({"run": known.baseline})))
    assert "has no attention" in found
    assert f"run={known.run}" in found


@pytest.mark.parametrize("chart", OF_ONE_RUN)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_draws_a_run_with_n_scale_description_and_origin(chart, theme, known):
    view = ViewState.parse({"run": known.run, "dataset": known.dataset.id, "pinned": [14, 10]})
    meta = CHARTS[chart].figure(view, theme).layout.meta
    assert meta["n"] >= 1
    assert meta["scale"]
    assert len(meta["description"]) > 20
    looked_at = {known.run, known.baseline} if chart.startswith("compare-") else {known.run}
    assert looked_at & set(meta["provenance"]["weights"])


@pytest.mark.parametrize("chart", OF_ONE_RUN)
def test_hostile_names_stay_texts_in_every_chart(chart, house):
    known = publish_known(house, hostile=True)
    for view in ({"run": known.run}, {"run": known.run, "klass": f"a{HOSTILE}"}):
        asked = {**view, "dataset": known.dataset.id, "pinned": [14]}
        figure = CHARTS[chart].figure(ViewState.parse(asked), "light")
        layout = {key: value for key, value in figure.to_plotly_json()["layout"].items() if key != "meta"}
        assert "<img" not in text_of([figure.to_plotly_json()["data"], layout])


@pytest.mark.parametrize("chart", OURS)
def test_a_chart_without_its_run_says_why_instead_of_failing(chart, known):
    with pytest.raises(HeedError) as refused:
        asked_of(chart, dict.fromkeys(("run", "other"), "aaaaaaaaaaaa") | {"runs": ["aaaaaaaaaaaa"]})
    *_, said, kind = CHARTS[chart].fail(refused.value)
    assert "no run aaaaaaaaaaaa" in said
    assert kind == "chart is-empty"


def test_the_focused_sample_comes_with_its_place_and_words(known):
    mark, place, verdict, text = attention_overview.update_focus({"run": known.run, "sample": 14})
    assert (mark["sample"], mark["row"]) == (14, 6)
    assert mark["near"][6] == 14
    assert place == "sample s14, 7 of 10"
    assert "FP" in text_of(verdict)
    assert "Weight by third" in text_of(text)
    assert "Attention pattern" in text_of(text)


def test_the_filters_of_the_run_are_offered(known):
    classes, layers, one_layer, note = attention_page.update_filters({"run": known.run})
    assert [option["value"] for option in classes] == ["", "down", "up"]
    assert ([option["label"] for option in layers], one_layer) == (["time"], True)
    assert note == "Positive is the class up."


def test_with_three_classes_outcomes_are_of_each_own_class_until_one_is_chosen(house):
    known = publish_three_classes(house)
    _, layers, one_layer, note = attention_page.update_filters({"run": known.run})
    assert ([option["value"] for option in layers], one_layer) == (["", "second"], False)
    assert "by its own class, right or wrong" in note
    assert "the class red" in attention_page.update_filters({"run": known.run, "klass": "red"})[3]


def test_counts_stand_on_the_outcome_tabs(known):
    tabs, *_ = gallery_page.update_filters({"run": known.run})
    said = [tab.children.children for tab in tabs]
    assert said == ["all 10", "TP 3", "TN 3", "FP 2", "FN 2"]


def test_the_list_of_a_page_links_each_sample_with_its_run_and_part(known):
    place, first, last, pages, listed, *_ = gallery_page.update_pager({"run": known.run, "part": "all"})
    assert (place, first, last, pages) == ("1 to 20 of 20", True, True, {"page": 0, "last": 0})
    assert f"/attention?run={known.run}&part=all&sample=14" in text_of(listed)


def test_the_table_of_measures_is_that_of_the_manifests(known):
    metrics, _costs = compare_page.update_measures({"dataset": known.dataset.id}, "")
    assert "60.0 %" in text_of(metrics)
    tests = compare_page.update_tests({"dataset": known.dataset.id}, "")
    assert "no evidence of a difference (p = 1.00, n = 10)" in text_of(tests)
