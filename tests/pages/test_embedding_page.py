import json
import re

import numpy as np
import plotly.utils
import pytest

from core.attention import embedded
from core.attention import embedding as laying
from core.errors import NotFoundError, SettingsError
from core.jobs.body import execute
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.embedding import callbacks
from dashboard.pages.embedding import words as words_of
from dashboard.pages.embedding.layout import layout, notice
from dashboard.services import embedding, jobs, library
from dashboard.services.embedding import MapRequest, inside_line
from dashboard.services.samples import Selection
from tests.attention.umap_like import have_umap
from tests.pages.known_runs import publish_known, publish_three_classes

SQUARE = ([0, 2, 2, 0], [0, 0, 2, 2])
EVERYWHERE = ([-1e6, 1e6, 1e6, -1e6], [-1e6, -1e6, 1e6, 1e6])


@pytest.fixture(autouse=True)
def _fresh():
    embedding.forget()


@pytest.fixture
def not_started(monkeypatch):
    """Write jobs down without handing them to a runner: the test executes them."""
    monkeypatch.setattr(jobs, "start", lambda *_: None)


def text_of(content) -> str:
    return json.dumps(content, cls=plotly.utils.PlotlyJSONEncoder)


def test_the_page_has_a_layout_for_any_view(known):
    for view in ({}, {"run": known.run}, {"run": "aaaaaaaaaaaa"}, {"run": known.run, "method": "nonsense"}):
        assert text_of(layout(ViewState.parse(view)))
    assert "there is no run aaaaaaaaaaaa" in text_of(notice(ViewState.parse({"run": "aaaaaaaaaaaa"}))).lower()


def test_choices_are_those_of_the_run(known):
    spaces, layers, hidden, colours = callbacks.update_choices({"run": known.run}, None)
    assert [one["label"] for one in spaces] == ["attention maps", "scaled series"]
    assert (len(layers), hidden) == (1, True)
    assert [one["value"] for one in spaces] == ["", "series"]
    named = callbacks.update_choices({"run": known.run, "space": "attention"}, None)[0]
    assert [one["value"] for one in named] == ["attention", "series"]
    named = [one["label"] for one in colours]
    assert {"class", "outcome", "confidence", "late", "pattern"} <= set(named)
    assert "cohort" not in named
    without = callbacks.update_choices({"run": known.baseline}, None)
    assert [one["label"] for one in without[0]] == ["scaled series"]
    assert "late" not in [one["label"] for one in without[3]]


def test_a_small_map_needs_no_job_and_marks_the_selection(known):
    assert callbacks.update_status({"run": known.run}, None, None, None)[0] is True
    found = embedding.the_map(MapRequest(Selection(known.run, where="outcome == FP"), colour="outcome"))
    assert found.embedding.samples[found.selected].tolist() == [13, 14]
    assert len(found.selected) == 10
    figure, note, words, empty, state = CHARTS["embedding-map"].update({"view": {"run": known.run}})
    assert (empty, state) == ("", "chart")
    assert "n = 10" in note
    assert "Centres: down, n = 5" in words
    assert figure.layout.dragmode == "lasso"
    told = text_of(words_of.notes(found))
    shares = re.findall(r"[0-9]+\.[0-9](?= %)", told)
    assert float(shares[0]) + float(shares[1]) == pytest.approx(float(shares[2]), abs=0.11)


def test_the_focused_sample_is_told_with_links_that_keep_the_view(known):
    place, told, notes = callbacks.update_focus({"run": known.run, "sample": 13, "where": "correct"}, None)
    assert place["sample"] == 13
    said = text_of(told)
    assert "/sample?" in said
    assert "where=correct" in said
    assert "no: the filter leaves it out" in said
    assert "5 numbers" not in said
    assert "training samples" in text_of(notes)
    elsewhere = callbacks.update_focus({"run": known.run, "sample": 3}, None)
    assert elsewhere[0] is None
    assert "not on this map" in text_of(elsewhere[1])


@pytest.mark.parametrize(("method", "name"), [("tsne", "t-SNE with perplexity"), ("umap", "UMAP with 19")])
def test_a_long_map_is_made_by_a_job_found_again_by_every_tab(known, not_started, monkeypatch, method, name):
    have_umap(monkeypatch)
    view = {"run": known.run, "method": method, "space": "series", "part": "all"}
    request = callbacks.asked(ViewState.parse(view))
    hidden, state, start, stop, _, _, waiting, _ = callbacks.update_status(view, None, None, None)
    assert (hidden, start, stop) == (False, False, True)
    assert state.startswith(f"{name.split()[0]} of scaled series: 20 samples, about")
    with pytest.raises(NotFoundError, match="has not been computed yet"):
        embedding.the_map(request)
    callbacks.update_ordered(1, "nonce", view)
    job = embedding.under_way(request)
    assert job is not None
    shown = callbacks.update_status(view, None, waiting, None)
    assert (shown[2], shown[3], shown[4]) == (True, False, job.id)
    made = execute(library.store().root, job.id)
    assert made.state == "done"
    leads = {"embedded": known.run, "part": "all", "method": method, "space": "series", "layer": ""}
    assert made.result == {**leads, "samples": 20}
    done = callbacks.update_status(view, None, waiting, None)
    assert (done[0], done[7]) == (True, waiting)
    monkeypatch.setattr(embedded.EmbeddingPlan, "compute", lambda *_: pytest.fail("computed again"))
    assert len(embedding.the_map(request).selected) == 20
    assert f"{name} " in text_of(callbacks.update_focus(view, None)[2])


def test_a_link_to_a_map_by_umap_says_how_it_is_had_where_it_is_not_installed(known, monkeypatch):
    monkeypatch.setattr(laying, "has_umap", lambda: False)
    assert callbacks.update_status({"run": known.run, "method": "umap"}, None, None, None)[0] is True
    with pytest.raises(SettingsError, match="pip install umap-learn"):
        CHARTS["embedding-map"].update({"view": {"run": known.run, "method": "umap"}})
    assert "pip install umap-learn" in text_of(layout(ViewState.parse({"run": known.run})))


def test_a_cancelled_map_leaves_nothing_and_can_be_asked_for_again(known, not_started):
    view = {"run": known.run, "method": "tsne"}
    callbacks.update_ordered(1, "nonce", view)
    job = embedding.under_way(callbacks.asked(ViewState.parse(view)))
    callbacks.cancel_map(1, job.id)
    assert library.desk().get(job.id).state.state == "cancelled"
    assert callbacks.update_status(view, None, None, None)[2] is False
    assert not (library.store().root / "cache" / "embeddings").exists()


def test_a_line_holds_the_points_inside_it():
    points = np.array([[1, 1], [3, 1], [0.1, 1.9], [-1, -1]])
    assert inside_line(points, *SQUARE).tolist() == [True, False, True, False]
    bent = ([0, 2, 2, 1, 0], [0, 0, 2, 0.5, 2])
    assert inside_line(np.array([[1, 1], [1, 0.2], [1.9, 1.5]]), *bent).tolist() == [False, True, True]


@pytest.mark.parametrize(
    "line", [([0, 1], [0, 1]), ([0, 1, float("nan")], [0, 1, 2]), ([0, 1, 2], ["a", 1, 2])]
)
def test_what_is_no_line_is_refused(line):
    with pytest.raises(SettingsError):
        inside_line(np.zeros((2, 2)), *line)


def test_a_line_selects_of_the_selection_first_and_else_begins_anew(known):
    request = MapRequest(Selection(known.run, where="outcome == FP"), space="series")
    rows, of_selection = embedding.within(request, *EVERYWHERE)
    assert (rows.tolist(), of_selection) == ([13, 14], True)
    found = embedding.the_map(request)
    x, y = (float(value) for value in found.positions[0])
    around = ([x - 1e-4, x + 1e-4, x + 1e-4, x - 1e-4], [y - 1e-4, y - 1e-4, y + 1e-4, y + 1e-4])
    rows, of_selection = embedding.within(request, *around)
    assert (rows[0], of_selection) == (10, False)
    with pytest.raises(NotFoundError, match="no sample is inside"):
        embedding.within(request, [1e5, 1e6, 1e6], [1e5, 1e5, 1e6])


def test_layers_and_own_outcomes_of_three_classes_are_shown(house):
    known = publish_three_classes(house)
    found = embedding.the_map(MapRequest(Selection(known.run), layer="second", colour="outcome"))
    assert found.embedding.settings.layer == "second"
    assert [group.name for group in found.colouring.groups] == ["right", "wrong"]
    assert callbacks.update_choices({"run": known.run}, None)[2] is False


def test_hostile_names_are_only_text_on_the_page(house):
    known = publish_known(house, hostile=True)
    figure = CHARTS["embedding-map"].update({"view": {"run": known.run}})[0]
    assert "<img" not in text_of(figure.data)
    assert "<img" not in text_of(figure.layout.annotations)
