"""Data without labels is scored by a run in a real browser, and the table of predictions leaves."""

import subprocess
import sys

import numpy as np
import pytest

from core.data import Dataset, make_dataset, publish_dataset
from core.store import open_store
from tests.browser.conftest import axe, wait_idle
from tests.browser.importing import LONG, TITLED
from tests.serving import ROOT, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def scored_house(tmp_path_factory):
    """Serve a run, unlabelled data that it can score, and data that it can't; return the server and ids."""
    home = tmp_path_factory.mktemp("score") / "home"
    store = open_store(home)
    learnt = make_dataset(store, "synthetic", {"samples": 40, "timesteps": 12}, name="waves")
    command = [sys.executable, "-m", "core", "--home", str(home), "train", learnt.id, "--model", "lstm"]
    subprocess.run([*command, "--epochs", "1", "--here"], cwd=ROOT, check=True, capture_output=True)
    series = np.random.default_rng(0).normal(size=(30, 12, 1)).astype(np.float32)

    def bare(name: str, values: np.ndarray) -> str:
        samples, steps, channels = values.shape
        dataset = Dataset(
            series=values,
            lengths=np.full(samples, steps),
            targets={},
            classes={},
            channels=tuple(f"c{place}" for place in range(channels)),
            sample_ids=np.arange(samples).astype(np.str_),
            step_labels=tuple(map(str, range(steps))),
            parts=np.full(samples, -1, np.int8),
            name=name,
        )
        return publish_dataset(store, dataset).id

    made = {"bare": bare("bare", series), "wide": bare("wide", np.tile(series, (1, 1, 3)))}
    with serving(home) as running:
        yield running, made


def test_unlabelled_data_is_scored_by_a_run_and_the_table_leaves(scored_house, open_page, tmp_path):
    server, made = scored_house
    page = open_page(f"{server.url}/data?dataset={made['bare']}")
    page.wait_for_function(TITLED, arg="bare")
    page.click("#data-about a:has-text('Score it with a run')")
    page.click("#data-score-runs .ag-cell:has-text('yes')")
    page.click("#data-score-start")
    page.wait_for_selector("#data-score-table .ag-row", timeout=LONG)
    assert "30 samples" in page.inner_text("#data-score-line")
    assert page.inner_text("#data-score-distribution-note").startswith("n = 30")
    assert "job=" in page.url
    with page.expect_download() as waiting:
        page.click("#data-score-links a:has-text('CSV')")
    waiting.value.save_as(tmp_path / "scores.csv")
    lines = (tmp_path / "scores.csv").read_text().splitlines()
    assert len(lines) == 31
    assert lines[0].startswith("id,actual,predicted,probability ")
    page.reload()  # the address holds what was predicted
    page.wait_for_selector("#data-score-table .ag-row", timeout=LONG)
    assert axe(page) == []


def test_a_run_that_does_not_fit_says_why(scored_house, open_page):
    server, made = scored_house
    page = open_page(f"{server.url}/data?dataset={made['wide']}&section=score")
    page.click("#data-score-runs .ag-cell:has-text('reads 1 channels; the dataset has 3')")
    wait_idle(page)
    assert not page.is_enabled("#data-score-start")


@pytest.mark.parametrize("query", ["", "?format=exe"])
@pytest.mark.parametrize("job", ["aaaaaaaaaaaa", "..%5c..%5cetc", "x"])
def test_tables_of_predictions_that_are_not_there_are_client_errors(scored_house, open_page, job, query):
    server, _made = scored_house
    answer = open_page().request.get(f"{server.url}/download/scores/{job}{query}")
    assert answer.status == 404
