"""What Home says and offers: nothing at first, then the next step and the last runs."""

from types import SimpleNamespace

import pytest

from core.data import publish_dataset
from dashboard.components.guard import without_run
from dashboard.components.view import ViewState
from dashboard.pages import home
from dashboard.pages.attention.layout import notice as of_attention
from dashboard.pages.modalities.layout import notice as of_modalities
from tests.pages.known_runs import ACTUAL, PARTS, dataset_of, publish_known


def test_an_empty_house_shows_its_doors_only(house):
    step, _runs, is_empty = home._recent(ViewState())
    assert step is None
    assert is_empty


def test_a_dataset_without_runs_leads_to_training_on_it(house):
    dataset = publish_dataset(house, dataset_of(ACTUAL, PARTS, ("down", "up"), "waves"))
    step, _runs, is_empty = home._recent(ViewState())
    assert not is_empty
    assert f"/train?dataset={dataset.id}" in str(step)


def test_runs_lead_to_attention_errors_and_comparison_with_their_numbers(house):
    known = publish_known(house)
    step, runs, _is_empty = home._recent(ViewState())
    assert f"/attention?dataset={known.dataset.id}&run={known.run}" in str(step)
    assert "/gallery?" in str(step)
    assert "Compare 2 runs" in str(step)
    assert "test accuracy 60.0 % (95 % CI 31.3-83.2, n = 10); majority 50.0 %" in str(runs)


def test_the_demo_leads_only_the_page_where_it_was_clicked(house, monkeypatch):
    known = publish_known(house)
    run = home.library.run(known.run)
    job = type("Done", (), {"id": "a" * 12})()
    desk = type("Desk", (), {"list": lambda _self: (job,)})()
    monkeypatch.setattr(home.library, "desk", lambda: desk)
    monkeypatch.setattr(home.training, "demo_run", lambda _jobs: run)
    monkeypatch.setattr(home.jobbar, "is_active", lambda _job: False)
    started = {"jobs": ["a" * 12], "page": "this"}
    shown, target, *button = home.update_demo_state(None, started, "this", None)
    assert button == [False, "button"]  # the link is what to press first by now
    assert f"run={known.run}" in target["href"]
    assert home.update_demo_state(None, started, "another", None)[1] is home.no_update
    assert "See what it looks at" in str(shown)


@pytest.mark.parametrize("active", [True, False])
def test_what_is_in_training_is_not_offered_a_second_time(house, monkeypatch, active):
    publish_dataset(house, dataset_of(ACTUAL, PARTS, ("down", "up"), "waves"))
    job = SimpleNamespace(id="a" * 12, spec=SimpleNamespace(kind="train"))
    monkeypatch.setattr(home.library, "desk", lambda: SimpleNamespace(list=lambda: (job,)))
    monkeypatch.setattr(home.training, "demo_run", lambda _jobs: None)
    monkeypatch.setattr(home.jobbar, "is_active", lambda _job: active)
    monkeypatch.setattr(home, "_demo_line", lambda _job: "waiting")
    shown = home.update_demo_state(None, {"jobs": [job.id], "page": "this"}, "this", None)
    assert shown[2:] == (active, "button" if active else "button primary")
    assert ("waves is ready" in str(home._recent(ViewState())[0])) == (not active)
    assert ("being trained" in str(home._recent(ViewState())[0])) == active


@pytest.mark.parametrize("path", ["/attention", "/modalities", "/gallery"])
def test_pages_without_a_run_offer_what_there_is(house, path):
    notice = {"/attention": of_attention, "/modalities": of_modalities}.get(path)
    notice = notice or (lambda view: without_run(view, path))
    nothing = str(notice(ViewState()))
    assert ("no dataset and no model yet" in nothing, "in the bar above" in nothing) == (True, False)
    dataset = publish_dataset(house, dataset_of(ACTUAL, PARTS, ("down", "up"), "waves"))
    assert "No model is trained yet" in str(notice(ViewState()))
    view = ViewState(dataset=dataset.id)
    assert "No model is trained on this dataset yet" in str(notice(view))
    assert f"/train?dataset={dataset.id}" in str(notice(view))
