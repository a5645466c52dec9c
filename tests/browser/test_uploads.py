"""Files on their way in a real browser: cut, resumed, reloaded, cancelled, refused."""

import hashlib
import os
import re

import pytest

from tests.browser.conftest import Problems, axe, forget, wait_idle
from tests.serving import serving
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEGABYTE = 2**20
LONG = 60_000  # ms
ZONE = "#data-upload"
STATUS = f"{ZONE} .drop-status"
UPLOAD = re.compile(r"/upload(/[0-9a-z]{12})?$")
WATCH = """() => {
  window.handed = [];
  const set = window.dash_clientside.set_props;
  window.dash_clientside.set_props = (id, props) => {
    if (id === 'data-upload-token') window.handed.push(props.data);
    set(id, props);
  };
}"""
HURRY = """const wait = window.setTimeout;
window.setTimeout = (deed, time, ...more) => wait(deed, time > 300 && time < 12000 ? 50 : time, ...more);"""
DROP = """zone => {
  const data = new DataTransfer();
  data.items.add(new File(['label,0\\na,1\\n'], 'dropped.csv'));
  data.items.add(new File(['x'], 'second.csv'));
  const event = new DragEvent('drop', { dataTransfer: data, bubbles: true });
  document.querySelector(zone).dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve an empty store that takes files up to 64 megabytes, and 80 together."""
    home = tmp_path_factory.mktemp("uploads") / "home"
    with serving(home, HEED_UPLOAD_LIMIT="64", HEED_UPLOAD_QUOTA="80") as running:
        yield running


class Walk:
    """A page with a drop zone, the requests that it sends, and a gate through which its pieces go."""

    def __init__(self, house, page) -> None:
        self.house, self.page = house, page
        self.asked: list[tuple[str, str]] = []
        self.verdicts: list[str] = []
        self.always = "go"
        page.on("request", self._note)
        # Listened to from here on: what is switched on with a key's press may come after the press.
        page.on("filechooser", lambda chooser: None)
        page.route(UPLOAD, self._gate)
        self.open()

    def open(self) -> None:
        self.page.goto(f"{self.house.url}/data?source=file")
        self.ready()

    def ready(self) -> None:
        wait_idle(self.page)
        self.page.wait_for_selector(ZONE, state="visible")
        self.page.evaluate(WATCH)

    def _note(self, request) -> None:
        if UPLOAD.search(request.url):
            self.asked.append((request.method, request.headers.get("upload-offset", "")))

    def _gate(self, route) -> None:
        """Let a piece through, cut its connection, or hold it for ever, as is said for it."""
        verdict = self.verdicts.pop(0) if self.verdicts else self.always
        if verdict == "go":
            route.continue_()
        elif verdict == "cut":
            route.abort("connectionreset")

    def choose(self, path) -> None:
        with self.page.expect_file_chooser() as waiting:
            self.page.click(f"{ZONE} [data-choose]")
        waiting.value.set_files(path)

    def says(self, words: str, timeout: int = LONG) -> None:
        self.page.wait_for_function(
            "([place, words]) => new RegExp(words).test(document.querySelector(place)?.textContent)",
            arg=[STATUS, words],
            timeout=timeout,
        )

    def until(self, condition, what: str) -> None:
        wait_until(lambda: self.page.wait_for_timeout(20) or condition(), 60, what)

    def arrives(self, content: bytes, name: str) -> None:
        """Wait until the store of the zone has the file, and compare what the server keeps."""
        self.says(f"{re.escape(name)} has arrived")
        (handed,) = self.page.evaluate("window.handed")
        assert handed == {
            "token": handed["token"],
            "name": name,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        kept = self.house.home / "tmp" / f"upload-{handed['token']}"
        assert kept.read_bytes() == content
        kept.unlink()
        assert self.page.evaluate("Object.keys(sessionStorage).filter(key => key.includes('upload'))") == []

    def offsets(self) -> list[int]:
        return [int(offset) for verb, offset in self.asked if verb == "PUT"]

    def left(self) -> list[str]:
        return [path.name for path in (self.house.home / "tmp").glob("upload-*")]


@pytest.fixture
def walk(house, profile):
    """Return a walk on a fresh page; what it leaves under way is removed at its end."""
    problems = Problems()
    yield Walk(house, problems.watch(profile.new_page()))
    forget(profile)
    for path in (house.home / "tmp").glob("upload-*"):
        path.unlink()
    # The browser itself writes a line for each connection that is cut here and each refusal.
    meant = re.compile(
        r"console: Failed to load resource: (net::ERR_|the server responded with a status of 4)"
    )
    assert [problem for problem in problems if not meant.match(problem)] == []


def made(folder, name: str, size: int):
    content = os.urandom(size)
    path = folder / name
    path.write_bytes(content)
    return path, content


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    return made(tmp_path_factory.mktemp("big"), "big <b>&.csv", 30 * MEGABYTE)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Return a file of two pieces and its content."""
    return made(tmp_path_factory.mktemp("two"), "two.csv", 12 * MEGABYTE)


def test_u14_a_file_arrives_though_its_connection_is_cut_in_the_middle(walk, big):
    path, content = big
    walk.verdicts = ["go", "go", "cut"]
    walk.choose(path)
    walk.arrives(content, path.name)
    assert [verb for verb, _ in walk.asked].count("POST") == 2  # announced once, finished once
    assert walk.offsets()[:3] == [0, 8 * MEGABYTE, 8 * MEGABYTE]
    assert walk.page.locator(f"{ZONE} .progress-track").is_hidden()
    assert walk.page.locator(f"{ZONE} b").count() == 0


def test_u14_a_long_break_is_told_and_ends_by_a_click(walk, two):
    path, content = two
    page = walk.page
    page.add_init_script(HURRY)
    walk.open()
    walk.verdicts, walk.always = ["go", "go"], "cut"
    walk.choose(path)
    walk.says(r"interrupted\. 8\.4 MB of 12\.6 MB have arrived")
    assert page.get_attribute(f"{ZONE} .progress-track", "aria-valuenow") == "66"
    assert page.locator(ZONE).evaluate("zone => zone.classList.contains('is-error')")
    assert axe(page) == []
    walk.always = "go"
    walk.asked.clear()
    page.click(f"{ZONE} >> text=Go on")
    walk.arrives(content, path.name)
    assert walk.asked[0][0] == "GET"
    assert min(walk.offsets()) == 8 * MEGABYTE


def test_u14_after_a_reload_choosing_the_same_file_goes_on_where_it_stopped(walk, two):
    path, content = two
    walk.verdicts = ["go", "go", "hold"]
    walk.choose(path)
    walk.until(lambda: len(walk.offsets()) == 2, "the second piece")
    walk.page.reload()
    walk.ready()
    walk.says("had not arrived whole. Choose it again")
    walk.asked.clear()
    walk.choose(path)
    walk.arrives(content, path.name)
    assert [verb for verb, _ in walk.asked] == ["GET", "PUT", "POST"]
    assert walk.offsets()[0] == 8 * MEGABYTE


def test_another_file_of_the_same_name_begins_anew(walk, two, tmp_path):
    path, _ = two
    walk.verdicts = ["go", "go", "hold"]
    walk.choose(path)
    walk.until(lambda: len(walk.offsets()) == 2, "the second piece")
    walk.page.reload()
    walk.ready()
    other = tmp_path / path.name
    other.write_bytes(b"label,0\na,1\n")
    walk.choose(other)
    walk.arrives(b"label,0\na,1\n", path.name)


def test_cancelling_leaves_nothing_and_gives_the_focus_back(walk, two):
    path, _ = two
    before = walk.left()
    walk.verdicts = ["go", "go", "hold"]
    walk.page.focus(f"{ZONE} [data-choose]")
    with walk.page.expect_file_chooser() as waiting:
        walk.page.keyboard.press("Enter")
    waiting.value.set_files(path)
    walk.until(lambda: len(walk.offsets()) == 2, "the second piece")
    assert walk.page.evaluate("document.activeElement.textContent") == "Cancel"
    assert re.match(r"\d\d %", walk.page.inner_text(f"{ZONE} .drop-numbers"))
    assert axe(walk.page) == []
    walk.page.keyboard.press("Enter")
    walk.says("Cancelled. Nothing was kept.")
    assert walk.page.evaluate("document.activeElement.textContent") == "Choose a file"
    assert walk.left() == before
    assert walk.page.evaluate("window.handed") == []
    assert walk.asked[-1][0] == "DELETE"


def test_u13_a_file_over_the_limit_is_not_even_announced(walk, tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(65 * MEGABYTE)
    walk.choose(path)
    walk.says(r"big\.csv has 68\.2 MB; at most 67\.1 MB are accepted")
    assert walk.asked == []


def test_r9_what_the_server_refuses_is_told_in_its_words(walk, house, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(60 * MEGABYTE)
    walk.verdicts = ["go", "go", "hold"]
    walk.choose(path)
    walk.until(lambda: len(walk.offsets()) == 2, "the second piece")
    walk.page.evaluate("sessionStorage.clear()")
    walk.page.reload()
    walk.ready()
    walk.choose(path)
    walk.says("may have 83.9 MB together; there are .* and this file has 62.9 MB")
    assert walk.page.is_enabled(f"{ZONE} [data-choose]")
    assert walk.page.locator(f"{ZONE} >> text=Go on").is_hidden()


def test_a_browser_that_can_not_hash_sends_without(walk, tmp_path):
    walk.page.add_init_script("Object.defineProperty(window.crypto, 'subtle', { value: undefined })")
    walk.open()
    hashed = []
    walk.page.on("request", lambda request: hashed.append("upload-sha256" in request.headers))
    path = tmp_path / "small.csv"
    path.write_bytes(b"label,0\na,1\n")
    walk.choose(path)
    walk.arrives(b"label,0\na,1\n", "small.csv")
    assert not any(hashed)


def test_a_dropped_file_is_sent_while_the_reader_looks_elsewhere(walk):
    page = walk.page
    walk.verdicts = ["go", "cut"]
    page.evaluate(DROP, ZONE)
    walk.says("Sending dropped.csv; one file at a time|Trying again")
    page.click("#rail a[data-path='/train']")
    page.wait_for_selector(ZONE, state="detached")
    walk.until(lambda: walk.asked[-1][0] == "POST" and len(walk.asked) > 2, "the end")
    wait_idle(page)
    assert page.evaluate("window.handed") == []
    page.go_back()
    page.wait_for_selector(ZONE, state="visible")
    walk.arrives(b"label,0\na,1\n", "dropped.csv")
