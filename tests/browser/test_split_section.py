"""Split and leaks in a real browser: a leaky split is examined, mended in one click, and carried to Train."""

import pytest

from core.data.published import publish_dataset
from core.store import open_store
from tests.browser.conftest import axe
from tests.data.splitting.recordings import windows
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = 60_000  # ms


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve windows that overlap, and return the server and their dataset."""
    home = tmp_path_factory.mktemp("split") / "home"
    dataset = publish_dataset(open_store(home), windows(1, rows=900, stride=3, named=False, name="<b>x</b>"))
    with serving(home) as running:
        yield running, dataset.id


def test_a_leak_is_mended_in_one_click_and_the_split_goes_along_to_train(house, open_page):
    server, dataset = house
    page = open_page(f"{server.url}/data?dataset={dataset}&section=split")
    page.wait_for_selector("#data-split-form select", timeout=LONG)
    assert "has not been examined yet" in page.inner_text("#data-split-parts")
    page.select_option("#data-split-form select >> nth=0", "stratified")
    page.click("#data-split-examine")
    page.wait_for_selector("#data-split-findings .is-leak", timeout=LONG)
    leak = page.inner_text("#data-split-findings .is-leak")
    assert "Overlapping windows on both sides" in leak
    assert "share steps of one record with a training window" in leak
    assert axe(page) == []
    page.click("#data-split-findings .is-leak button:has-text('Split by time')")
    page.wait_for_selector("#data-split-changes table", timeout=LONG)
    rows = page.locator("#data-split-changes tbody tr").all_inner_texts()
    assert any("Overlapping windows" in row and row.endswith("0 (0.0 %)") for row in rows), rows
    assert page.locator("#data-split-findings .is-leak").count() == 0
    page.wait_for_timeout(1500)  # buttons that came and went with the findings must not ask once more
    assert page.locator("#data-split-changes table").count() == 1
    assert page.locator("#data-split-form select >> nth=0").input_value() == "time"
    split = page.url.partition("split=")[2].partition("&")[0]
    page.click("#data-split-parts a:has-text('Train on this split')")
    page.wait_for_url("**/train?*")
    assert f"split={split}" in page.url
