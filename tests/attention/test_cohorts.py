import json
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.attention import packing
from core.attention.cohorts import (
    MOST_COHORTS,
    Cohort,
    add_cohort,
    change_cohort,
    cohorts_stamp,
    find_cohort,
    read_cohorts,
    remove_cohort,
    restore_cohort,
)
from core.attention.packing import packed, unpacked
from core.errors import HeedError, LimitError, NotFoundError, SettingsError, StoreError
from core.models.manifest import RunManifest
from core.store import Manifest, Store
from core.store.files import write_json
from core.store.verify import TRASH_AGE, sweep, verify_store
from tests.store.test_verify import age


@pytest.fixture
def run(store: Store) -> str:
    with store.runs.publish(Manifest()) as staging:
        staging.save_json("x.json", [1])
    return staging.id


def names(store: Store, run: str) -> list[str]:
    return [cohort.name for cohort in read_cohorts(store, run)]


def test_cohorts_are_saved_changed_deleted_and_restored(store: Store, run: str) -> None:
    assert read_cohorts(store, run) == ()
    before = cohorts_stamp(store, run)
    saved = add_cohort(store, run, Cohort(name=" a ", where="late > 0.5", note="why\nso", count=3))
    assert cohorts_stamp(store, run) != before
    assert find_cohort(store, run, "a") == saved
    add_cohort(store, run, Cohort(name="__proto__", where="correct"))
    assert change_cohort(store, run, "a", new_name="b ").note == "why\nso"
    assert change_cohort(store, run, "b", note="").name == "b"
    assert names(store, run) == ["b", "__proto__"]
    remove_cohort(store, run, "b")
    assert names(store, run) == ["__proto__"]
    assert restore_cohort(store, run, "b").where == "late > 0.5"
    assert names(store, run) == ["b", "__proto__"]
    assert verify_store(store).problems == ()


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\nb", "\ud800", "a\u2028b"])
def test_a_name_that_may_not_be_is_refused(store: Store, run: str, name: str) -> None:
    with pytest.raises(SettingsError, match="name of a cohort"):
        add_cohort(store, run, Cohort(name=name, where="correct"))
    with pytest.raises(SettingsError, match="note of a cohort"):
        add_cohort(store, run, Cohort(name="a", where="correct", note="x" * 1001))
    kept = add_cohort(store, run, Cohort(name="kept", where="correct"))
    with pytest.raises(SettingsError, match="name of a cohort"):
        change_cohort(store, run, "kept", name, "another note")
    assert find_cohort(store, run, "kept") == kept


def test_names_are_used_once_and_what_is_named_stays(store: Store, run: str) -> None:
    add_cohort(store, run, Cohort(name="a", where="correct"))
    add_cohort(store, run, Cohort(name="b", where='cohort == "a"'))
    with pytest.raises(SettingsError, match="already one called 'a'"):
        add_cohort(store, run, Cohort(name="a", where="late > 1"))
    with pytest.raises(SettingsError, match="already one called 'b'"):
        change_cohort(store, run, "a", new_name="b")
    for act in (lambda: remove_cohort(store, run, "a"), lambda: change_cohort(store, run, "a", "c")):
        with pytest.raises(SettingsError, match=r"another one names .* 'b' is where"):
            act()
    for missing in (
        lambda: remove_cohort(store, run, "aa"),
        lambda: change_cohort(store, run, "aa", "c"),
        lambda: find_cohort(store, run, "aa"),
    ):
        with pytest.raises(NotFoundError, match=r"no cohort 'aa'"):
            missing()
    with pytest.raises(NotFoundError, match="no deleted cohort"):
        restore_cohort(store, run, "a")
    with pytest.raises(NotFoundError):
        read_cohorts(store, "no-such-run-1")


@pytest.mark.parametrize(
    "where",
    [
        'cohort == "later ones"',
        'cohort == "b" and class == "late"',
        "cohort in (b) and late > 50%",
        "late > 0.5",
    ],
)
def test_a_cohort_is_not_kept_from_deletion_by_a_condition_that_only_holds_its_letters(
    store: Store, run: str, where: str
) -> None:
    for name in ("late", "b", "later ones"):
        add_cohort(store, run, Cohort(name=name, where="correct"))
    add_cohort(store, run, Cohort(name="others", where=where))
    change_cohort(store, run, "late", new_name="early")
    remove_cohort(store, run, "early")
    assert names(store, run) == ["b", "later ones", "others"]


@pytest.mark.parametrize("where", ["cohort == late", 'not (cohort in ("x", "late"))', '"late" == cohort'])
def test_a_cohort_that_a_condition_names_in_any_way_stays(store: Store, run: str, where: str) -> None:
    add_cohort(store, run, Cohort(name="late", where="correct"))
    add_cohort(store, run, Cohort(name="others", where=where))
    with pytest.raises(SettingsError, match="another one names"):
        remove_cohort(store, run, "late")


def test_a_run_has_so_many_cohorts_and_no_more(store: Store, run: str) -> None:
    many = [
        Cohort(name=str(number), where="correct").model_dump(mode="json") for number in range(MOST_COHORTS)
    ]
    write_json(store.root / "cohorts" / f"run-{run}.json", {"cohorts": many})
    with pytest.raises(LimitError, match=f"at most {MOST_COHORTS}"):
        add_cohort(store, run, Cohort(name="one more", where="correct"))
    remove_cohort(store, run, "7")
    add_cohort(store, run, Cohort(name="one more", where="correct"))
    assert len(names(store, run)) == MOST_COHORTS


def test_a_deleted_cohort_is_gone_after_seven_days(store: Store, run: str) -> None:
    old = Cohort(name="old", where="correct", deleted=datetime.now(UTC) - timedelta(days=8))
    write_json(store.root / "cohorts" / f"run-{run}.json", {"cohorts": [old.model_dump(mode="json")]})
    add_cohort(store, run, Cohort(name="new", where="correct"))
    with pytest.raises(NotFoundError):
        restore_cohort(store, run, "old")


def test_a_damaged_file_is_told_and_never_overwritten(store: Store, run: str) -> None:
    path = store.root / "cohorts" / f"run-{run}.json"
    for content in ("{", "[]", '{"cohorts": [{"where": 1}]}'):
        path.write_text(content)
        for act in (lambda: read_cohorts(store, run), lambda: add_cohort(store, run, Cohort(name="a"))):
            with pytest.raises(StoreError):
                act()
        assert path.read_text() == content


def test_cohorts_go_and_come_with_their_run(store: Store, run: str) -> None:
    add_cohort(store, run, Cohort(name="a", where="correct"))
    store.runs.delete(run)
    with pytest.raises(NotFoundError):
        read_cohorts(store, run)
    assert verify_store(store).problems == ()
    store.runs.restore(run)
    assert names(store, run) == ["a"]
    store.runs.delete(run)
    age(store.trash / f"run-{run}", TRASH_AGE / 86400 + 1)
    sweep(store)
    assert list((store.root / "cohorts").iterdir()) == []


def test_a_file_of_cohorts_that_belongs_to_nothing_is_found(store: Store, run: str) -> None:
    add_cohort(store, run, Cohort(name="a", where="correct"))
    path = store.root / "cohorts" / f"run-{run}.json"
    path.with_name("run-gone12345678.json").write_text("{}")
    path.with_name("thing.json").write_text("{}")
    path.write_text("{")
    told = {problem.where: problem.what for problem in verify_store(store).problems}
    assert told["cohorts/run-gone12345678.json"] == "there is no run gone12345678"
    assert told["cohorts/thing.json"] == "it belongs to nothing"
    assert "damaged" in told[f"cohorts/run-{run}.json"]


def test_many_writers_lose_nothing(store: Store, run: str) -> None:
    def save(number: int) -> None:
        add_cohort(store, run, Cohort(name=str(number), where="correct"))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(store, run)) == [str(number) for number in range(8)]


@given(st.data())
def test_a_list_of_samples_survives_its_packing(data: st.DataObject) -> None:
    samples = data.draw(st.integers(1, 200))
    rows = data.draw(st.sets(st.integers(0, samples - 1), min_size=1))
    text = packed(np.array(sorted(rows)), samples)
    assert np.flatnonzero(unpacked(text, samples)).tolist() == sorted(rows)


def test_a_list_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(packed(np.arange(0, 1_000_000, 3), 1_000_000)) < 200_000
    for rows in ([], [-1], [20]):
        with pytest.raises(SettingsError, match="from 0 to 19"):
            packed(np.array(rows, np.int64), 20)
    monkeypatch.setattr(packing, "MOST_SAMPLES", 3)
    with pytest.raises(LimitError, match="at most 3; got 4"):
        packed(np.arange(4), 20)


def test_a_file_is_as_small_as_what_it_says(store: Store, run: str) -> None:
    add_cohort(store, run, Cohort(name="a", where="correct", count=2))
    (entry,) = json.loads((store.root / "cohorts" / f"run-{run}.json").read_text())["cohorts"]
    assert set(entry) == {"name", "where", "count", "created"}
    with pytest.raises(HeedError):
        store.runs.read(run, RunManifest)
