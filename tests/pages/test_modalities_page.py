"""The page Modalities as functions: with nothing, without cross attention, with a run, with hostile names."""

import json
import re

import numpy as np
import plotly.utils
import pytest

from core.store import Store, open_store
from core.verbs.modalities import modalities as verb
from core.verbs.modalities import read_modalities
from core.verbs.modalities import weights as raw_weights
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.modalities import callbacks as page
from dashboard.pages.modalities.charts import asked
from dashboard.pages.modalities.layout import layout, notice
from dashboard.services import modalities
from tests.cli.calling import Heed
from tests.inference.two_modal import publish_two_modal, two_modal
from tests.pages.conftest import forget
from tests.pages.known_runs import HOSTILE, Known

OURS = [name for name in CHARTS if name.startswith("modalities-")]


def text_of(content):
    return json.dumps(content, cls=plotly.utils.PlotlyJSONEncoder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    store = open_store(tmp_path_factory.mktemp("modalities") / "home")
    plain = publish_two_modal(store, two_modal(store))
    hostile = publish_two_modal(store, two_modal(store, (f"a{HOSTILE}", f"b{HOSTILE}")))
    return store, plain, hostile


@pytest.fixture
def runs(made, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HEED_HOME", str(made[0].root))
    forget()
    modalities.forget()
    yield made
    modalities.forget()
    forget()


def test_an_empty_store_leads_to_the_page_train(house: Store):
    assert "/train" in text_of(notice(ViewState()))


def test_a_run_without_cross_attention_says_what_is_missing_and_how_to_get_it(known: Known):
    said = text_of(notice(ViewState.parse({"run": known.run})))
    assert "No two modalities look at each other" in said
    assert "model=cross-modal" in said


@pytest.mark.slow
def test_the_page_offers_the_heads_and_reads_the_sample_in_view(runs):
    _, run, _ = runs
    assert notice(ViewState.parse({"run": run})) == []
    assert text_of(layout(ViewState.parse({"run": run})))
    _, one_pair, heads = page.update_controls({"run": run})
    assert (one_pair, [head["value"] for head in heads]) == (True, ["", "0", "1"])
    near, place, said, guide = page.update_sample({"run": run, "part": "all", "sample": 3})
    assert (near["sample"], place) == (3, "sample 3, 4 of 40")
    assert "predicted" in text_of(said)
    assert "Checklist for" in text_of(guide)
    assert re.search("badge-outcome (tp|fn)", text_of(said))
    assert "Mean over heads" in text_of(page.update_numbers({"run": run})[0])
    *_, told = page.update_sample({"run": run, "sample": 10**6})
    assert "numbered 0 to 39" in text_of(told)


@pytest.mark.slow
@pytest.mark.parametrize("chart", OURS)
def test_every_chart_draws_a_run_of_hostile_names_as_text(chart: str, runs):
    for run in runs[1:]:
        for view in ({"run": run}, {"run": run, "show": "mean", "head": "1", "layer": "nothing"}):
            figure = CHARTS[chart].figure(ViewState.parse(view), "dark")
            meta = figure.layout.meta
            assert meta["n"] >= 1
            assert meta["scale"]
            assert len(meta["description"]) > 40
            plain = figure.to_plotly_json()
            plain["layout"].pop("meta")
            shown = re.sub(r"</?(br|b|extra)>", "", text_of(plain))
            assert "<img" not in shown
            assert len(CHARTS[chart].ask(ViewState.parse(view)).to_frame())


@pytest.mark.slow
def test_the_maps_are_the_raw_weights_with_queries_as_rows(runs):
    _, run, _ = runs
    maps = modalities.maps(asked(ViewState.parse({"run": run, "part": "all", "sample": 5, "head": "1"})))
    for name, weights in (("driver_to_follower", maps.ab), ("follower_to_driver", maps.ba)):
        assert np.allclose(raw_weights(run, [5], name)[0, 1], weights)
    figure = CHARTS["modalities-maps"].figure(
        ViewState.parse({"run": run, "part": "all", "sample": 5, "head": "1"}), "light"
    )
    drawn = [trace for trace in figure.data if trace.type == "heatmap"]
    assert np.allclose(drawn[0].z, maps.ab)
    assert np.allclose(drawn[1].z, maps.ba)
    assert figure.layout.yaxis.title.text == "driver (query), step"
    assert figure.layout.xaxis.title.text == "follower (key), step"


@pytest.mark.slow
def test_page_verb_and_command_tell_the_same(runs, capsys: pytest.CaptureFixture[str]):
    store, run, _ = runs
    heed = Heed(capsys)
    view = asked(ViewState.parse({"run": run}))
    shown, told = modalities.measured(view), verb(run, "test", store=store)
    assert [head.row() for head in shown.heads] == [
        pytest.approx(head.row(), nan_ok=True) for head in told.heads
    ]
    document = heed.json("modalities", run).fits("modalities")
    assert document["alignment"][0]["pearson"] == pytest.approx(shown.overall.alignment)
    assert document["report"] == modalities.report(view)
    sample = int(shown.samples[0])
    read = modalities.reading(view)
    assert read.text == read_modalities(run, sample, "test", store=store).text
    one = heed.json("modalities", run, "--sample", str(sample)).fits("modalities")
    assert one["report"] == read.text
    assert "Do both directions" in heed("modalities", run, "--sample", str(sample)).stdout
