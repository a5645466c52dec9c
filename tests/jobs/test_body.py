import pytest

from core.jobs import JobDesk, JobSpec, execute
from core.jobs.body import AlreadyTakenError
from core.jobs.directory import JobDirectory
from core.store import Store
from tests.jobs.kinds import OPTIONS


@pytest.fixture
def desk(store: Store) -> JobDesk:
    return JobDesk(store, OPTIONS)


def run_here(desk: JobDesk, kind: str, **payload: object) -> str:
    id = desk.submit(JobSpec(kind=kind, payload=payload, queue="here"))
    execute(desk.store.root, id, OPTIONS.kinds)
    return id


def test_a_job_ends_done_with_its_result_and_rows(desk: JobDesk) -> None:
    id = run_here(desk, "work", steps=3)
    state = desk.get(id).state
    assert (state.state, state.fraction, state.result) == ("done", 1.0, {"steps": 3, "first": 0})
    assert state.message == "Step 3"  # what was reported last is written, though the rest came too fast
    rows, offset = desk.rows(id)
    assert [row["step"] for row in rows] == [0, 1, 2]
    assert desk.rows(id, offset) == ([], offset)


def test_a_users_mistake_fails_the_job_with_its_own_words(desk: JobDesk) -> None:
    error = desk.get(run_here(desk, "fail")).state.error
    assert error is not None
    assert (error.kind, error.message) == ("data", "a class must have at least two samples; got one")


def test_a_bug_is_a_reference_to_the_user_and_a_traceback_in_the_log(
    desk: JobDesk, caplog: pytest.LogCaptureFixture
) -> None:
    error = desk.get(run_here(desk, "fail", bug=True)).state.error
    assert error is not None
    assert error.message.startswith("Internal error, reference ")
    assert "secret" not in error.message
    assert error.message.rsplit(" ", 1)[1] in caplog.text
    assert "ZeroDivisionError: a secret detail" in caplog.text


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("exit", "ended by sys.exit(0)"),
        ("interrupt", "ended from the keyboard"),
        ("memory", "out of memory; the process had used"),
        ("disk", "the disk is full"),
    ],
)
def test_J2_what_stops_a_function_fails_its_job_with_the_cause(desk: JobDesk, how: str, words: str) -> None:
    state = desk.get(run_here(desk, "crash", how=how)).state
    assert state.state == "failed"
    assert state.error is not None
    assert words in state.error.message


def test_a_job_does_not_run_twice(desk: JobDesk) -> None:
    id = run_here(desk, "work")
    with pytest.raises(AlreadyTakenError, match="it is done"):
        execute(desk.store.root, id, OPTIONS.kinds)


def test_a_job_in_another_process_is_refused(desk: JobDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.jobs.body._PATIENCE", 0.05)
    id = desk.submit(JobSpec(kind="work", queue="here"))
    lock = JobDirectory(desk.store.jobs.directory(id)).lock()
    assert lock.acquire(blocking=False)
    with pytest.raises(AlreadyTakenError, match="executed by another process"):
        execute(desk.store.root, id, OPTIONS.kinds)
    lock.release()
    assert desk.get(id).state.state == "queued"


def test_J5_a_job_cancelled_before_its_first_batch_keeps_what_it_has(desk: JobDesk) -> None:
    id = desk.submit(JobSpec(kind="work", queue="here"))
    JobDirectory(desk.store.jobs.directory(id)).request_cancel()
    assert execute(desk.store.root, id, OPTIONS.kinds).state == "cancelled"


def test_a_kind_whose_module_is_missing_fails_as_an_internal_error(desk: JobDesk) -> None:
    id = desk.submit(JobSpec(kind="work", queue="here"))
    state = execute(desk.store.root, id, {"work": "tests.jobs.nowhere:work"})
    assert state.error is not None
    assert state.error.kind == "internal"
