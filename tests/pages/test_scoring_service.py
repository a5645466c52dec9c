"""Scoring from the page Data: runs that fit, what is refused, tables that are not there."""

import dataclasses

import numpy as np
import pytest

from core.data import publish_dataset
from core.errors import HeedError, NotFoundError
from dashboard.pages.data import words
from dashboard.services import jobs, library, scoring
from tests.pages.known_runs import dataset_of


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Leave what is ordered in the queue."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)


def other(house, channels):
    """Publish unlabelled data with these channels and return its id."""
    made = dataset_of(np.zeros(4, int), np.full(4, -1, np.int8), ("a", "b"), "other", channels)
    return publish_dataset(house, dataclasses.replace(made, targets={}, classes={})).id


@pytest.mark.parametrize(
    ("channels", "reason"),
    [
        (("x", "y"), ""),
        (("u", "v"), ""),
        (("y", "x"), "channels must come in the order x, y"),
        (("x",), "reads 2 channels; the dataset has 1"),
    ],
)
def test_a_run_fits_data_of_its_channels_and_says_why_it_does_not(house, known, channels, reason):
    dataset = other(house, channels)
    found = scoring.candidates(library.dataset(dataset))
    assert {one.manifest.id for one in found} == {known.run, known.baseline}
    assert all(reason in one.reason and bool(one.reason) == bool(reason) for one in found)
    if reason:
        with pytest.raises(HeedError, match=reason):
            scoring.order(dataset, known.run, "n1")
        assert library.desk().list() == ()
    else:
        job = jobs.find(scoring.order(dataset, known.run, "n1"))
        assert job.spec.payload == {"run": known.run, "dataset": dataset}


@pytest.mark.parametrize("run", [None, "", "aaaaaaaaaaaa", 3])
def test_an_unknown_run_scores_nothing(known, run):
    with pytest.raises(NotFoundError):
        scoring.order(known.dataset.id, run, "n1")


@pytest.mark.parametrize("job", [None, "", "aaaaaaaaaaaa"])
def test_what_was_not_scored_is_said_so(known, job):
    with pytest.raises(NotFoundError, match="nothing was scored yet"):
        scoring.distribution(job, known.dataset.id)


def test_a_scoring_of_other_data_or_under_way_is_not_shown(house, known):
    job = scoring.order(known.dataset.id, known.run, "n1")
    with pytest.raises(NotFoundError, match="see how the job goes"):
        scoring.first_rows(job, known.dataset.id)
    with pytest.raises(NotFoundError, match="nothing was scored yet"):
        scoring.first_rows(job, other(house, ("x", "y")))
    with pytest.raises(NotFoundError):
        scoring.table_file(job, "csv")


def test_the_runs_that_need_a_dataset_are_named(known):
    said = words.losing(library.runs().entries)
    assert said.startswith("2 runs of it can't be looked at while it is gone: ")
    assert all(run.id[:4] in said for run in library.runs().entries)
