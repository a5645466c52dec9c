"""The Attention page with 100,000 samples: all that one does there does what it says and is answered soon."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Page

from benchmarks.exploring import TOUR, Visitor, explored
from core.store import open_store
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIMIT = 0.3  # seconds
ROUNDS = 8
MEANT = 25.0  # ms that WORK takes in a page of the machine in docs/performance.md
WORK = """() => {
  const from = performance.now();
  let sum = 0;
  for (let at = 0; at < 1e7; at += 1) sum += Math.sqrt(at);
  return performance.now() - from + 0 * sum;
}"""
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


def slowness(page: Page) -> float:
    """Return how many times longer a piece of work takes now than where the limit is meant."""
    return max(1.0, page.evaluate(WORK) / MEANT)


def test_interactions_do_what_they_say_and_are_answered_within_300_ms(served, view, page: Page):
    """The 95th percentile over all interactions counts, each from its event to the last answer.

    Other work on the machine makes an interaction longer and nothing makes it shorter, so the best of up to
    `ROUNDS` counts, less what a piece of work takes longer there and then.
    """
    visitor = Visitor(page)
    taken: dict[tuple[str, int], float] = {}
    for _ in range(ROUNDS):
        for part in TOUR:
            visitor.open(f"{served.url}/attention?{urlencode(view)}")
            for place, (name, deed) in enumerate(part()):
                slow = slowness(page)
                visitor.do(name, deed)
                assert SHOWN.get(name, "") in page.url, name
                cost = visitor.costs[-1]
                assert 0 < cost.answered <= cost.painted, name
                took = cost.answered / max(slow, slowness(page))
                done = (f"{part.__name__}: {name}", place)
                taken[done] = min(took, taken.get(done, took))
            assert page.locator(".chart.is-empty").count() == 0
        if np.percentile(list(taken.values()), 95) <= LIMIT:
            return
    slowest = sorted(taken, key=lambda done: -taken[done])[:4]
    pytest.fail(", ".join(f"{done[0]} {1000 * taken[done]:.0f} ms" for done in slowest))
