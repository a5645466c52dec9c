"""How long an order takes: told where its kinds were measured, from those alone, and nothing else."""

from datetime import timedelta

import numpy as np
import pytest

from core.jobs import JobDesk
from core.jobs.directory import JobDirectory
from core.models.manifest import RunManifest
from dashboard.services import estimates, experiments, library
from dashboard.services.experiments import ArmOrder, ExperimentOrder
from tests.pages.known_runs import CHANCES, PARTS, publish_run

TOOK = 30.0


@pytest.fixture(autouse=True)
def _two_slots(monkeypatch):
    """Leave what is ordered in the queue, on a machine with two slots."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)
    monkeypatch.setenv("HEED_SLOTS", "2")


def order(known, *models, **changes) -> ExperimentOrder:
    training = changes.pop("training", {})
    arms = [ArmOrder(model, training=training) for model in models]
    return ExperimentOrder(known.dataset.id, arms, **changes)


def told(known, *models, **changes) -> estimates.Estimate:
    return estimates.estimate(experiments.plan_of(order(known, *models, **changes)))


def measure(house, known, model, pace=0.1, epochs=150):
    """Let a training of a model have ended after half a minute; return its run, with times of epochs."""
    (member,) = experiments.status(experiments.submit(order(known, model))).members
    chances = [[1 - chance, chance] for chance in CHANCES]
    run = publish_run(house, known.dataset, np.array(chances), PARTS, model=model)
    manifest = house.runs.read(run, RunManifest)
    rows = tuple({"epoch": place + 1, "seconds": 2 + pace * place} for place in range(epochs))
    changed = manifest.model_copy(update={"history": rows, "epochs": epochs})
    record = JobDirectory(house.jobs.directory(member.id))
    state = record.change(record.state(), state="starting")
    state = record.change(state, state="running", started=state.updated - timedelta(seconds=TOOK))
    record.change(state, state="done", result={"run": run})
    assert JobDesk(house).get(member.id).state.state == "done"
    return changed


def test_nothing_is_told_before_a_training_of_the_kind_was_measured(house, known):
    found = told(known, "lstm", seeds="0-4")
    assert (found.trainings, found.seconds) == (5, None)


def test_time_is_that_of_measured_trainings_side_by_side_on_the_slots(house, known):
    measure(house, known, "lstm")
    found = told(known, "lstm", seeds="0-4")
    assert found.seconds == pytest.approx(5 * TOOK / 2, rel=0.1)
    assert (found.measured, found.slots, found.at_most) == (1, 2, False)
    assert told(known, "lstm").seconds == pytest.approx(TOOK, rel=0.1)


@pytest.mark.parametrize("models", [("lstm", "attention-lstm"), ("attention-lstm",)])
def test_an_arm_that_was_never_measured_leaves_all_untold(house, known, models):
    measure(house, known, "lstm")
    assert told(known, *models).seconds is None


def test_a_longer_training_is_told_from_the_pace_of_epochs_and_not_from_what_it_costs_to_begin(
    house, known, monkeypatch
):
    changed, runs = measure(house, known, "lstm", pace=0.1), library.runs

    def listed(dataset=None):
        listing = runs(dataset)
        entries = tuple(changed if run.id == changed.id else run for run in listing.entries)
        return type(listing)(entries, listing.damaged)

    monkeypatch.setattr(library, "runs", listed)
    found = told(known, "lstm", training={"epochs": 350})
    assert found.at_most
    assert found.seconds == pytest.approx(TOOK + 200 * 0.1, rel=0.1)


def test_a_training_too_short_for_a_pace_tells_nothing_of_a_longer_one(house, known):
    measure(house, known, "lstm")  # its run has three epochs without times
    assert told(known, "lstm", training={"epochs": 350}).seconds is None
