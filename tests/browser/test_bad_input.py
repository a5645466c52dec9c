"""Files that can't be right, and ids and settings that can't be: each is said where the user stands."""

import re

import numpy as np
import pytest

from tests.browser.conftest import wait_idle
from tests.browser.importing import archive, bring_in, choose, look_at, said, table, take_as
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEGABYTE = 2**20
PROBLEM = "#data-bring-problem"


BAD = {
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


def problem(page) -> str:
    page.wait_for_selector(f"{PROBLEM}:not(:empty)", timeout=60000)
    return page.inner_text(PROBLEM)


def refusal(page) -> str:
    """Return why a file is not imported: said when it was looked at, or else when it was read."""
    if not said(page):
        page.click("#data-import")
        return problem(page)
    assert not page.is_enabled("#data-import")
    return said(page)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words_beside_the_form_and_stays_there(page, tmp_path, name):
    content, wanted = BAD[name]
    look_at(page, tmp_path, name, content)
    why = refusal(page)
    assert re.search(wanted, why, re.IGNORECASE), why
    assert "Traceback" not in why
    assert "reference" not in why
    assert page.is_visible("#data-look")
    assert name in page.inner_text("#data-file-line")
    assert page.locator(".toast-note").count() == 0  # said once, where the user stands
    assert "dataset=" not in page.url


def test_a_wrong_label_column_is_put_right_without_sending_the_file_again(page, tmp_path):
    rows = [f"{'up' if row % 2 else 'down'},{row},{row + 1},{row % 3}" for row in range(12)]
    look_at(page, tmp_path, "moves.csv", table("way,0,1,label", *rows))
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/upload" in request.url else None)
    take_as(page, "label", "Left out")
    take_as(page, "way", "Label")
    about = bring_in(page, "moves")
    assert "2 (down, up)" in about
    assert re.search(r"Samples\s+12", about)
    assert sent == []
    assert page.locator(f"{PROBLEM}:empty").count() == 1


def test_a_file_without_labels_is_imported_and_says_what_that_means(page, tmp_path):
    look_at(page, tmp_path, "bare.csv", table("0,1,2", *[f"{row},1,2" for row in range(5)]))
    assert "no labels" in bring_in(page, "bare")
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
    assert page.is_hidden("#data-look")
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
