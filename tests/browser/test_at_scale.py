"""The Attention page with 100,000 samples: all that one does there is answered and does what it says."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from benchmarks.exploring import TOUR, Visitor, explored
from core.store import open_store
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN = {
    "chip outcome == FP": "where=outcome",
    "zoom by a box": "rows=",
    "show all": "run=",
    "focus a row": "sample=",
    "zoom to the sample": "rows=",
    "groups: actual class": "group=class",
    "first group: a cohort": "among=",
    "section Two models": "section=models",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scale") / "home"


@pytest.fixture(scope="module")
def view(home: Path) -> dict[str, str]:
    return explored(open_store(home))


@pytest.fixture(scope="module")
def served(home: Path, view: dict[str, str]) -> Iterator[Server]:
    with serving(home) as running:
        yield running


@pytest.mark.parametrize("part", TOUR, ids=lambda part: part.__name__)
def test_each_interaction_is_answered_and_does_what_it_says(part, served, view, page: Page):
    visitor = Visitor(page)
    visitor.open(f"{served.url}/attention?{urlencode(view)}")
    for name, deed in part():
        visitor.do(name, deed)
        assert SHOWN.get(name, "") in page.url, name
    assert all(0 < cost.answered <= cost.painted for cost in visitor.costs)
    assert page.locator(".chart.is-empty").count() == 0
