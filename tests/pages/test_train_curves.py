"""Curves of the page Train while they grow: read on from where they were, and only what is new is sent."""

import json
from typing import Any

import pytest

from core.jobs import JobDesk, JobSpec
from core.jobs.directory import JobDirectory
from dashboard.pages.train import charts
from dashboard.services import curves, library
from dashboard.services.curves import Member, RowBook, live
from tests.pages.known_runs import publish_known


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Leave what is ordered in the queue, and remember nothing of another store."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)
    curves.forget()


@pytest.fixture
def jobs(house) -> list[JobDirectory]:
    desk = JobDesk(house)
    ids = [desk.submit(JobSpec(kind="train", title=f"training {place}")) for place in range(4)]
    return [JobDirectory(house.jobs.directory(identifier)) for identifier in ids]


def write(job: JobDirectory, *epochs: int, loss: float = 1.0) -> None:
    for epoch in epochs:
        row = {"epoch": epoch, "loss": loss, "val_loss": loss / 2, "accuracy": 0.5, "val_accuracy": 0.25}
        job.append_row(row)


def members(jobs) -> list[Member]:
    return [Member(job.id, "ab"[place // 2], f"seed {place % 2}") for place, job in enumerate(jobs)]


def applied(figure: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Return a figure after a patch, as the browser makes it."""
    figure = json.loads(json.dumps(figure))
    for step in patch.to_plotly_json()["operations"]:
        assert step["operation"] == "Assign"
        *path, last = step["location"]
        place: Any = figure
        for key in path:
            place = place[key]
        if isinstance(place, list) and last == len(place):
            place.append(None)
        place[last] = step["params"]["value"]
    return json.loads(json.dumps(figure))


def drawn(result) -> dict[str, Any]:
    return json.loads(charts._draw(result, "light").to_json())


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([[], [], [], []], [[1], [], [], []]),
        ([[1, 2, 3], [1], [1, 2], []], [[4], [2, 3, 4, 5], [], [1]]),
        ([[1, 2], [1, 2], [], []], [[], [], [1], [1, 2, 3]]),
        ([[1], [], [], []], [list(range(2, 90)), [1], [], []]),
        ([[1, 2, 3], [1, 2, 3], [1], [1]], [[3, 4], [], [], []]),  # resumed: an epoch comes twice
    ],
)
def test_a_grown_figure_is_the_figure_drawn_anew(jobs, before, after, single):
    for job, epochs in zip(jobs, before, strict=True):
        write(job, *epochs)
    first = live(members(jobs), single=single)
    figure = drawn(first)
    for place, (job, epochs) in enumerate(zip(jobs, after, strict=True)):
        write(job, *epochs, loss=2.0 + place)
    second = live(members(jobs), single=single)
    fresh = second.fresh(first.seen)
    assert set(fresh) == {place // 2 for place, epochs in enumerate(after) if epochs}
    grown, wanted = applied(figure, charts.growth(second, fresh)), drawn(second)
    assert grown["data"] == wanted["data"]
    assert grown["layout"].get("annotations", []) == wanted["layout"].get("annotations", [])
    assert grown["layout"]["meta"]["known"] == wanted["layout"]["meta"]["known"]
    assert second.fresh(second.seen) == {}


def test_what_is_sent_grows_with_the_new_rows_and_not_with_those_before(jobs):
    for job in jobs:
        write(job, *range(1, 120))
    first = live(members(jobs))
    write(jobs[0], 120, 121)
    second = live(members(jobs))
    sent = json.dumps(charts.growth(second, second.fresh(first.seen)).to_plotly_json())
    assert len(sent) < 6000


def test_rows_are_read_once_and_a_row_that_comes_again_counts_as_it_came_last(jobs, monkeypatch):
    book, asked = RowBook(), []
    desk = library.desk()
    monkeypatch.setattr(library, "desk", lambda: desk)
    read = desk.rows
    monkeypatch.setattr(desk, "rows", lambda job, offset: asked.append(offset) or read(job, offset))
    member = members(jobs)[0]
    write(jobs[0], 1, 2)
    assert book.curve(member).epoch.tolist() == [1, 2]
    write(jobs[0], 2, 3, loss=9.0)
    assert book.curve(member).loss.tolist() == [1.0, 9.0, 9.0]
    assert asked[0] == 0
    assert asked[1] > 0
    assert book.arrived(member.job, 2) == [2, 3]


def test_a_book_forgets_the_trainings_that_were_looked_at_longest_ago(jobs):
    book = RowBook(most=2)
    for member in members(jobs)[:3]:
        write(JobDirectory(library.store().jobs.directory(member.job)), 1)
        book.curve(member)
    assert [book.count(member.job) for member in members(jobs)[:3]] == [0, 1, 1]


def test_where_the_job_is_gone_the_history_of_its_run_stands(house):
    known = publish_known(house)
    result = live([Member("aaaaaaaaaaaa", "a", "seed 0", known.run)])
    assert result.curves.runs[0].epoch.tolist() == [1, 2, 3]
    assert result.fresh(result.seen) == {}


@pytest.mark.parametrize(
    ("sides", "arms", "shown"),
    [
        ("", 1, ("validation", "training")),
        ("", 2, ("validation",)),
        ("both", 2, ("validation", "training")),
        ("nonsense", 2, ("validation",)),
        ("training", 1, ("training",)),
    ],
)
def test_both_sides_are_shown_of_one_arm_and_validation_of_several(jobs, sides, arms, shown):
    assert live(members(jobs)[: 2 * arms], "nonsense", sides).curves.sides == shown


def test_another_choice_of_curves_is_drawn_anew_and_an_older_one_is_not_extended(jobs):
    one, other = live(members(jobs)), live(members(jobs)[:2])
    assert one.key() != other.key() != live(members(jobs)[:2], single=True).key()
