"""G7: experiments of trainings whose processes and runner are killed again and again."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

import pytest

from core.data import make_dataset
from core.jobs import JobDesk
from core.jobs.checking import verify_jobs
from core.jobs.experiments import Experiments
from core.jobs.plans import ExperimentPlan
from core.jobs.processes import lives
from core.jobs.standing import ExperimentStatus, status_of
from core.models.manifest import RunManifest
from core.store import Store, open_store
from core.store.verify import verify_store
from tests.jobs.kinds import pause
from tests.jobs.running import runners, running_desk
from tests.jobs.trainings import OPTIONS, STEP
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.faults]
KILLS = 20
EPOCHS = 20
PATIENCE = 60.0


def experiment(
    experiments: Experiments, dataset: str, epochs: int, units: tuple[int, ...], seeds: int
) -> str:
    arms = [
        {"model": "lstm", "settings": {"units": size}, "training": {"epochs": epochs, "patience": 0}}
        for size in units
    ]
    plan = {"dataset": dataset, "arms": arms, "seeds": tuple(range(seeds))}
    return experiments.submit(ExperimentPlan.model_validate(plan), nonce="kills")


def standing(experiments: Experiments, id: str) -> ExperimentStatus:
    return status_of(experiments.store, experiments.get(id), experiments.desk.list())


def at_work(experiments: Experiments) -> list[int]:
    """Return the processes that execute a training."""
    jobs = experiments.desk.list()
    processes = [job.state.process for job in jobs if job.state.state == "running"]
    return [process.pid for process in processes if process is not None and lives(process)]


def kill_one(experiments: Experiments, rng: random.Random, share: float) -> str:
    """Kill a process that executes a training, or now and then the runner; tell which, "" if all is over."""
    wait_until(lambda: at_work(experiments) or not queued(experiments), PATIENCE, "a training at work")
    processes, found = at_work(experiments), runners(experiments.store)
    if not processes:
        return ""
    what, pid = ("runner", found[0].pid) if found and rng.random() < share else ("job", rng.choice(processes))
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return what


def queued(experiments: Experiments) -> bool:
    return any(job.state.state in {"queued", "starting"} for job in experiments.desk.list())


def bring_to_its_end(experiments: Experiments, id: str) -> ExperimentStatus:
    """Resume until all is done, as its owner would."""
    deadline = time.monotonic() + PATIENCE
    while (found := standing(experiments, id)).state != "done":
        assert time.monotonic() < deadline, found.counts
        experiments.resume(id)
        experiments.desk.ensure_runner()
        with suppress(AssertionError):
            wait_until(lambda: standing(experiments, id).ended, 5)
    return found


def held_to_account(experiments: Experiments, id: str, members: int) -> None:
    """Every member has exactly one run, whole; the store is clean."""
    store = experiments.store
    found = standing(experiments, id)
    assert found.counts == {"done": members}
    assert len(store.experiments.ids()) == 1
    assert len(store.jobs.ids()) == members
    assert sorted(store.runs.ids()) == sorted(member.id for member in found.members)
    runs = {run.id: run for run in store.runs.list(RunManifest).entries}
    for member in found.members:
        run = runs[member.id]
        assert (run.experiment, run.seed, run.state) == (id, member.seed, "done")
        assert run.settings["units"] == experiments.get(id).arms[member.arm].settings["units"]
    swept(store)
    assert verify_store(store).problems == verify_jobs(store) == ()


def swept(store: Store) -> None:
    """Take away what writers left behind that were killed: nothing of it is young enough to be in use."""
    from core.store.verify import TMP_AGE, sweep

    for path in [*store.tmp.iterdir(), *store.root.glob("jobs/*/.*"), *store.root.glob("edits/.*")]:
        os.utime(path, times=(time.time() - TMP_AGE - 60,) * 2)
    sweep(store)


def test_G7_twenty_random_kills_lose_double_and_tear_no_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = open_store(tmp_path_factory.mktemp("kills") / "home")
    rng = random.Random(0)
    dataset = make_dataset(store, "synthetic", {"samples": 40, "timesteps": 12}).id
    units = (2, 4, 8)
    with running_desk(store):
        experiments = Experiments(JobDesk(store, OPTIONS))
        id = experiment(experiments, dataset, EPOCHS, units, 4)
        experiments.desk.ensure_runner()
        killed: Counter[str] = Counter()
        while killed.total() < KILLS:
            pause(rng.expovariate(1 / (EPOCHS * STEP / 2)))
            what = kill_one(experiments, rng, share=0.15)
            killed.update([what] if what else [])
            # Sent once more, as by a page that had no answer: it is the same experiment.
            assert experiment(experiments, dataset, EPOCHS, units, 4) == id
            if rng.random() < 0.4 or not what:
                experiments.resume(id)
                experiments.desk.ensure_runner()
            if standing(experiments, id).state == "done":
                # All were faster than the killer: there is more to train.
                units_left = experiments.add_seeds(id, [len(experiments.get(id).seeds)])
                assert len(units_left) == len(units)
        found = bring_to_its_end(experiments, id)
        held_to_account(experiments, id, len(found.members))
        assert killed["job"] >= KILLS // 2
        assert max(job.state.attempt for job in experiments.desk.list()) > 1


def test_G7_real_trainings_that_are_killed_are_published_once_each(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = open_store(tmp_path_factory.mktemp("real") / "home")
    dataset = make_dataset(store, "synthetic", {"samples": 24, "timesteps": 6}).id
    with running_desk(store):
        experiments = Experiments(JobDesk(store))
        id = experiment(experiments, dataset, 2, (2,), 3)
        experiments.desk.ensure_runner()
        rng = random.Random(1)
        for _ in range(3):
            assert kill_one(experiments, rng, share=0.0) == "job"
            wait_until(lambda: standing(experiments, id).resumable, PATIENCE, "the end of a killed training")
            experiments.resume(id)
            experiments.desk.ensure_runner()
        bring_to_its_end(experiments, id)
        held_to_account(experiments, id, 3)
