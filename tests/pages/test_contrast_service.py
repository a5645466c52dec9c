import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import core
from core.errors import DataError, HeedError, NotFoundError
from dashboard.components.chart import CHARTS
from dashboard.components.table import Column, table
from dashboard.components.view import ViewState
from dashboard.pages.attention import beside, contrast
from dashboard.pages.attention.beside.callbacks import MARKS
from dashboard.services import contrast as service
from dashboard.services.attention_view import AttentionView
from dashboard.services.contrast import ContrastView
from dashboard.services.samples import Selection
from tests.pages.known_runs import (
    ACTUAL,
    CHANCES,
    HOSTILE,
    PARTS,
    TEST,
    other_split,
    publish_known,
    publish_run,
    publish_three_classes,
)


@pytest.fixture
def two(house):
    """Return a dataset of hostile names with two runs that have attention."""
    service.forget()
    known = publish_known(house, hostile=True)
    chances = np.stack([CHANCES, 1 - CHANCES], axis=1)
    other = publish_run(
        house, known.dataset, chances, PARTS, name="<b>x</b>", layers=("time", "more"), seed=3
    )
    yield SimpleNamespace(store=house, run=known.run, other=other, known=known)
    service.forget()


def asked(run, among="", versus="", other=None, **filters):
    return ContrastView(AttentionView(Selection(run, **filters)), among, versus, other)


def shown(chart, run, **keys):
    return CHARTS[chart].figure(ViewState(run=run, **keys), "light")


@pytest.mark.parametrize(
    ("among", "versus"),
    [
        ("outcome == FP", "outcome == TP"),
        ("correct", ""),
        ("kept", "not correct"),
        ("confidence > 0.5", "sample in (13, 18)"),
    ],
)
def test_page_and_verb_give_the_same_contrast(two, among, versus):
    core.save_cohort(two.run, "kept", "15-17", store=two.store)
    page = service.groups(asked(two.run, among, versus))
    verb = core.contrast(two.run, among, versus, store=two.store)
    assert page.names == verb.names
    assert page.in_words() == verb.in_words()
    assert page.to_frame().equals(verb.to_frame())
    assert page.spread.to_frame().equals(verb.spread.to_frame())


@pytest.mark.parametrize("among", ["correct", "outcome == FP", ""])
def test_page_and_verb_agree_on_shares_of_the_length(two, among):
    page = asked(two.run, among)
    page = replace(page, attention=replace(page.attention, axis="share"))
    verb = core.contrast(two.run, among, store=two.store, shares=True)
    assert len(verb.mean[0]) == 100
    assert service.groups(page).to_frame().equals(verb.to_frame())


def test_a_run_that_is_always_right_has_a_class_as_first_group(two):
    right = np.eye(2)[ACTUAL] * 0.8 + 0.1
    run = publish_run(two.store, two.known.dataset, right, PARTS)
    found = service.groups(asked(run))
    assert (found.counts, found.names[1]) == ((5, 5), "the rest")
    assert found.to_frame().equals(core.contrast(run, store=two.store).to_frame())
    first = contrast.callbacks.update_groups({"run": run}, None)[0][0]
    assert (first["value"], first["title"]) == ("", found.names[0])


def test_what_changes_the_picture_only_asks_no_new_test(two):
    first = asked(two.run, "outcome == FP", "outcome == TP")
    moved = replace(first, attention=replace(first.attention, sort="entropy", rows="0-3", show="max"))
    assert service.groups(first) is service.groups(moved)


def test_page_and_verb_give_the_same_answer_about_two_models(two):
    page = asked(two.run, other=two.other)
    every = 'part == "test"'
    verb = core.contrast(two.run, every, other=two.other, store=two.store)
    assert service.models(page).to_frame().equals(verb.to_frame())
    assert service.models(page).spread.to_frame().equals(verb.spread.to_frame())
    found = service.agreement(page)
    assert found.to_frame().equals(core.beside(two.run, two.other, store=two.store).to_frame())
    assert sorted(found.samples) == TEST.tolist()


def test_the_table_of_two_models_is_told_without_pandas(two, monkeypatch):
    found = service.agreement(asked(two.run, other=two.other))
    frame = found.to_frame()
    monkeypatch.setitem(sys.modules, "pandas", None)
    listed = beside.callbacks.rows(found)
    assert [row["sample"] for row in listed] == frame["sample"].tolist()
    assert [row["jsd"] for row in listed] == frame["jsd"].tolist()
    chances, right = frame["probability_b"], frame["correct_b"]
    said = [f"{100 * chance:.1f} %, {MARKS[mark]}" for chance, mark in zip(chances, right, strict=True)]
    assert all(row["second"].endswith(told) for row, told in zip(listed, said, strict=True))


def test_what_is_shown_is_the_first_group_and_right_where_all_is_shown(two):
    assert service.groups(asked(two.run)).names == ("right", "the rest")
    found = service.groups(asked(two.run, where="confidence > 0.5", outcome="FP"))
    assert found.counts == (1, 9)
    assert "confidence > 0.5" in found.provenance.parameters["where_a"]
    assert service.groups(asked(two.run, outcome="FP")).names[0] == "FP"


def test_groups_that_can_be_chosen_are_cohorts_outcomes_and_classes(two):
    core.save_cohort(two.run, "<i>few</i>", "10-12", store=two.store)
    offered = dict(service.offered_groups(two.run))
    assert list(offered)[:3] == ["<i>few</i>", "correct", "not correct"]
    for value in offered:
        assert sum(service.groups(asked(two.run, value)).counts) == 10
    three = publish_three_classes(two.store).run
    values = [value for value, _ in service.offered_groups(three)]
    assert values == ["correct", "not correct", 'class == "red"', 'class == "green"', 'class == "blue"']


def test_every_class_can_be_a_group_however_many_there_are(two, monkeypatch):
    names = tuple(f"class {place}" for place in range(60))
    manifest = service.library.run(two.run).model_copy(update={"classes": names})
    monkeypatch.setattr(service.library, "run", lambda _: manifest)
    assert [title for _, title in service.offered_groups(two.run)][-1] == "class class 59"


def test_only_other_runs_of_the_dataset_with_attention_are_offered(two):
    assert [run.id for run in service.offered_runs(two.run)] == [two.other]


@pytest.mark.parametrize(
    "chart",
    ["attention-beside-profiles", "attention-beside-patterns", "attention-beside-agreement",
     "attention-beside-second"],
)  # fmt: skip
def test_charts_of_two_models_say_what_is_missing(two, chart):
    with pytest.raises(NotFoundError, match="choose one above"):
        shown(chart, two.run)
    with pytest.raises(DataError, match="of the dataset"):
        shown(chart, two.run, other=publish_three_classes(two.store).run)
    with pytest.raises(HeedError, match="no attention"):
        shown(chart, two.run, other=two.known.baseline)
    with pytest.raises(DataError, match="split differently"):
        shown(chart, two.run, other=other_split(two.store, two.known), where="sample in (10, 11)")


@pytest.mark.parametrize(
    "chart",
    ["attention-contrast", "attention-contrast-patterns", "attention-beside-profiles",
     "attention-beside-patterns", "attention-beside-agreement", "attention-beside-first",
     "attention-beside-second"],
)  # fmt: skip
@pytest.mark.parametrize("axis", ["", "share"])
def test_charts_are_drawn_with_hostile_names(two, chart, axis):
    figure = shown(chart, two.run, other=two.other, axis=axis)
    assert figure.layout.meta["n"] == 10
    assert HOSTILE not in figure.to_json().replace(figure.layout.meta["description"], "")
    assert CHARTS[chart].download("csv", ViewState(run=two.run, other=two.other)).body


def test_legends_of_two_models_tell_the_runs_apart(two):
    for chart in ("attention-beside-profiles", "attention-beside-patterns"):
        figure = shown(chart, two.run, other=two.other)
        first, second = (trace.name for trace in figure.data if trace.name and trace.showlegend is not False)
        assert first.startswith("this run (")
        assert second.startswith("the other run (")
        assert figure.layout.meta["n"] == 10


def test_ids_of_rows_are_texts():
    grid = table("x", (Column("sample", "Sample"),), row_key="sample").children
    assert grid.getRowId == "'' + params.data.sample"


def test_the_other_heatmap_has_the_same_samples_in_the_same_order(two):
    first = CHARTS["attention-beside-first"].ask(ViewState(run=two.run, other=two.other))
    second = CHARTS["attention-beside-second"].ask(ViewState(run=two.run, other=two.other))
    assert first.samples.tolist() == second.samples.tolist()
    more = CHARTS["attention-beside-second"].ask(ViewState(run=two.run, other=two.other, layer="more"))
    assert more.cells == pytest.approx(np.roll(second.cells, 1, axis=1))


def test_two_heatmaps_of_long_samples_are_a_light_page(house):
    from plotly.io.json import to_json_plotly

    from core.data import publish_dataset
    from tests.pages.known_runs import dataset_of

    actual, parts = np.arange(3000) % 2, np.where(np.arange(3000) < 2900, 2, 0).astype(np.int8)
    drawn = dataset_of(actual, parts, ("down", "up"), "long")
    long = replace(
        drawn,
        series=np.zeros((3000, 400, 1), np.float32),
        lengths=np.full(3000, 400),
        channels=("x",),
        step_labels=tuple(map(str, range(400))),
    )
    dataset = publish_dataset(house, long)
    chances = np.stack([1 - actual, actual], axis=1) * 0.8 + 0.1
    first, second = (publish_run(house, dataset, chances, parts, seed=seed) for seed in (0, 1))
    view = {"run": first, "other": second}
    figures = [CHARTS[f"attention-beside-{side}"].update({"view": view})[0] for side in ("first", "second")]
    # Even weights make nothing but slashes, which travel as six characters each: they are counted as one.
    assert sum(len(to_json_plotly(figure).replace(r"\u002f", "/")) for figure in figures) <= 600_000
    assert all(figure.layout.meta["rows"]["samples"] for figure in figures)  # what the page says of a cell
    assert figures[0].layout.meta["n"] == 2900


def test_sections_tell_findings_and_list_samples(two):
    view = {"run": two.run, "among": "outcome == FP", "versus": "outcome == TP", "other": two.other}
    told, rows = contrast.callbacks.update_said(view, None)
    assert "No evidence of a difference" in told[0].children
    assert rows[0]["name"] == "entropy"
    assert [row["a"] is None for row in rows] == [False] * 4 + [True]
    assert {type(row[name]) for row in rows for name in ("effect", "low", "high")} == {float}
    options, _, alike = contrast.callbacks.update_groups({**view, "among": "late > 0.1"}, None)
    assert (options[-1]["value"], alike) == ("late > 0.1", True)
    _, statistics, rows, alike = beside.callbacks.update_samples(view, None)
    spread = core.contrast(two.run, 'part == "test"', other=two.other, store=two.store).spread
    assert [row["effect"] for row in statistics] == [test.effect for test in spread.tests]
    assert (len(rows), alike) == (10, True)
    assert beside.callbacks.update_samples({**view, "axis": "share"}, None)[3] is False
    assert rows[0]["first"].endswith(("right", "wrong"))
    options, none = beside.callbacks.update_runs(view, None)
    assert ([option["value"] for option in options], none) == (["", two.other], "")


@pytest.mark.parametrize("view", [{}, {"run": "nobody-here"}])
def test_sections_without_a_run_are_empty(house, view):
    assert contrast.callbacks.update_said(view, None) == ("", [])
    assert beside.callbacks.update_samples(view, None) == ("", [], [], True)
    assert [option["value"] for option in beside.callbacks.update_runs(view, None)[0]] == [""]
    assert contrast.callbacks.update_groups(view, None)[2] is True
