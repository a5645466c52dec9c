import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.jobs import JobContext, JobDesk, JobSpec, RunnerOptions
from core.jobs.context import Estimate
from core.jobs.directory import JobDirectory
from core.store import Store


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def context(store: Store, monkeypatch: pytest.MonkeyPatch) -> JobContext:
    id = JobDesk(store, RunnerOptions(kinds={"work": "tests.jobs.kinds:work"})).submit(
        JobSpec(kind="work", queue="here")
    )
    record = JobDirectory(store.jobs.directory(id))
    state = record.change(record.state(), state="running")
    return JobContext(store, record, record.spec(), state)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("core.jobs.context.time.monotonic", clock)
    return clock


def test_progress_is_written_at_most_twice_a_second(context: JobContext, clock: Clock) -> None:
    version = context.state.version
    for step in range(101):
        clock.now = step / 100
        context.report(step / 100, f"Step {step}")
    assert context.state.version - version == 3  # at 0, 0.5 and 1 s


def test_a_fraction_out_of_bounds_is_taken_as_the_nearest(context: JobContext, clock: Clock) -> None:
    context.report(-3)
    assert context.state.fraction == 0
    clock.now = 1
    context.report(7)
    assert context.state.fraction == 1


def test_the_last_message_stays_when_none_is_given(context: JobContext, clock: Clock) -> None:
    context.report(0.1, "Loading\x1b[31m")
    clock.now = 1
    context.report(0.2)
    assert context.state.message == "Loading [31m"


def test_a_wish_to_cancel_is_seen_within_a_tenth_of_a_second(context: JobContext, clock: Clock) -> None:
    assert not context.cancelled()
    context._record.request_cancel()
    clock.now = 0.1
    assert context.cancelled()


@given(seconds=st.floats(2, 10_000))
def test_steady_progress_is_estimated_exactly(seconds: float) -> None:
    clock = Clock()
    estimate = Estimate(clock)
    for step in range(11):
        clock.now = seconds * step / 10
        left = estimate.seconds(step / 10)
        if clock.now > 1 and step > 0:
            assert left == pytest.approx(seconds - clock.now, rel=1e-6, abs=1e-6)


def test_a_resumed_job_is_estimated_from_where_it_goes_on() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    estimate.seconds(0.5)
    clock.now = 10
    assert estimate.seconds(0.75) == pytest.approx(10)


def test_a_job_that_grows_slower_is_estimated_longer() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    for step in range(6):
        clock.now = step
        estimate.seconds(step / 10)
    early = 5.0
    clock.now = 60
    late = estimate.seconds(0.6)
    assert late is not None
    assert late > 5 * early


def test_nothing_is_estimated_from_nothing() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    assert estimate.seconds(0.0) is None
    clock.now = 5
    assert estimate.seconds(0.0) is None


def test_a_new_pace_is_not_estimated_from_the_old_one(context: JobContext, clock: Clock) -> None:
    context.report(0.0)
    clock.now = 60
    context.report(0.1, new_pace=True)
    assert context.told()["eta_seconds"] is None
    clock.now = 62
    context.report(0.3)
    assert context.told()["eta_seconds"] == pytest.approx(7)
