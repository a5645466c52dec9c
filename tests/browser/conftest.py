"""Chromium against real gunicorn with two workers; whatever goes wrong in the page fails the test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    ViewportSize,
    sync_playwright,
)

from tests.serving import Server, serving

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WINDOW: ViewportSize = {"width": 1440, "height": 900}
WRITTEN = "cookies,local_storage,indexeddb,service_workers,cache_storage"
IDLE = """() => {
  const loading = document.querySelector("[data-dash-is-loading='true'], ._dash-loading");
  return !loading && !!document.querySelector("#_pages_content > *");
}"""
THEMED = """theme => document.documentElement.getAttribute("data-bs-theme") === theme
  && !document.getAnimations().some(moving => moving instanceof CSSTransition)"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an empty store for the whole session."""
    with serving(tmp_path_factory.mktemp("served") / "home") as running:
        yield running


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Start Playwright once."""
    with sync_playwright() as playwright:
        yield playwright


def program() -> str | None:
    """Return Debian's Chromium: the one without windows if it is there, which opens pages faster."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Start Chromium for contexts that share nothing."""
    browser = driver.chromium.launch(executable_path=program(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def profile(driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Start Chromium with a profile on disk, as readers have it: it keeps compiled scripts between pages.

    From the third visit on a page takes half the work. What a page writes is forgotten by `forget`.
    """
    folder = tmp_path_factory.mktemp("profile")
    context = driver.chromium.launch_persistent_context(
        folder, executable_path=program(), args=ARGUMENTS, viewport=WINDOW
    )
    yield context
    context.close()


def forget(context: BrowserContext) -> None:
    """Close all pages of a profile but the first, and clear what they wrote."""
    first, *others = context.pages
    session = context.new_cdp_session(first)
    for origin in {origin_of(page.url) for page in others}:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": WRITTEN})
    session.detach()
    for page in others:
        page.close()


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Problems(list[str]):
    """What went wrong in pages: console errors, exceptions, server errors, violations of the policy."""

    def watch(self, page: Page) -> Page:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.append(f"exception: {error}"))
        page.on("response", self._response)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', "
            "e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
        )
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.append(f"console: {message.text[:500]}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.append(f"{response.status}: {response.url}")


@pytest.fixture
def open_page(profile: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page; problems fail the test at its end."""
    problems = Problems()

    def opener(
        url: str = "about:blank",
        *,
        viewport: ViewportSize = WINDOW,
        color_scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        page = problems.watch(profile.new_page())
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        if url != "about:blank":
            page.goto(url)
            wait_idle(page)
        return page

    yield opener
    forget(profile)
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Return an empty page that fails the test on any problem."""
    return open_page()


def wait_idle(page: Page, seconds: float = 20) -> None:
    """Wait until the page is drawn and no callback of it is under way, the poll of jobs left aside."""
    page.wait_for_function(IDLE, timeout=1000 * seconds)
    page.wait_for_timeout(60)
    page.wait_for_function(IDLE, timeout=1000 * seconds)


def move(page: Page, address: str) -> None:
    """Go on to another page of Heed as its links do, which costs a third of loading it anew.

    Args:
        page: A page that shows Heed.
        address: Path and query: "/data?dataset=abcdefgh1234".
    """
    name = page.text_content(f"#rail a[data-path='{urlsplit(address).path}']")
    page.evaluate("address => window.dash_clientside.heed.go(address)", address)
    page.wait_for_function("title => document.title === title", arg=f"{name} - Heed")
    wait_idle(page)


def each_theme(page: Page) -> Iterator[str]:
    """Show a page in light and in dark, as it follows the system, and name the theme."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(THEMED, arg=theme)
        wait_idle(page)
        yield theme


def axe(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical in a page."""
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{item['id']}: {item['help']}: {node['target']} {node['html'][:160]}"
        for item in found["violations"]
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"]
    ]
