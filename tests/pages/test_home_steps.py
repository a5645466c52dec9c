"""What Home says and offers: nothing at first, then the next step and the last runs."""

from core.data import publish_dataset
from dashboard.components.view import ViewState
from dashboard.pages import home
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
    shown, target = home.update_demo_state(None, started, "this", None)
    assert f"run={known.run}" in target["href"]
    assert home.update_demo_state(None, started, "another", None)[1] is home.no_update
    assert "See what it looks at" in str(shown)
