"""The tiles that come by scrolling: as they stand on pages, at a cost of their own, whatever is asked."""

import pytest

from core.attention.cohorts import Cohort, add_cohort, remove_cohort
from core.store import Store, open_store
from dashboard.components.chart import CHARTS
from dashboard.services import gallery
from dashboard.services.gallery import GalleryRequest
from dashboard.services.samples import Selection
from tests.pages.conftest import forget
from tests.pages.known_runs import publish_known, publish_many

ADDRESS = "/download/gallery-samples?format=tiles"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    house = open_store(tmp_path_factory.mktemp("tiles") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEED_HOME", str(house.root))
        forget()
        yield publish_many(house)
        forget()


@pytest.mark.parametrize("asked", ["", "&sort=margin", "&sort=distance&channels=0,1", "&where=outcome==FP"])
def test_what_comes_by_scrolling_is_what_stands_on_the_pages(client, run, asked):
    view = dict(pair.split("=", 1) for pair in asked.split("&") if pair) | {"run": run}
    shown = CHARTS["gallery-samples"].update({"view": view | {"show": "scroll"}})[0]
    seen = []
    for page in range(-(-shown["total"] // 60)):
        answer = client.get(f"{ADDRESS}&{shown['query']}&page={page}")
        assert answer.status_code == 200
        tiles = answer.get_json()
        seen += [tile["sample"] for tile in tiles["tiles"]]
        paged = CHARTS["gallery-samples"].update({"view": view | {"show": "60", "page": page}})[0]
        same = ("values", "attention", "ranges", "tiles", "total", "order")
        assert {key: tiles[key] for key in same} == {key: paged[key] for key in same}
        assert shown["order"] == tiles["order"]
    assert len(seen) == len(set(seen)) == shown["total"]


def test_they_are_nobodys_to_keep_and_no_page(client, run):
    answer = client.get(f"{ADDRESS}&run={run}&show=scroll")
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"{ADDRESS}&run={run}", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(f"{ADDRESS}&run={run}", json={}).status_code in {404, 405}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("page=999999999&show=scroll", 200),
        ("page=-1&page=2&show=1e9&channels=99999", 404),
        ("show=%3Cb%3E&page=x&count=100000&size=100000&from=-5", 200),
        ("sort=%00&layer=%F0%9F%98%80&threshold=nan", 200),
        ("where=late >", 400),
        ("where=" + "(" * 500, 400),
        ("cohort=nobody", 404),
        ("run=aaaaaaaaaaaa", 404),
        ("run=../../etc", 404),
    ],
)
def test_whatever_is_asked_gets_at_most_a_page_or_a_sentence(client, run, asked, status):
    known = "" if asked.startswith("run=") else f"&run={run}"
    answer = client.get(f"{ADDRESS}{known}&{asked}")
    assert answer.status_code == status, answer.text[:300]
    told = answer.get_json()
    if status == 200:
        assert 1 <= len(told["tiles"]) <= 60
    else:
        assert told["error"][0].isupper()
        assert " " in told["error"]


def test_other_charts_have_no_tiles(client, run):
    answer = client.get(f"/download/gallery-confusion?format=tiles&run={run}")
    assert answer.status_code == 404
    assert "must be one of html, csv, json, figure" in answer.get_json()["error"]


def test_samples_are_chosen_and_ordered_once_for_all_pages(run, monkeypatch):
    asked, select = [], gallery.select
    monkeypatch.setattr(gallery, "select", lambda chosen: asked.append(chosen) or select(chosen))
    selection = Selection(run, where="confidence > 0.1")
    pages = [gallery.page(GalleryRequest(selection, "doubt", page=page, size=60)) for page in range(4)]
    assert len(asked) == 1
    assert pages[3].offset == 180
    assert {page.total for page in pages} == {pages[0].total}


def test_a_cohort_that_is_changed_changes_the_key_of_the_order(store: Store):
    forget()
    known = publish_known(store)
    add_cohort(store, known.run, Cohort(name="some", where="sample < 13"))
    request = GalleryRequest(Selection(known.run, cohort="some"))
    before = gallery.ordered(request)
    assert gallery.ordered(request) is before
    remove_cohort(store, known.run, "some")
    add_cohort(store, known.run, Cohort(name="some", where="sample in (10, 11, 13)"))
    assert gallery.ordered(request).key != before.key
    forget()
