"""Experiments as the pages order, watch and tidy them."""

from typing import Any

import pytest

from core.errors import JobError, NotFoundError, SettingsError
from core.jobs import execute
from core.jobs.kinds import KINDS
from core.store import Store
from dashboard.services import estimates, experiments, library
from dashboard.services.experiments import ArmOrder, ExperimentOrder
from tests.jobs.trainings import OPTIONS
from tests.pages.known_runs import Known

TRAINING = {"epochs": 2}


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch, house: Store) -> None:
    """Leave what is ordered in the queue."""
    experiments.forget()
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)
    monkeypatch.setitem(KINDS, "train", OPTIONS.kinds["train"])  # type: ignore[arg-type]


def order(known: Known, **changes: Any) -> ExperimentOrder:
    arms = [
        ArmOrder("lstm", {"units": 4}, TRAINING),
        ArmOrder("lstm", {"units": 4}, TRAINING, augment="gaussian-noise:level=0.1"),
    ]
    return ExperimentOrder(
        **{"dataset": known.dataset.id, "arms": arms, "seeds": "0-1", "nonce": "n1", **changes}
    )


def run_all(most: int = 100) -> None:
    waiting = [job for job in reversed(library.desk().list()) if job.state.state == "queued"]
    for job in waiting[:most]:
        execute(library.store().root, job.id)


def test_an_order_is_told_before_it_is_sent_and_is_one_experiment(known: Known) -> None:
    swept = experiments.plan_of(order(known, sweep="units=4,8\ntraining.noise=0,0.1"))
    assert estimates.estimate(swept).trainings == 16  # 8 arms of 2 seeds
    assert library.desk().list() == ()

    made = experiments.submit(order(known))
    assert experiments.submit(order(known)) == made
    found = experiments.status(made)
    assert found.counts == {"queued": 4}
    assert [arm.label for arm in found.arms] == ["lstm, not augmented", "lstm, gaussian-noise"]
    assert [one.id for one in experiments.statuses().entries] == [made]
    assert experiments.statuses("another").entries == ()


def test_a_status_is_computed_again_only_when_something_has_changed(known: Known) -> None:
    made = experiments.submit(order(known))
    first = experiments.status(made)
    assert experiments.status(made) is first
    run_all(most=1)
    second = experiments.status(made)
    assert second.counts == {"done": 1, "queued": 3}
    assert experiments.status(made) is second
    experiments.rename(made, "A duel")
    experiments.annotate(made, "so far")
    assert experiments.standing()[0].manifest.name == "A duel"
    assert experiments.status(made).manifest.notes == "so far"


def test_it_is_cancelled_resumed_grown_deleted_and_restored_as_one(known: Known) -> None:
    before = set(library.store().runs.ids())
    made = experiments.submit(order(known))
    run_all(most=1)
    with pytest.raises(JobError, match="cancel it first"):
        experiments.delete(made)
    assert experiments.cancel(made) == 3
    assert experiments.resume(made) == 3
    assert experiments.add_seeds(made, "1-2") == 2
    run_all()
    assert experiments.status(made).counts == {"done": 6}
    assert experiments.delete(made) == 6
    assert set(library.store().runs.ids()) == before
    with pytest.raises(NotFoundError):
        experiments.status(made)
    assert experiments.restore(made) == 6
    assert experiments.status(made).counts == {"done": 6}


def test_a_random_sweep_draws_what_it_is_told(known: Known) -> None:
    drawn = order(known, arms=[ArmOrder("lstm")], sweep="units=4..64", trials=5, seeds="0")
    assert estimates.estimate(experiments.plan_of(drawn)).trainings == 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sweep": "units"}, "names each setting once with its values"),
        ({"sweep": "units=4;units=8"}, "names each setting once"),
        ({"sweep": "nonsense=1,2"}, "neither lstm nor the training"),
        ({"arms": []}, "arms must be"),
        ({"arms": [ArmOrder("lstm", {"units": 0})]}, "units must be"),
        ({"arms": [ArmOrder("lstm", augment="nonsense")]}, "nonsense"),
        ({"seeds": "0-19", "sweep": "units=1..12:12"}, "make 480"),
    ],
)
def test_what_can_not_be_trained_is_refused_and_nothing_is_submitted(
    known: Known, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        experiments.submit(order(known, **changes))
    assert library.desk().list() == ()
    assert library.store().experiments.ids() == ()
