"""Cohorts on the page: saved, renamed, withdrawn with the step that made them, deleted, brought back."""

import pytest

import core
from core.attention.cohorts import find_cohort
from core.store import Store
from dashboard.components import cohorts, narrowing
from dashboard.components import filter as line
from dashboard.components.view import ViewState
from dashboard.services import conditions
from dashboard.services.samples import select
from dashboard.services.selection import Selection
from tests.pages.known_runs import HOSTILE, Known
from tests.pages.test_filter_line import text_of, view_of


def test_a_cohort_is_saved_chosen_renamed_deleted_and_brought_back(
    house: Store, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[ViewState] = []
    monkeypatch.setattr(cohorts, "notify", lambda *_, **__: None)
    monkeypatch.setattr(cohorts, "change", lambda view, **now: shown.append(view.changed(**now)))
    view = view_of(known, where="late > 50%", outcome="TP")
    assert cohorts.update_saved(1, 0, f" {HOSTILE} ", "why", view.plain()) == ("", "", "", HOSTILE)
    assert (shown[-1].cohort, shown[-1].where, shown[-1].outcome) == (HOSTILE, "", "")
    assert select(Selection.of(shown[-1])).labels.indices.tolist() == [16, 17]
    assert "already one called" in cohorts.update_saved(1, 0, HOSTILE, None, view.plain())[0]
    assert "must have 1 to 120" in cohorts.update_saved(1, 0, None, None, view.plain())[0]
    looked = view_of(known, cohort=HOSTILE, among=HOSTILE)
    cohorts.update_ordered({"act": "rename", "cohort": HOSTILE, "to": "b"}, looked.plain())
    assert (shown[-1].cohort, shown[-1].among) == ("b", "b")
    assert cohorts.options(shown[-1])[1]["label"] == "b 2"
    cohorts.update_ordered({"act": "delete", "cohort": "b"}, shown[-1].plain())
    assert "Bring back" in text_of(cohorts.update_list(shown[-1].plain(), ""))
    cohorts.update_ordered({"act": "restore", "cohort": "b"}, shown[-1].plain())
    assert find_cohort(house, known.run, "b").count == 2
    before = len(shown)
    cohorts.update_ordered({"act": "rename", "cohort": "gone", "to": "c"}, looked.plain())
    cohorts.update_ordered("odd", looked.plain())
    assert len(shown) == before


@pytest.mark.parametrize(
    ("said", "renamed", "named_by", "goes"),
    [
        ({}, "", "", True),
        ({}, "kept", "", False),
        ({}, "", 'cohort == "Rows 1" and correct', False),
        ({"versus": "Rows 1"}, "", "", False),
        ({"among": 'not cohort == "Rows 1"'}, "", "", False),
    ],
)
def test_a_cohort_goes_with_the_step_that_made_it_unless_it_is_used(
    known: Known,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, str],
    renamed: str,
    named_by: str,
    goes: bool,
) -> None:
    monkeypatch.setattr(narrowing.cohorts, "MOST_LISTED", 2)
    for module in (narrowing, cohorts):
        monkeypatch.setattr(module, "notify", lambda *_, **__: None)
    told: list[dict[str, str]] = []
    monkeypatch.setattr(narrowing, "change", lambda _, again, moved, **now: told.append(moved))
    view = view_of(known, **said)
    narrowing.update_narrowed({"places": "0-4"}, view.plain())
    assert told == [{"now": "Rows 1"}]
    if renamed:
        cohorts.cohorts.rename(known.run, "Rows 1", renamed)
    if named_by:
        core.save_cohort(known.run, "sure", named_by)
    before = {one.name for one in conditions.cohorts(known.run)}
    cohorts.update_ordered({"act": "withdraw", "cohort": "Rows 1"}, view.plain())
    after = {one.name for one in conditions.cohorts(known.run)}
    assert before - after == ({"Rows 1"} if goes else set())
    assert [one.name for one in conditions.deleted(known.run)] == (["Rows 1"] if goes else [])


@pytest.mark.parametrize(
    ("said", "names", "without"),
    [
        ({"cohort": "a"}, ["a"], {}),
        ({"where": "late > 10% and cohort in (a, b)", "cohort": "b"}, ["b", "a"], {"where": "late > 10%"}),
        ({"among": "a", "versus": "not cohort == b"}, ["b", "a"], {}),
        ({"where": "cohort == a or correct", "among": "outcome == FP"}, ["a"], {"among": "outcome == FP"}),
    ],
)
def test_cohorts_that_went_are_named_with_ways_out(
    house: Store,
    known: Known,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, str],
    names: list[str],
    without,
) -> None:
    for name in ("a", "b"):
        core.save_cohort(known.run, name, "late > 10%")
    monkeypatch.setattr(cohorts, "notify", lambda *_, **__: None)
    view = view_of(known, **said)
    shown = [view]
    monkeypatch.setattr(cohorts, "change", lambda old, **now: shown.append(old.changed(**now)))
    assert cohorts.lost(view) == []
    for name in names:
        cohorts.update_ordered({"act": "delete", "cohort": name}, view.plain())
    told = text_of(line.update_filter(view.plain(), "")[1])
    for name in names:
        assert f"The cohort {name} was deleted." in told
        assert f"Bring back {name}" in told
    for name in names:
        cohorts.update_ordered({"act": "forget", "cohort": name}, shown[-1].plain())
    kept = {"run": known.run, "dataset": known.dataset.id, **without}
    assert (shown[-1].plain(), cohorts.lost(shown[-1])) == (kept, [])
    for name in names:
        cohorts.update_ordered({"act": "restore", "cohort": name}, view.plain())
    assert cohorts.lost(view) == []


def test_a_renamed_cohort_is_called_by_its_new_name_wherever_the_view_names_it(known: Known) -> None:
    said = {"cohort": "a", "where": "class == a and cohort in (a, b)", "versus": "cohort == a", "among": "a"}
    assert cohorts.called(view_of(known, **said), "a", "c d") == {
        "cohort": "c d",
        "among": "c d",
        "where": 'class == a and cohort in ("c d", b)',
        "versus": 'cohort == "c d"',
    }
    assert cohorts.called(view_of(known, where="cohort ==", cohort="b"), "a", "c") == {}
    long = f"cohort == a and sample in ({', '.join(['10000'] * 280)})"
    assert cohorts.called(view_of(known, where=long), "a", "c" * 100) == {}


def test_the_picker_offers_all_samples_and_every_cohort(known: Known) -> None:
    assert cohorts.options(ViewState()) == [{"value": "", "label": "all"}]
    assert cohorts.options(view_of(known, part="all")) == [{"value": "", "label": "all 20"}]
    gone = cohorts.options(view_of(known, cohort="gone"))
    assert gone[1] == {"value": "gone", "label": "gone (not here)"}
