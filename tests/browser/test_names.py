"""Names that run, break or confuse: on every page they are texts, and nothing else."""

import numpy as np
import pytest

from core.data import publish_dataset
from core.store import open_store
from tests.abuse.corpus import TEXTS
from tests.browser.conftest import move, wait_idle
from tests.pages.known_runs import ACTUAL, CHANCES, PARTS, dataset_of, publish_run
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = "x" * 300
RUNNING = '<img src=x onerror="window.__x=1">&$%{y}'
NAMES = {
    "html": ("<b>bold</b><br>next", "<script>window.__x=1</script>", RUNNING),
    "links": ("<a href='javascript:alert(1)'>here</a>", '"><svg onload=alert(1)>', "$\\frac{1}{2}$ costs $5"),
    "signs": ('it\'s "quoted" `so`', "%s %d {0} {name} ${x}", '=HYPERLINK("http://example.invalid")'),
    "scripts": ("\u202eright to left", "中文 русский العربية", "emoji 💥👩‍👩‍👧"),
    "long": (LONG, "y" * 300, "z" * 300),
    "words": ("__proto__", "null", "constructor"),
}
PAGES = ("/", "/data", "/train", "/attention", "/gallery", "/compare")


def publish(store, kind: str) -> tuple[str, str]:
    """Publish a dataset and a run whose every name is hostile; return their ids."""
    first, second, third = NAMES[kind]
    classes = (f"a {first}"[:300], f"b {second}"[:300])
    dataset = publish_dataset(
        store, dataset_of(ACTUAL, PARTS, classes, third[:120], (f"c {third}"[:300], f"d {first}"[:300]))
    )
    chances = np.stack([1 - CHANCES, CHANCES], axis=1)
    run = publish_run(store, dataset, chances, PARTS, name=f"run {second}"[:120])
    return dataset.id, run


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve datasets and runs with hostile names; return the server and their ids."""
    home = tmp_path_factory.mktemp("names") / "home"
    store = open_store(home)
    made = {kind: publish(store, kind) for kind in NAMES}
    with serving(home) as running:
        yield running, made


TITLED = "(name) => document.querySelector('#data-about-title').textContent === name"
WIDER = "() => document.documentElement.scrollWidth - innerWidth"
SEEN = """() => document.body.innerText
    + [...document.querySelectorAll("svg text")].map(text => text.textContent).join(" ")"""
SPILLED = """() => {
    const outside = (sheet, item) => item.offsetParent
        && !item.closest(".heed-table, svg, .visually-hidden, .dash-dropdown, .menu-list")
        && item.getBoundingClientRect().right > sheet.getBoundingClientRect().right + 1;
    return [...document.querySelectorAll(".sheet")]
        .filter(sheet => [...sheet.querySelectorAll("p, a, dd, h2, button, input")]
            .some(item => outside(sheet, item)))
        .map(sheet => sheet.innerText.slice(0, 80));
}"""


@pytest.mark.parametrize("kind", NAMES)
def test_hostile_names_are_texts_on_every_page(house, open_page, kind):
    server, made = house
    dataset, run = made[kind]
    first, second, third = (name[:8].strip() for name in NAMES[kind])
    wanted = {"/": f"run {second}", "/data": f"a {first}", "/train": f"run {second}"}
    page = open_page()
    dialogs, asked = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        key = "runs" if path == "/compare" else "run"
        address = f"{path}?dataset={dataset}&{key}={run}&part=all&sample=3"
        if path == PAGES[0]:
            page.goto(server.url + address)
            wait_idle(page)
        else:
            move(page, address)
        for text in (third, wanted.get(path, f"run {second}")):
            page.wait_for_function(f"(text) => ({SEEN})().includes(text)", arg=text)
        assert page.evaluate("() => window.__x") is None
        assert page.evaluate("() => Object.keys(Object.prototype).length + Object.keys(Object).length") == 0
        wide = page.evaluate(WIDER)
        assert wide <= 0, f"{path} is {wide} px too wide"
        assert page.locator("#main script, #main img[src='x'], #main a[href^='javascript']").count() == 0
        assert page.locator("#main .chart.is-error").count() == 0
    assert dialogs == []
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []


@pytest.mark.parametrize("path", ["/data", "/train", "/"])
@pytest.mark.parametrize("width", [1024, 700])
def test_names_of_300_characters_break_no_layout(house, open_page, path, width):
    server, made = house
    dataset, run = made["long"]
    page = open_page(
        f"{server.url}{path}?dataset={dataset}&run={run}", viewport={"width": width, "height": 900}
    )
    page.wait_for_function(f"(text) => ({SEEN})().includes(text)", arg="yyyyyyyy")
    assert page.evaluate(WIDER) <= 0
    assert page.evaluate(SPILLED) == []


def test_a_dataset_is_given_any_name_of_the_corpus(house, open_page):
    server, made = house
    dataset, _run = made["words"]
    page = open_page(f"{server.url}/data?dataset={dataset}")
    for name in TEXTS:
        wanted = name[:120].strip()
        page.fill("#data-new-name", name)
        page.click("#data-rename")
        page.wait_for_function(
            "(name) => document.querySelector('#data-about-title').textContent === name", arg=wanted
        )
    assert page.evaluate("() => window.__x") is None
