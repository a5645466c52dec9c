import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import JobError, NotFoundError
from core.jobs import Job, JobDesk, JobSpec, RunnerOptions
from core.jobs import desk as desk_module
from core.jobs.crew import Crew, Hand
from core.jobs.directory import JobDirectory
from core.jobs.processes import REFUSED
from core.store import Store

OPTIONS = RunnerOptions(kinds={"work": "tests.jobs.kinds:work"})


@pytest.fixture
def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> JobDesk:
    """Return a desk that starts no runner."""
    monkeypatch.setattr(desk_module, "ensure_runner", lambda *_: None)
    return JobDesk(store, OPTIONS)


def submit(desk: JobDesk, **fields: object) -> str:
    return desk.submit(JobSpec(kind="work", **fields))


def end_as(desk: JobDesk, id: str, *states: str) -> Job:
    record = JobDirectory(desk.store.jobs.directory(id))
    for state in states:
        record.change(record.state(), state=state)
    return desk.get(id)


def test_a_submitted_job_is_queued_and_in_every_list(desk: JobDesk, store: Store) -> None:
    id = submit(desk, title="A title", payload={"steps": 3})
    job = desk.get(id)
    assert (job.state.state, job.position, job.spec.title) == ("queued", 1, "A title")
    assert [other.id for other in JobDesk(store, OPTIONS).list()] == [id]


def test_lists_are_newest_first_and_places_count_from_the_oldest(desk: JobDesk) -> None:
    ids = [submit(desk) for _ in range(3)]
    assert [job.id for job in desk.list()] == ids[::-1]
    assert [desk.get(id).position for id in ids] == [1, 2, 3]


def test_an_unknown_kind_is_refused(desk: JobDesk) -> None:
    with pytest.raises(JobError, match=r"must be one of .*train.*; got 'steal'"):
        desk.submit(JobSpec(kind="steal"))


def test_a_job_that_does_not_exist_is_not_found(desk: JobDesk) -> None:
    for id in ("nosuchjob123", "../../etc/passwd", "", "a\n"):
        with pytest.raises(NotFoundError):
            desk.get(id)


def test_J7_threads_that_submit_with_one_nonce_make_one_job(desk: JobDesk, store: Store) -> None:
    desks = [desk, JobDesk(store, OPTIONS)]
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda number: submit(desks[number % 2], nonce="click-1"), range(16)))
    assert len(ids) == len(desk.list()) == 1


def test_J7_the_nonce_of_another_owner_makes_another_job(desk: JobDesk) -> None:
    assert submit(desk, nonce="n", owner="ann") != submit(desk, nonce="n", owner="bob")


def test_a_full_queue_is_refused_with_its_limit(desk: JobDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "QUEUE_LIMIT", 3)
    for _ in range(3):
        submit(desk)
    with pytest.raises(JobError, match="at most 3 jobs may wait or run; there are 3"):
        submit(desk)


def test_of_several_jobs_none_stays_when_one_is_refused(
    desk: JobDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "QUEUE_LIMIT", 2)
    with pytest.raises(JobError, match="at most 2 jobs"):
        desk.submit_all([JobSpec(kind="work") for _ in range(3)])
    assert [job.state.state for job in desk.list()] == ["cancelled", "cancelled"]


@pytest.mark.parametrize("how", ["its runner died", "its process refused"])
def test_J5_a_cancel_of_a_starting_job_is_not_lost(desk: JobDesk, store: Store, how: str) -> None:
    id = submit(desk)
    job = end_as(desk, id, "starting")
    desk.cancel(id)
    crew = Crew(store, {}, {}, 1.0)
    if how == "its runner died":
        crew.adopt([job])
    else:
        record = JobDirectory(store.jobs.directory(id))
        crew._settle(Hand(record, "train", process=None), REFUSED)
    assert desk.get(id).state.state == "cancelled"
    desk.resume(id)
    assert not desk.get(id).cancelling


def test_a_payload_without_end_is_refused(desk: JobDesk) -> None:
    with pytest.raises(JobError, match="must have at most"):
        submit(desk, payload={"text": "x" * desk_module.PAYLOAD_LIMIT})


def test_J5_a_queued_job_is_cancelled_at_once_and_twice_is_once(desk: JobDesk) -> None:
    id = submit(desk)
    first = desk.cancel(id)
    assert first.state.state == "cancelled"
    assert desk.cancel(id).state.version == first.state.version


def test_J5_cancelling_what_is_done_changes_nothing(desk: JobDesk) -> None:
    id = submit(desk)
    done = end_as(desk, id, "running", "done")
    assert desk.cancel(id).state == done.state


def test_a_resumed_job_goes_back_to_the_end_of_the_queue_with_its_scratch(desk: JobDesk) -> None:
    id, other = submit(desk), submit(desk)
    JobDirectory(desk.store.jobs.directory(id)).scratch().joinpath("weights").write_text("kept")
    end_as(desk, id, "running", "interrupted")
    assert desk.resume(id) == id
    job = desk.get(id)
    assert (job.state.state, job.state.attempt, job.state.error) == ("queued", 2, None)
    assert (desk.get(other).position, job.position) == (1, 2)
    assert (desk.store.jobs.directory(id) / "scratch" / "weights").read_text() == "kept"


@pytest.mark.parametrize("states", [(), ("running", "done")])
def test_what_waits_or_is_done_can_not_be_resumed(desk: JobDesk, states: tuple[str, ...]) -> None:
    id = submit(desk)
    end_as(desk, id, *states)
    with pytest.raises(JobError, match="can be resumed when it was interrupted, failed or cancelled"):
        desk.resume(id)


def test_a_job_that_says_running_without_a_living_process_is_told_as_interrupted(desk: JobDesk) -> None:
    id = submit(desk)
    record = JobDirectory(desk.store.jobs.directory(id))
    record.change(record.state(), state="running")
    (job,) = desk.list()
    assert job.state.state == "interrupted"
    assert job.state.error is not None
    assert job.state.error.message == "the process ended unexpectedly"


def test_a_running_job_whose_lock_is_held_stays_running(desk: JobDesk) -> None:
    id = submit(desk)
    record = JobDirectory(desk.store.jobs.directory(id))
    lock = record.lock()
    assert lock.acquire(blocking=False)
    record.change(record.state(), state="running")
    assert desk.get(id).state.state == "running"
    lock.release()


def test_polling_hundreds_of_jobs_reads_no_file_again(desk: JobDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(30):
        end_as(desk, submit(desk), "cancelled")
    before = desk.list()
    reads: list[str] = []
    monkeypatch.setattr(JobDirectory, "state", lambda record: reads.append(record.id))
    monkeypatch.setattr(JobDirectory, "spec", lambda record: reads.append(record.id))
    begin = time.perf_counter()
    assert desk.list() == before
    assert reads == []
    assert time.perf_counter() - begin < 0.5  # a hang; it takes about a millisecond


def test_a_deleted_job_leaves_the_list(desk: JobDesk) -> None:
    id = submit(desk)
    end_as(desk, id, "cancelled")
    desk.list()
    desk.store.jobs.delete(id)
    assert desk.list() == ()


def test_W13_jobs_are_private_whatever_the_umask(desk: JobDesk) -> None:
    before = os.umask(0)
    try:
        id = submit(desk)
        record = JobDirectory(desk.store.jobs.directory(id))
        record.request_cancel()
        record.append_row({"a": 1})
        record.scratch()
        record.change(record.state(), state="running")
    finally:
        os.umask(before)
    assert record.path.stat().st_mode & 0o077 == 0
    assert [path.name for path in record.path.iterdir() if path.stat().st_mode & 0o077] == []
