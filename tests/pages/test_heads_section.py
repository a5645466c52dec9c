"""The section Heads of the page Attention, on runs of models made by hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import core
from core.store import Store, open_store
from dashboard.components.view import ViewState
from dashboard.pages.attention.heads import callbacks, words
from dashboard.pages.attention.heads.charts import FLOW, GRID, MAP, NETWORK, READINGS, asked
from dashboard.services import heads, library
from tests.inference.handmade import Looks, at_lag, publish_handmade, uniform
from tests.pages.known_runs import publish_known

T = 8
HOSTILE = ("<b>x</b>", "a$%{y}&")
CHARTS = (GRID, MAP, READINGS, FLOW, NETWORK)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("HEED_HOME", str(tmp_path))
    yield open_store(tmp_path)
    heads.forget()


@pytest.fixture
def run(store: Store) -> str:
    maps = np.stack([at_lag(T, -1), uniform(T, T)])
    layers = {"self_1": Looks("", "", maps), "self_2": Looks("", "", maps[::-1].copy())}
    return publish_handmade(store, {"": T}, layers, names=HOSTILE, shortest=5)[1]


def shown(part: object) -> str:
    """Return what a component says, as the browser would get it."""
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_says_its_direction_its_scale_and_how_many(chart, theme, run):
    figure = chart.draw(chart.ask(ViewState(run=run)), theme)
    assert figure.layout.meta["n"] == 10
    assert any(sign.isdigit() for sign in figure.layout.meta["scale"])
    assert "<b>" not in figure.to_json().replace("\\u003cb", "<b")
    if chart is GRID or chart is MAP:
        assert "row = query (asks), column = key (is looked at)" in figure.layout.title.subtitle.text


def test_the_page_and_the_command_tell_the_same_numbers(store, run):
    view = ViewState(run=run, head="1", layer="self_2")
    found, verb = heads.heads(asked(view)), core.heads(run, "test", store)
    assert found.to_frame().equals(verb.to_frame())
    for mine, other in zip(found.layers, verb.layers, strict=True):
        assert np.array_equal(mine.maps, other.maps)
    read, told = heads.read(asked(view)), core.rollout(run, "test", "self_2", 1, store)
    assert read.to_frame().equals(told.to_frame())


def test_a_click_on_a_small_map_names_layer_and_head(run):
    marks = next(one for one in GRID.figure(ViewState(run=run), "light").data if one.type == "scatter")
    assert list(marks.customdata) == [
        f"layer={layer}&head={head}" for layer in ("", "self_2") for head in (0, 1)
    ]
    assert "diagonal" in marks.text[0]


def test_the_table_names_each_head_below_what_equal_weights_give(run):
    _, head, body = words.heads_table(heads.heads(asked(ViewState(run=run)))).children.children
    titles = [cell.children for cell in head.children.children]
    equal, back, even = ([said(cell) for cell in row.children] for row in body.children[:3])
    assert equal[0] == "self_1, equal weights"
    by_name = {name: (one, mine) for name, one, mine in zip(titles[2:], equal[1:], back[2:], strict=True)}
    assert back[:2] == ["0", "local, diagonal, causal, sparse"]
    assert by_name["Diagonal"][1] == "<1 at -1>"
    assert by_name["Keys in use"][1] == "<1>"
    assert float(by_name["Keys in use"][0]) > 6
    assert even[:2] == ["1", "global, uniform"]
    assert even[titles.index("Entropy")] == "<1.00 (SD 0.00)>"
    assert len(body.children) == 6


def said(part: object) -> str:
    """Return what a cell says; what is bold in angles."""
    if isinstance(part, (list, tuple)):
        return "".join(map(said, part))
    if not hasattr(part, "children"):
        return str(part)
    inner = said(part.children)
    return f"<{inner}>" if type(part).__name__ == "Strong" else inner


@pytest.mark.parametrize("chart", [MAP, READINGS, FLOW, NETWORK], ids=lambda chart: chart.id)
@pytest.mark.parametrize(("head", "said"), [("1", "self_2, head 1"), ("", "self_2, mean over heads")])
def test_what_stands_below_a_chart_names_layer_and_head(chart, head, said, run):
    figure = chart.figure(ViewState(run=run, layer="self_2", head=head), "light")
    assert said in figure.layout.meta["scale"]


def test_one_sample_has_flow_and_the_mean_says_why_not(run):
    mean = heads.read(asked(ViewState(run=run)))
    alone = heads.read(asked(ViewState(run=run, over="sample", sample=3)))
    assert [one.key for one in mean.refused] == ["flow"]
    assert "flow" in [one.reading.key for one in alone.profiles]
    told = shown(callbacks.update_offered(ViewState(run=run).plain()))
    assert "Not offered: it is of one sample at a time" in told


def test_links_say_how_many_are_left_out(run):
    found = heads.links(asked(ViewState(run=run, head="1", least=0.2)))
    assert (len(found.links), found.left_out > 0) == (0, True)
    strongest = heads.links(asked(ViewState(run=run, head="1")))
    assert len(strongest.links) == 60
    meta = FLOW.figure(ViewState(run=run, head="1"), "light").layout.meta
    assert f"60 links drawn, {strongest.left_out:,} weaker ones left out" in meta["scale"]


def test_controls_offer_layers_and_heads(run):
    layers, numbers, _, no_map, no_links = callbacks.update_choices(ViewState(run=run).plain())
    assert [one["value"] for one in layers] == ["", "self_2"]
    assert [one["value"] for one in numbers] == ["", "0", "1"]
    assert (no_map, no_links) == (False, False)


def test_an_unknown_layer_or_head_shows_the_usual_one(run):
    found = heads.one_head(asked(ViewState(run=run, layer="other", head="7")))
    assert (found.layer.name, found.head) == ("self_1", None)


def test_a_run_without_attention_says_so(store):
    known = publish_known(store)
    note, table = callbacks.update_heads(ViewState(run=known.baseline).plain())
    assert "no attention to look at" in note
    assert table == ""
    assert callbacks.update_choices(ViewState(run=known.baseline).plain())[3:] == (True, True)
    assert "no run is chosen" in callbacks.update_heads({})[0].casefold()


def test_closed_heads_are_told_with_what_little_change_does_not_say(run):
    told = shown(callbacks.update_closed(ViewState(run=run).plain()))
    assert "does not say that a head is not used" in told
    assert "self_2" in told
    assert library.run(run).id == run
