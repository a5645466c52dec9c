from dataclasses import replace

import numpy as np
import pytest

import core
from core.attention.cohorts import Cohort, Scope, add_cohort
from core.errors import HeedError, NotFoundError, SettingsError
from core.store import Store
from dashboard.components.view import ViewState
from dashboard.services import attention_groups, cohorts, conditions, gallery
from dashboard.services.attention_view import AttentionView
from dashboard.services.samples import linked_samples, select
from dashboard.services.selection import SELECTED, Selection
from tests.pages.known_runs import HOSTILE, Known, publish_known, publish_three_classes


@pytest.fixture
def known(store: Store) -> Known:
    return publish_known(store)


def chosen(run: str, **said: object) -> list[int]:
    return select(Selection(run, **said)).labels.indices.tolist()


@pytest.mark.parametrize(
    ("said", "samples"),
    [
        ({"where": "outcome == FP"}, [13, 14]),
        ({"where": "late > 50% and outcome == TP"}, [16, 17]),
        ({"where": "late > 50%", "outcome": "TN"}, [10, 11]),
        ({"where": "peak == 0"}, [12, 18]),
        ({"where": "peak == 0", "part": "all"}, [0, 6, 12, 18]),
        ({"where": "outcome == FP", "threshold": 0.65}, [14]),
        ({"cohort": "sure"}, [10, 14, 15, 19]),
        ({"cohort": "sure", "where": "correct"}, [10, 15]),
        ({"where": "cohort == sure and not correct"}, [14, 19]),
    ],
)
def test_a_condition_and_a_cohort_narrow_what_every_chart_asks(
    store: Store, known: Known, said: dict[str, object], samples: list[int]
) -> None:
    add_cohort(store, known.run, Cohort(name="sure", where="confidence >= 75%", scope=Scope()))
    assert chosen(known.run, **said) == samples


def test_the_page_and_the_command_choose_the_same_samples(known: Known) -> None:
    for where in ("outcome == FP", "early > 50% and not correct", "pattern == late or confidence < 0.5"):
        assert chosen(known.run, where=where) == core.attend(known.run, where).samples.tolist()
    counts = attention_groups.patterns(AttentionView(Selection(known.run, where="not correct")))
    assert dict(core.attend(known.run, "not correct").patterns) == dict(
        zip(
            ("early", "middle", "late", "evenly distributed", "mixed"),
            counts.counts.sum(axis=0).tolist(),
            strict=True,
        )
    )


def test_a_condition_that_fits_nothing_or_can_not_be_read_is_told(known: Known) -> None:
    with pytest.raises(NotFoundError, match=r"none of the 10 samples meets entropy < 0 \(only test samples"):
        chosen(known.run, where="entropy < 0")
    with pytest.raises(SettingsError, match="the filter line says why") as caught:
        chosen(known.run, where="lat > 1")
    assert "did you mean late" in str(caught.value.__cause__)
    with pytest.raises(NotFoundError, match="no cohort 'gone'"):
        chosen(known.run, cohort="gone")
    with pytest.raises(NotFoundError, match="has outcome TP and meets outcome == FP"):
        chosen(known.run, where="outcome == FP", outcome="TP")


def test_a_cohort_that_changed_is_asked_anew(store: Store, known: Known) -> None:
    add_cohort(store, known.run, Cohort(name="a", where="outcome == FP"))
    assert chosen(known.run, cohort="a") == [13, 14]
    cohorts.delete(known.run, "a")
    add_cohort(store, known.run, Cohort(name="a", where="outcome == FN"))
    assert chosen(known.run, cohort="a") == [18, 19]


def test_a_condition_is_evaluated_once(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    conditions.forget()
    chosen(known.run, where="late > 50%")
    monkeypatch.setattr(conditions.RunConditions, "fields", lambda *_: pytest.fail("asked again"))
    assert chosen(known.run, where="late  >  50%", outcome="TP") == [16, 17]


def test_the_provenance_says_condition_and_cohort(store: Store, known: Known) -> None:
    add_cohort(store, known.run, Cohort(name="sure", where="confidence >= 75%", note="private"))
    asked = Selection(known.run, where="not  correct", cohort="sure", layer="time")
    parameters = select(asked).provenance("x", layer="time").parameters
    assert parameters == {
        "layer": "time",
        "where": "not correct",
        "where_layer": "time",
        "cohort": {"name": "sure", "where": "confidence >= 75%"},
    }
    assert select(Selection(known.run)).provenance("x").parameters == {}


def test_a_view_becomes_its_selection(known: Known) -> None:
    view = ViewState.parse({"run": known.run, "where": " correct ", "cohort": "a", "layer": "time"})
    assert Selection.of(view) == Selection(known.run, where="correct", cohort="a", layer="time")
    assert Selection.of(view.changed(where="")).layer == ""
    assert set(SELECTED) <= set(ViewState.model_fields)


def test_the_gallery_counts_what_the_condition_leaves(store: Store) -> None:
    known = publish_three_classes(store)
    where = "class == red and predicted == green"
    assert gallery.counts(Selection(known.run, where=where)).total == 1
    assert gallery.counts(Selection(known.run, where="entropy < 0")).total == 0
    assert gallery.confused(Selection(known.run, where=where)).counts.sum() == 9
    assert gallery.confused(Selection(known.run, where=f"{where} and correct")).counts.sum() == 6


def test_what_is_shown_is_saved_as_it_is(store: Store, known: Known) -> None:
    for place, said in enumerate(
        (
            {"where": "late > 50%", "outcome": "TP"},
            {"klass": "up", "predicted": "down", "part": "all"},
            {"where": "outcome == FP", "threshold": 0.65},
            {"against": known.baseline},
            {},
        )
    ):
        asked = Selection(known.run, **said)
        made = cohorts.save_selection(asked, f"c{place}")
        members = np.flatnonzero(conditions_of_run(known).members(made.name)).tolist()
        assert members == select(asked).labels.indices.tolist()
        assert made.count == len(members)
    nested = cohorts.save_selection(Selection(known.run, cohort="c0", where="sample > 16"), "nested")
    assert (nested.where, nested.count) == ('sample > 16 and cohort == "c0"', 1)
    with pytest.raises(NotFoundError):
        cohorts.save_selection(Selection(known.run, where="entropy < 0"), "none")


def conditions_of_run(known: Known) -> conditions.RunConditions:
    return conditions.RunConditions(*_parts(known))


def _parts(known: Known):
    linked = linked_samples(Selection(known.run))
    from dashboard.services.samples import conditions_of

    return linked.manifest, linked.dataset, conditions_of(linked.manifest).judged


def test_outcomes_of_a_class_are_kept_with_the_cohort(store: Store) -> None:
    known = publish_three_classes(store)
    asked = Selection(known.run, klass="green", outcome="FP")
    made = cohorts.save_selection(asked, "taken for green")
    assert (made.where, made.scope.klass) == ("outcome == FP", "green")
    assert chosen(known.run, cohort="taken for green") == select(asked).labels.indices.tolist()


def test_hostile_names_are_saved_and_found(store: Store) -> None:
    known = publish_known(store, hostile=True)
    klass = f"b{HOSTILE}"
    made = cohorts.save_selection(Selection(known.run, klass=klass), "__proto__")
    assert made.count == 5
    again = cohorts.save_selection(Selection(known.run, cohort="__proto__", outcome="FN"), f'"{HOSTILE}\\')
    assert chosen(known.run, cohort=again.name) == [18, 19]
    nested = cohorts.save_selection(Selection(known.run, cohort=again.name, where="sample == 19"), "n")
    assert nested.count == 1


def test_picked_samples_become_a_condition_or_a_cohort(known: Known) -> None:
    asked = Selection(known.run, where="late > 50% and sample in (1, 2)")
    assert cohorts.with_samples(asked, [16, 11]) == "late > 50% and sample in (11, 16)"
    assert chosen(known.run, where=cohorts.with_samples(asked, [16, 11])) == [11, 16]
    assert cohorts.free_name(known.run, "Lasso") == "Lasso 1"
    assert cohorts.save_samples(asked, np.array([3, 14]), "Lasso 1").count == 2
    assert cohorts.free_name(known.run, "Lasso") == "Lasso 2"
    assert chosen(known.run, cohort="Lasso 1", part="all") == [3, 14]


def test_numbers_as_the_browser_sends_them_are_read() -> None:
    assert cohorts.rows_of("3,0-1,3", 5).tolist() == [0, 1, 3]
    for text in ("", "a", "5", "2-1", "1-", "-1", "٣", "1" * 30):
        with pytest.raises(SettingsError, match="samples"):
            cohorts.rows_of(text, 5)


def test_a_cohort_is_renamed_deleted_and_brought_back(known: Known) -> None:
    cohorts.save_selection(Selection(known.run), "a")
    assert cohorts.rename(known.run, "a", "b").name == "b"
    cohorts.delete(known.run, "b")
    assert [one.name for one in conditions.deleted(known.run)] == ["b"]
    assert cohorts.restore(known.run, "b").count == 10
    with pytest.raises(HeedError):
        cohorts.rename(known.run, "a", "c")


def test_a_long_condition_is_saved_by_its_samples(known: Known) -> None:
    where = "sample in (" + ", ".join(str(number) for number in range(10, 20)) + ")"
    padded = " and ".join([where] * 30)[:1990].rsplit(" and ", 1)[0]
    asked = replace(Selection(known.run, where=padded), cohort="")
    assert cohorts.save_selection(asked, "long").count == 10
