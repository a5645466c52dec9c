"""A row about exploring: what each interaction of the Attention page takes on 100,000 samples, in a browser.

An interaction is done as a person does it (a click, a key, a drag) and is timed from that event until the
server's last answer to it is there, and to the last frame that it changed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks.material import Material
from benchmarks.measure import Measured, Side, in_turn
from benchmarks.published import dataset_of, drawn_run
from benchmarks.servers import HEED, gunicorn
from benchmarks.serving import ARGUMENTS, HEATMAP_DRAWN, chromium
from core import save_cohort
from core.data import publish_dataset
from core.store import Store, open_store

SAMPLES, STEPS = 100_000, 100
STILL = 150  # milliseconds without a change after which an interaction has ended
QUIET = "still => heedWatch.quiet(still)"
WATCH = Path(__file__).with_name("watch.js").read_text()
COHORT = "looks late"
BOX = """() => {
  const plot = document.querySelector("#attention-heatmap .js-plotly-plot");
  plot.scrollIntoView({ block: "center" });
  const place = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
  const size = { width: xaxis._length, height: yaxis._length };
  return { x: place.left + xaxis._offset, y: place.top + yaxis._offset, ...size };
}"""


@dataclass(frozen=True)
class Cost:
    """What one interaction cost.

    Attributes:
        name: What was done.
        answered: Seconds from the event until the server's last answer is there.
        painted: Seconds from the event to the last frame that it changed.
        requests: How often the server was asked.
    """

    name: str
    answered: float
    painted: float
    requests: int


class Visitor:
    """Somebody at a page of a server who does one thing after another, each of them timed.

    Attributes:
        page: A page of a browser, which a script of ours watches from now on.
        costs: What has been done so far.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.costs: list[Cost] = []
        page.add_init_script(WATCH)

    def open(self, url: str) -> None:
        """Open the page Attention and wait until it is drawn."""
        self.page.goto(url)
        self.page.wait_for_function(HEATMAP_DRAWN)
        self.page.evaluate("() => { heedWatch.from = performance.now(); }")
        self._settle()

    def do(self, name: str, deed: Callable[[Any], object]) -> None:
        """Do something and keep what it cost; what goes before the last event of the deed does not count."""
        self.page.evaluate("() => heedWatch.arm()")
        deed(self.page)
        self._settle()
        took = self.page.evaluate("() => heedWatch.took()")
        self.costs.append(Cost(name, **took))

    def _settle(self) -> None:
        self.page.wait_for_function(QUIET, arg=STILL, timeout=60_000, polling=25)


def explored(store: Store) -> dict[str, str]:
    """Publish two runs of the same 100,000 samples, the first with a cohort; return the view of both."""
    data = publish_dataset(store, dataset_of(SAMPLES, STEPS))
    run, other = (drawn_run(store, data, seed) for seed in (0, 1))
    save_cohort(run, COHORT, "late > 40%", store=store)
    return {"dataset": data.id, "run": run, "other": other}


def overview() -> Iterator[tuple[str, Callable[[Any], object]]]:
    """Give what is done in the section Overview, in an order in which each changes something."""
    for sort in ("confidence", "entropy, sharpest first", "position of the peak", "actual class"):
        yield f"sort by {sort}", chooses("attention-sort", sort)
    for condition in ("outcome == FP", "pattern == late"):
        yield f"chip {condition}", clicks(f'button[data-toggle="{condition}"]')
    yield "undo", clicks("#filter-undo")
    yield "clear", clicks("#filter-clear")
    for condition in ("late > 30% and confidence < 70%", "entropy < 0.8 or outcome in (FP, FN)"):
        yield f"condition {condition}", types_condition(condition)
    yield "clear", clicks("#filter-clear")
    yield "largest weight in place of mean", chooses("attention-show", "largest weight")
    yield "zoom by a box", draws_box(0.2, 0.3, 0.6, 0.7)
    yield "zoom further", draws_box(0.3, 0.3, 0.8, 0.9)
    yield "show all", clicks("#attention-show-all")
    for place in (0.25, 0.7):
        yield "focus a row", clicks_row(place)
    yield "next sample", clicks("#attention-next")
    yield "next sample by its key", presses("]")
    yield "zoom to the sample", clicks("#attention-zoom-sample")
    yield "show all", clicks("#attention-show-all")


def groups() -> Iterator[tuple[str, Callable[[Any], object]]]:
    """Give what is done in the section Groups."""
    yield "section Groups", clicks('[role="tab"][data-section="groups"]')
    yield "groups: actual class", chooses("attention-group", "actual class")
    for measure in ("concentration", "position of the peak", "single weights"):
        yield f"distribution of {measure}", chooses("attention-measure", measure)
    yield "chip outcome == FN", clicks('button[data-toggle="outcome == FN"]')
    yield "clear", clicks("#filter-clear")


def comparing() -> Iterator[tuple[str, Callable[[Any], object]]]:
    """Give what is done in the sections Contrast and Two models."""
    yield "section Contrast", clicks('[role="tab"][data-section="contrast"]')
    yield "first group: a cohort", chooses("attention-among", COHORT)
    yield "chip outcome == FP", clicks('button[data-toggle="outcome == FP"]')
    yield "clear", clicks("#filter-clear")
    yield "section Two models", clicks('[role="tab"][data-section="models"]')


def clicks(selector: str) -> Callable[[Any], object]:
    """Return a click on an element."""
    return lambda page: page.click(selector)


def presses(key: str) -> Callable[[Any], object]:
    """Return a press of a key."""
    return lambda page: page.keyboard.press(key)


def chooses(control: str, words: str) -> Callable[[Any], object]:
    """Return the choice of an option of a dropdown."""

    def deed(page: Any) -> None:
        page.click(f"#{control}")
        page.get_by_role("option", name=words).first.click()

    return deed


def types_condition(condition: str) -> Callable[[Any], object]:
    """Return the entry of a condition into the filter line."""

    def deed(page: Any) -> None:
        page.fill("#filter-text", condition)
        page.press("#filter-text", "Enter")

    return deed


def draws_box(left: float, top: float, right: float, bottom: float) -> Callable[[Any], object]:
    """Return a drag over the heatmap, in shares of its width and height."""

    def deed(page: Any) -> None:
        box = page.evaluate(BOX)  # once: nothing may scroll while the button is down
        page.mouse.move(*_within(box, left, top))
        page.mouse.down()
        page.mouse.move(*_within(box, right, bottom), steps=4)
        page.mouse.up()

    return deed


def clicks_row(place: float) -> Callable[[Any], object]:
    """Return a click on a row of the heatmap, once what is under the pointer is said."""

    def deed(page: Any) -> None:
        across, down = _within(page.evaluate(BOX), 0.5, place)
        page.mouse.move(across - 9, down)
        page.mouse.move(across, down, steps=3)
        page.wait_for_function("() => document.getElementById('heatmap-tip')?.hidden === false")
        page.mouse.click(across, down)

    return deed


def _within(box: dict[str, float], across: float, down: float) -> tuple[float, float]:
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


TOUR = (overview, groups, comparing)
"""What a visitor does on the page, section by section; each part begins with the page as it is opened."""


def tour(visitor: Visitor, url: str) -> list[Cost]:
    """Do everything once and return what each interaction cost.

    Args:
        visitor: Who does it.
        url: The page, with the view in its query.
    """
    before = len(visitor.costs)
    for part in TOUR:
        visitor.open(url)
        for name, deed in part():
            visitor.do(name, deed)
    return visitor.costs[before:]


def interactions(material: Material, repeat: int) -> Measured:
    """Do everything on the Attention page of 100,000 samples; a turn is worth its 95th percentile."""
    program = chromium()
    from playwright.sync_api import sync_playwright

    view = explored(open_store(Path(material.home)))
    first: list[list[Cost]] = []
    turns: list[list[Cost]] = []
    with gunicorn(material, HEED, ("/health", "/")) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        visitor = Visitor(browser.new_page(viewport={"width": 1440, "height": 1000}))
        url = f"http://127.0.0.1:{server.port}/attention?{urlencode(view)}"

        def heed(turn: int) -> float:
            costs = tour(visitor, url)
            (turns if turn >= 0 else first).append(costs)
            return late(costs)

        found = in_turn([Side("Heed", heed)], repeat, warm=1)
        browser.close()
    found.notes = f"{told(turns)}; asked for the first time, p95 {1000 * late(first[0]):.0f} ms"
    return found


def late(costs: Sequence[Cost]) -> float:
    """Return the 95th percentile of the seconds to the answer."""
    return float(np.percentile([cost.answered for cost in costs], 95))


def told(turns: Sequence[Sequence[Cost]]) -> str:
    """Say of several turns how long answers and frames take, and which interactions take longest."""
    same = list(zip(*turns, strict=True))
    answered, painted = (
        {costs[0].name: float(np.median([getattr(cost, name) for cost in costs])) for costs in same}
        for name in ("answered", "painted")
    )
    slowest = sorted(answered, key=lambda name: -answered[name])[:3]
    words = ", ".join(f"{name} {1000 * answered[name]:.0f} ms" for name in slowest)
    middle, end = (1000 * np.percentile(list(painted.values()), share) for share in (50, 95))
    return (
        f"{len(same)} interactions, median {1000 * np.median(list(answered.values())):.0f} ms to the answer;"
        f" to the last frame median {middle:.0f} ms, p95 {end:.0f} ms; longest to answer: {words}"
    )
