import multiprocessing
from pathlib import Path

import pytest

from core.errors import JobError
from core.jobs import ConflictError, JobDesk, JobSpec, JobState, RunnerOptions
from core.jobs.directory import JobDirectory
from core.jobs.records import ENDED, FOLLOWS, new_state
from core.store import Store

OPTIONS = RunnerOptions(kinds={"work": "tests.jobs.kinds:work"})


@pytest.fixture
def record(store: Store) -> JobDirectory:
    id = JobDesk(store, OPTIONS).submit(JobSpec(kind="work", queue="here"))
    return JobDirectory(store.jobs.directory(id))


def in_state(name: str) -> JobState:
    return new_state(1).model_copy(update={"state": name})


@pytest.mark.parametrize("before", sorted(FOLLOWS))
@pytest.mark.parametrize("after", sorted(FOLLOWS))
def test_only_named_states_follow_one_another(before: str, after: str) -> None:
    state = in_state(before)
    if after in FOLLOWS[before] or (after == before and before not in ENDED):
        assert state.followed_by(state=after).version == state.version + 1
    else:
        with pytest.raises(JobError, match=f"that is {before} can't become {after}"):
            state.followed_by(state=after)


def test_a_terminal_state_says_when_it_ended_and_estimates_nothing() -> None:
    state = in_state("running").followed_by(eta_seconds=12.0).followed_by(state="done")
    assert state.ended is not None
    assert state.eta_seconds is None


def test_a_change_from_an_outdated_state_is_refused(record: JobDirectory) -> None:
    seen = record.state()
    record.change(seen, state="starting")
    with pytest.raises(ConflictError):
        record.change(seen, state="cancelled")
    assert record.state().state == "starting"


def test_a_wish_to_cancel_outlives_a_change_of_state_until_it_is_taken_back(record: JobDirectory) -> None:
    state = record.change(record.state(), state="starting")
    record.request_cancel()
    record.change(state, state="queued")
    assert record.cancel_requested()
    record.forget_cancel()
    assert not record.cancel_requested()


def test_J9_a_torn_state_is_told_as_damaged_and_never_raised(record: JobDirectory, store: Store) -> None:
    desk = JobDesk(store, OPTIONS)
    desk.list()
    path = record.path / "state.json"
    path.write_text(path.read_text()[:40])
    assert desk.get(record.id).state.state == "queued"  # the last good state is kept
    (fresh,) = JobDesk(store, OPTIONS).list()
    assert fresh.state.state == "interrupted"
    assert "damaged" in (fresh.state.error.message if fresh.state.error else "")


def test_J9_the_process_that_knows_the_state_repairs_a_torn_one(record: JobDirectory) -> None:
    known = record.change(record.state(), state="running")
    (record.path / "state.json").write_bytes(b'{"state": "run')
    assert record.change(known, fraction=0.5).fraction == 0.5
    assert record.state().fraction == 0.5


def test_J9_a_cut_last_row_is_left_for_the_next_look(record: JobDirectory) -> None:
    record.append_row({"epoch": 1})
    path = record.path / "metrics.jsonl"
    with path.open("ab") as file:
        file.write(b'{"epoch": 2, "lo')
    rows, offset = record.rows()
    assert rows == [{"epoch": 1}]
    record.append_row({"epoch": 3})
    assert record.rows(offset)[0] == [{"epoch": 3}]


def test_a_job_without_its_specification_is_left_out_of_lists(record: JobDirectory, store: Store) -> None:
    (record.path / "job.json").write_text("[]")
    assert JobDesk(store, OPTIONS).list() == ()


def _claim(path: str, rounds: int, wins: "multiprocessing.Queue[int]") -> None:
    record = JobDirectory(Path(path))
    won = 0
    for round_ in range(rounds):
        while (state := record.state()).version == 2 + round_:
            try:
                record.change(state, message=f"round {round_}")
                won += 1
            except ConflictError:
                continue
    wins.put(won)


@pytest.mark.slow
@pytest.mark.faults
def test_K1_each_of_500_changes_by_two_processes_has_one_winner(record: JobDirectory) -> None:
    record.change(record.state(), state="running")
    rounds = 500
    context = multiprocessing.get_context("spawn")
    wins = context.Queue()
    claimers = [context.Process(target=_claim, args=(str(record.path), rounds, wins)) for _ in range(2)]
    for claimer in claimers:
        claimer.start()
    won = [wins.get(timeout=60) for _ in claimers]
    for claimer in claimers:
        claimer.join(10)
    assert sum(won) == rounds
    assert record.state().version == 2 + rounds
