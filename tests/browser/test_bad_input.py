"""Files that can't be right, and ids and settings that can't be: each is said where the user stands."""

import io
import re

import numpy as np
import pytest

from tests.browser.conftest import wait_idle
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEGABYTE = 2**20
PROBLEM = "#data-bring-problem"


def table(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def archive(**arrays) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


BAD = {
    "no-label.csv": (table("kind,0,1", "a,1,2", "b,3,4"), "label column 'label'.*kind, 0, 1"),
    "one-class.csv": (table("label,0,1", "a,1,2", "a,3,4"), "at least two classes|only one class|one class"),
    "not-a-number.csv": (table("label,0,1", "a,1,nan", "b,3,4", "a,1,1", "b,1,1"), "nan|not a number"),
    "infinite.csv": (table("label,0,1", "a,1,2", "b,inf,4", "a,1,1", "b,1,1"), "finite.*line 3"),
    "text.csv": (table("label,0,1", "a,1,2", "b,warm,4", "a,1,1", "b,1,1"), "number"),
    "header-only.csv": (table("label,0,1"), "row|sample"),
    "pickled.npz": (archive(X=np.array([{"a": 1}, None], dtype=object), y=np.array([0, 1])), "object|pickle"),
    "axes.npz": (
        archive(X=np.zeros((6, 2, 50), np.float32), y=np.arange(6) % 2),
        r"axes \(N, T, C\).*shape \(6, 2, 50\).*axes 'N C T'",
    ),
    "few.npz": (
        archive(X=np.zeros((2, 9), np.float32), y=np.array([0, 1]), classes=np.array(list("abcde"))),
        "class",
    ),
    "infinite.npz": (
        archive(X=np.full((4, 9), np.inf, np.float32), y=np.array([0, 1, 0, 1])),
        "infinite|NaN",
    ),
    "not-an-archive.npz": (b"PK\x03\x04" + b"\x00" * 200, "could not be read|archive|damaged"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve an empty store that takes files up to one megabyte."""
    with serving(tmp_path_factory.mktemp("bad") / "home", HEED_UPLOAD_LIMIT="1") as running:
        yield running


@pytest.fixture
def page(house, open_page):
    return open_page(f"{house.url}/data?source=file")


def choose(page, path) -> None:
    with page.expect_file_chooser() as waiting:
        page.click("#data-upload [data-choose]")
    waiting.value.set_files(path)


def send(page, tmp_path, name: str, content: bytes) -> None:
    """Choose a file, wait until it has arrived, and ask to read it."""
    path = tmp_path / name
    path.write_bytes(content)
    choose(page, path)
    page.wait_for_function(
        "name => document.querySelector('#data-make').textContent === `Read ${name}`", arg=name
    )
    page.click("#data-make")


def problem(page) -> str:
    page.wait_for_selector(f"{PROBLEM}:not(:empty)", timeout=60000)
    return page.inner_text(PROBLEM)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words_beside_the_form_and_stays_there(page, tmp_path, name):
    content, wanted = BAD[name]
    send(page, tmp_path, name, content)
    said = problem(page)
    assert re.search(wanted, said, re.IGNORECASE), said
    assert "Traceback" not in said
    assert "reference" not in said
    assert page.inner_text("#data-make") == f"Read {name}"
    assert page.is_enabled("#data-make")
    assert page.locator(".toast-note").count() == 0  # said once, where the user stands
    assert "dataset=" not in page.url


def test_a_wrong_label_column_is_put_right_without_sending_the_file_again(page, tmp_path):
    rows = [f"{'up' if row % 2 else 'down'},{row},{row + 1}" for row in range(12)]
    send(page, tmp_path, "moves.csv", table("way,0,1", *rows))
    assert "way" in problem(page)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/upload" in request.url else None)
    page.get_by_label("Label column").fill("way")
    page.click("#data-make")
    page.wait_for_url(re.compile("dataset="), timeout=60000)
    page.wait_for_function("() => document.querySelector('#data-about-title').textContent === 'moves'")
    about = page.inner_text("#data-about")
    assert "2 (down, up)" in about
    assert re.search(r"Samples\s+12", about)
    assert sent == []
    assert page.locator(f"{PROBLEM}:empty").count() == 1


def test_an_empty_label_field_loads_a_file_without_labels(page, tmp_path):
    send(page, tmp_path, "bare.csv", table("0,1,2", *[f"{row},1,2" for row in range(5)]))
    assert "label column" in problem(page)
    page.get_by_label("Label column").fill("")
    page.click("#data-make")
    page.wait_for_function(
        "() => document.querySelector('#data-about-title').textContent === 'bare'", timeout=60000
    )
    assert "no labels" in page.inner_text("#data-about")
    page.wait_for_selector("#data-balance-body.is-empty")
    assert "no labels" in page.inner_text("#data-balance-empty")
    page.click("#rail a[data-path='/train']")
    page.wait_for_function(
        "() => document.querySelector('#train-balance')?.textContent.includes('no labels')"
    )


@pytest.mark.parametrize(
    ("size", "wanted"), [(0, "is empty"), (MEGABYTE + MEGABYTE // 2, "at most 1.0 MB are accepted")]
)
def test_a_file_of_no_or_too_many_bytes_is_not_even_sent(page, tmp_path, size, wanted):
    path = tmp_path / "sizes.csv"
    path.write_bytes(b"1" * size)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/upload" in request.url else None)
    choose(page, path)
    page.wait_for_selector("#data-upload.is-error")
    assert wanted in page.inner_text("#data-upload .drop-status")
    assert not page.is_enabled("#data-make")
    assert sent == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/data?dataset=aaaaaaaaaaaa", "there is no dataset aaaaaaaaaaaa"),
        ("/train?dataset=aaaaaaaaaaaa", "there is no dataset aaaaaaaaaaaa"),
        ("/attention?run=aaaaaaaaaaaa", "there is no run aaaaaaaaaaaa"),
        ("/gallery?run=aaaaaaaaaaaa", "there is no run aaaaaaaaaaaa"),
        ("/compare?runs=aaaaaaaaaaaa", "there is no run aaaaaaaaaaaa"),
        ("/train?job=aaaaaaaaaaaa&dataset=../../etc&run=%00", "Nothing to train on yet|No dataset is chosen"),
    ],
)
def test_an_unknown_id_in_the_url_is_named_with_a_way_on(house, open_page, path, words):
    page = open_page(house.url + path)
    page.wait_for_function(
        "words => new RegExp(words, 'i').test(document.querySelector('#main').innerText)", arg=words
    )
    wait_idle(page)
    assert page.locator("#main a.button:visible, #data-make:visible").count() >= 1


@pytest.mark.parametrize(
    ("field", "value"), [("Samples", "1000000000"), ("Timesteps", "0"), ("Frequency", "")]
)
def test_settings_out_of_bounds_are_refused_beside_the_form(house, open_page, field, value):
    page = open_page(f"{house.url}/data?source=synthetic")
    page.locator(f"label:has-text('{field}') input").first.fill(value)
    page.click("#data-make")
    if value:
        said = problem(page)
        assert value in said or "None" in said, said
        assert re.search("less than|greater than", said), said
    else:  # the default counts
        page.wait_for_url(re.compile("dataset="), timeout=60000)
