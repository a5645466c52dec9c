from dataclasses import replace

import numpy as np
import pytest

from core.attention import OrderedRows, attention_clusters, attention_statistics, run_clusters
from core.attention.choosing import Chooser, judge_all, scope_of
from core.attention.cohorts import Cohort, Scope, add_cohort
from core.attention.packing import packed
from core.data import publish_dataset
from core.errors import NotFoundError, SettingsError, StoreError
from core.expressions import Names, Numbers, in_quotes
from core.models.manifest import RunManifest
from core.store import Store
from tests.pages.known_runs import (
    ACTUAL,
    CHANCES,
    HOSTILE,
    PARTS,
    dataset_of,
    publish_known,
    publish_run,
    publish_three_classes,
    weights,
)


def chooser(store: Store, run: str) -> Chooser:
    from core.data import open_dataset

    manifest = store.runs.read(run, RunManifest)
    return Chooser.of(store, manifest, open_dataset(store, manifest.dataset))


def meeting(store: Store, run: str, where: str, **scope: object) -> list[int]:
    asked = Scope(**scope)
    found = chooser(store, run)
    return np.flatnonzero(found.of_part(asked.part) & found.meeting(where, asked)).tolist()


@pytest.mark.parametrize(
    ("where", "samples"),
    [
        ("outcome == FP", [13, 14]),
        ("outcome in (TP, FN)", [15, 16, 17, 18, 19]),
        ("class == up and predicted == down", [18, 19]),
        ("class != predicted", [13, 14, 18, 19]),
        ("not correct", [13, 14, 18, 19]),
        ("confidence > 0.7", [10, 14, 15, 19]),
        ("margin >= 89%", [15, 19]),
        ("probability['up'] < 0.35", [10, 11, 12, 19]),
        ("probability > 0.9", [15, 19]),
        ("pattern == late", [10, 11, 16, 17]),
        ("late > 0.5 and outcome == TP", [16, 17]),
        ("early > 50% or middle > 50%", [12, 13, 14, 15, 18, 19]),
        ("peak == 5", [11, 17]),
        ("0.9 < peak_at <= 1", [11, 17]),
        ("length == 6 and sample in (10, 3)", [10]),
        ("entropy < 0.01", []),
        ("concentration > 4", list(range(10, 20))),
        ("id == s12", [12]),
        ("part == test and sample < 12", [10, 11]),
    ],
)
def test_fields_of_a_known_run_are_what_they_say(store: Store, where: str, samples: list[int]) -> None:
    assert meeting(store, publish_known(store).run, where) == samples


def test_shares_of_thirds_are_those_of_the_statistics(store: Store) -> None:
    run = publish_known(store).run
    fields = chooser(store, run).fields(Scope())
    measured = attention_statistics(weights(20), np.full(20, 6))
    for name in ("entropy", "sparsity", "early", "middle", "late"):
        column = fields[name]
        assert isinstance(column, Numbers)
        assert np.allclose(column.values, getattr(measured, name), atol=1e-6)


def test_outcomes_are_of_the_class_that_is_looked_at(store: Store) -> None:
    run = publish_three_classes(store).run
    assert meeting(store, run, "outcome == wrong") == meeting(store, run, "outcome == FN") == [5, 11, 17]
    with pytest.raises(SettingsError, match="outcome must be one of right, wrong, TP, FN; got 'TN'"):
        meeting(store, run, "outcome == TN")
    for name, other in (("right", "TP"), ("wrong", "FN")):
        of_class = meeting(store, run, f"outcome == {name}", klass="green")
        assert of_class == meeting(store, run, f"outcome == {other}", klass="green")
    with pytest.raises(SettingsError, match="outcome must be one of TP, TN, FP, FN; got 'right'"):
        meeting(store, publish_known(store).run, "outcome == right")
    assert meeting(store, run, "outcome == FN", klass="green") == [11]
    assert meeting(store, run, "outcome == FP", klass="green") == [5]
    assert judge_all(store, chooser(store, run).manifest, chooser(store, run).dataset)[1]


def test_a_threshold_and_a_layer_change_what_a_condition_means(store: Store) -> None:
    run = publish_known(store).run
    assert meeting(store, run, "outcome == FP", threshold=0.65) == [14]
    three = publish_three_classes(store).run
    first, second = (meeting(store, three, "peak == 0", layer=name) for name in ("time", "second"))
    assert first != second


def test_the_distance_is_that_to_the_mean_of_the_class_in_training(store: Store) -> None:
    run = publish_known(store).run
    found = chooser(store, run)
    distances = found.fields(Scope())["distance"]
    assert isinstance(distances, Numbers)
    series = np.asarray(found.dataset.series, np.float64)
    own = series[[index for index in range(20) if ACTUAL[index] == ACTUAL[13] and PARTS[index] == 0]]
    assert distances.values[13] == pytest.approx(np.sqrt(np.mean((series[13] - own.mean(axis=0)) ** 2)))
    farther = np.flatnonzero(distances.values > distances.values[13])
    assert meeting(store, run, f"distance > {distances.values[13]:.17g}", part="all") == farther.tolist()
    assert found.fields(Scope(threshold=0.7))["distance"].values is distances.values  # type: ignore[union-attr]


def test_clusters_are_those_that_the_heatmap_sorts_by_whatever_is_selected(store: Store) -> None:
    run = publish_known(store).run
    found = chooser(store, run)
    everything = attention_clusters(
        OrderedRows.of(weights(20), np.arange(20), np.full(20, 6)),
        attention_statistics(weights(20), np.full(20, 6)),
    )
    column = found.fields(Scope())["cluster"]
    assert isinstance(column, Names)
    assert column.names == tuple(str(code + 1) for code in range(len(everything.names)))
    for code, name in enumerate(column.names):
        own = np.flatnonzero(everything.codes == code).tolist()
        assert meeting(store, run, f"cluster == {name}", part="all") == own
        assert meeting(store, run, f"cluster in ({name}, {name})", part="all") == own
    with pytest.raises(SettingsError, match=r"cluster must be one of 1, .*; got '99'"):
        meeting(store, run, "cluster == 99")


def test_clusters_that_take_long_are_not_waited_for_on_a_page(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = publish_known(store).run
    monkeypatch.setattr(run_clusters, "DIRECT_CELLS", 10)
    with pytest.raises(SettingsError, match=r"20 attention maps into clusters takes a while"):
        replace(chooser(store, run), patient=False).meeting("cluster == 1", Scope())
    found = chooser(store, run).meeting("cluster == 1", Scope())
    assert (
        replace(chooser(store, run), patient=False).meeting("cluster == 1", Scope()).tolist()
        == found.tolist()
    )


def test_a_run_without_scaler_or_attention_has_no_distance_or_cluster(store: Store) -> None:
    found = chooser(store, publish_known(store).baseline)
    assert "cluster" not in found.fields(Scope())
    unscaled = found.manifest.model_copy(update={"files": ()})
    assert "distance" not in replace(found, manifest=unscaled).fields(Scope())


def test_entities_and_further_columns_are_fields(store: Store) -> None:
    plain = dataset_of(ACTUAL, PARTS, ("down", "up"), "wards")
    dataset = publish_dataset(
        store,
        replace(
            plain,
            entities=np.array([f"e{index % 2}" for index in range(20)]),
            metadata={HOSTILE: np.arange(20.0), "site": np.array(["A", "B"] * 10)},
        ),
    )
    run = publish_run(store, dataset, np.stack([1 - CHANCES, CHANCES], axis=1), PARTS)
    assert meeting(store, run, f"meta[{in_quotes(HOSTILE)}] >= 18") == [18, 19]
    assert meeting(store, run, 'meta["site"] == B and entity == e1 and sample < 13') == [11]
    with pytest.raises(SettingsError, match=r"Fields are .*meta\[\"site\"\] and others"):
        meeting(store, run, "zzz == A")


def test_hostile_names_of_classes_can_be_named(store: Store) -> None:
    run = publish_known(store, hostile=True).run
    assert meeting(store, run, f"class == {in_quotes('b' + HOSTILE)} and predicted != class") == [18, 19]


def test_a_model_without_attention_has_no_fields_of_it(store: Store) -> None:
    run = publish_known(store).baseline
    assert meeting(store, run, "confidence > 0.85") == [15, 19]
    with pytest.raises(SettingsError, match="got 'late'"):
        meeting(store, run, "late > 0.5")


def test_a_cohort_keeps_what_it_was_about(store: Store) -> None:
    run = publish_known(store).run
    add_cohort(store, run, Cohort(name="late FPs", where="outcome == FP", scope=Scope(threshold=0.65)))
    add_cohort(store, run, Cohort(name="few", samples=packed(np.array([1, 14, 19]), 20)))
    found = chooser(store, run)
    assert np.flatnonzero(found.members("late FPs")).tolist() == [14]
    assert meeting(store, run, "cohort == few and cohort == 'late FPs'") == [14]
    assert meeting(store, run, "cohort == few", part="all") == [1, 14, 19]
    with pytest.raises(SettingsError, match=r"one of late FPs, few; got 'fewer' .did you mean few"):
        meeting(store, run, "cohort == fewer")
    with pytest.raises(NotFoundError, match="no cohort"):
        found.members("gone")


def test_cohorts_that_name_each_other_say_so(store: Store) -> None:
    run = publish_known(store).run
    add_cohort(store, run, Cohort(name="a", where="cohort == b"))
    add_cohort(store, run, Cohort(name="b", where="cohort == a"))
    with pytest.raises(SettingsError, match="defined by itself; got a in b in a"):
        chooser(store, run).members("a")


def test_a_cohort_that_is_named_many_times_is_looked_up_once(store: Store) -> None:
    run = publish_known(store).run
    add_cohort(store, run, Cohort(name="a", where="outcome == FP"))
    for name, named in (("b", "a"), ("c", "b"), ("d", "c")):
        where = f"cohort in ({', '.join([named] * 100)})"
        add_cohort(store, run, Cohort(name=name, where=where))
    asked: list[str] = []
    found = chooser(store, run)
    counting = replace(found, judged=lambda *given: asked.append("once") or found.judged(*given))
    assert counting.members("d").tolist() == found.members("a").tolist()
    assert len(asked) == 4


def test_a_list_for_another_dataset_is_damage(store: Store) -> None:
    run = publish_known(store).run
    for name, text in (("other", packed(np.array([1]), 2000)), ("torn", "AAAA"), ("odd", "ä")):
        add_cohort(store, run, Cohort(name=name, samples=text))
        with pytest.raises(StoreError, match="list of a cohort"):
            chooser(store, run).members(name)


def test_a_condition_is_of_the_test_part_unless_it_says_otherwise() -> None:
    assert scope_of("outcome == FP").part == "test"
    assert scope_of("outcome == FP", Scope(part="train", layer="x")) == Scope(part="train", layer="x")
    for where in ("part == train", "cohort == x", "sample in (1)", "not (id == a)"):
        assert scope_of(where).part == "all"
