"""Chromium against real gunicorn with two workers; whatever goes wrong in the page fails the test."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
).split()
IDLE = """() => {
  const loading = document.querySelector("[data-dash-is-loading='true']");
  return !loading && !document.querySelector("._dash-loading") && !!document.querySelector("#_pages_content > *");
}"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A gunicorn of Heed on a port and a store of its own."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / f"gunicorn-{self.port}.log"
        self._environment = {**os.environ, "HEED_HOME": str(home), "HEED_PORT": str(self.port), **environment}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "dashboard.app:server"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=log, stdout=log)
        wait_until(self.answers, 30, f"an answer of gunicorn ({self.log.read_text()[-2000:]})")
        return self

    def answers(self) -> bool:
        """Say whether the server is healthy; fail at once when it ended."""
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"gunicorn ended: {self.log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in listed]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=40)


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[Server]:
    """Serve a store for the time of a block."""
    server = Server(home, **environment).start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an empty store for the whole session."""
    with serving(tmp_path_factory.mktemp("served") / "home") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


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
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a context of its own; problems fail the test at its end."""
    contexts: list[BrowserContext] = []
    problems = Problems()

    def opener(url: str = "about:blank", **settings: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **settings})
        contexts.append(context)
        page = problems.watch(context.new_page())
        if url != "about:blank":
            page.goto(url)
            wait_idle(page)
        return page

    yield opener
    for context in contexts:
        context.close()
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


def axe(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical in a page."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{item['id']}: {item['help']}: {node['target']} {node['html'][:160]}"
        for item in found["violations"]
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"]
    ]
