"""Splits by entity, by time, in folds, and what "auto" makes of a dataset."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.leaking.overlap import any_overlap, overlapping, records_of
from core.data.published import publish_dataset
from core.data.splits import Split, SplitSettings, make_split, open_split, publish_split
from core.data.splitting.entities import deal
from core.data.splitting.purging import purge
from core.errors import DataError, SettingsError
from core.registry import validated
from core.store import Store
from tests.data.datasets import tiny
from tests.data.splitting.recordings import DAY, windows


def classes_by_part(dataset, split: Split) -> list[list[int]]:
    return [
        np.bincount(dataset.targets["label"][rows], minlength=2).tolist()
        for rows in (split.train, split.validation, split.test)
    ]


def entities_of(dataset, rows) -> set[str]:
    return set(np.asarray(dataset.entities)[rows].tolist())


@pytest.mark.parametrize(
    ("chosen", "sha256"),
    [
        ({}, "40d041f709e70487c748c01ef4669b1d50f7ef806d4d95084e922f1fb269beda"),
        (
            {"kind": "stratified", "validation": 0.25, "test": 0.3, "seed": 3},
            "eeadc4cf5b18981c35117eea150886e5e42b3597a81a1688b7f1a8b6b26c6bd9",
        ),
    ],
)
def test_splits_of_plain_datasets_keep_the_hash_they_had_before_there_were_more_kinds(chosen, sha256) -> None:
    dataset = tiny(40, kinds=2, sha256="a" * 64)
    assert make_split(dataset, SplitSettings(**chosen)).sha256 == sha256


def test_a_published_split_keeps_its_hash_too() -> None:
    parts = np.array([0] * 28 + [2] * 12, dtype=np.int8)
    split = make_split(tiny(40, kinds=2, sha256="a" * 64, parts=parts))
    assert split.sha256 == "317f4def61d45c0eb2e9b704aa0a10854988f9dc9bd5137a3ef0d7f1b5d7c586"


@pytest.mark.parametrize("entities", [3, 5, 8, 40])
@pytest.mark.parametrize("seed", [0, 1])
def test_no_entity_is_on_two_sides(entities: int, seed: int) -> None:
    dataset = windows(entities)
    split = make_split(dataset, SplitSettings(kind="entity", seed=seed))
    sides = [entities_of(dataset, rows) for rows in (split.train, split.validation, split.test)]
    assert all(sides)
    assert sum(map(len, sides)) == entities == len(set.union(*sides))
    assert not len(split.left_out)


def test_entities_of_uneven_classes_are_dealt_so_that_classes_stay_even() -> None:
    rng = np.random.default_rng(0)
    share = rng.beta(0.5, 0.5, 60)
    sizes = rng.integers(5, 40, 60)
    entities = np.repeat([f"e{place}" for place in range(60)], sizes)
    labels = (rng.random(sizes.sum()) < np.repeat(share, sizes)).astype(np.int64)
    dataset = tiny(
        int(sizes.sum()), 2, 1, entities=entities, targets={"label": labels}, classes={"label": ("a", "b")}
    )
    split = make_split(dataset, SplitSettings(kind="entity"))
    counts = np.array(classes_by_part(dataset, split), dtype=float)
    assert abs(counts.sum(axis=1) / counts.sum() - [0.64, 0.16, 0.2]).max() < 0.02
    assert np.ptp(counts[:, 1] / counts.sum(axis=1)) < 0.03


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 60), st.integers(1, 4), st.integers(0, 99), st.sampled_from([0.05, 0.2, 0.5]))
def test_each_group_gets_one_place_and_no_place_stays_empty(
    groups: int, classes: int, seed: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 20, (groups, classes)) + 1.0
    places = deal(counts, [1 - share, share], rng)
    assert set(np.unique(places)) == {0, 1}


def test_thousands_of_entities_are_dealt_at_once_and_evenly() -> None:
    dataset = windows(3000, 20, 10, 10, 1)
    split = make_split(dataset, SplitSettings(kind="entity"))
    counts = np.array(classes_by_part(dataset, split), dtype=float)
    assert abs(counts.sum(axis=1) / counts.sum() - [0.64, 0.16, 0.2]).max() < 0.01
    assert not entities_of(dataset, split.train) & entities_of(dataset, split.test)


def test_a_class_that_one_entity_has_is_trained_on() -> None:
    labels = np.repeat([0, 0, 0, 0, 0, 1], 6)
    for seed in range(5):
        split = make_split(windows(6, targets={"label": labels}), SplitSettings(kind="entity", seed=seed))
        assert set(labels[split.train]) == {0, 1}


def test_classes_that_entities_do_not_share_are_named_with_a_way_out() -> None:
    labels = np.repeat([0, 1, 2], 6)
    dataset = windows(3, targets={"label": labels}, classes={"label": ("a", "b", "c")})
    with pytest.raises(
        DataError, match=r"class '.' has 0.*entities can't be kept apart so; choose another seed"
    ):
        make_split(dataset, SplitSettings(kind="entity"))
    split = make_split(windows(5, targets={"label": np.repeat([0, 1, 2, 3, 4], 6)},
                               classes={"label": tuple("abcde")}))  # fmt: skip
    assert split.chosen == "stratified"
    assert "windows of 5 entities must not be on two sides, and can't be done (" in split.words
    assert "chosen because a split by entity was tried, since" in split.words


@pytest.mark.parametrize(
    ("dataset", "kind", "message"),
    [
        (tiny(30), "entity", "names no entities: choose stratified or time"),
        (windows(2), "entity", "at least 3 entities, one for each part; this dataset has 2"),
        (tiny(30), "time", "when each window was recorded; this dataset does not say"),
        (windows(8, rows=20), "time", "the train(ing)? part|choose a smaller embargo"),
    ],
    ids=["no entities", "two entities", "no times", "too short"],
)
def test_what_a_kind_needs_is_said(dataset, kind: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        make_split(dataset, SplitSettings(kind=kind))


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("embargo", [None, 0, 3])
def test_the_oldest_windows_train_and_an_embargo_lies_between(dated: bool, embargo: int | None) -> None:
    dataset = windows(4, rows=400, stride=2, dated=dated)
    split = make_split(dataset, SplitSettings(kind="time", embargo=embargo))
    unit = int(dataset.spans[0, 1] - dataset.spans[0, 0]) // 9
    gap = (10 if embargo is None else embargo) * unit
    for entity in range(4):
        mine = records_of(dataset) == entity
        ends = [dataset.spans[rows[mine[rows]], 1].max() for rows in (split.train, split.validation)]
        starts = [dataset.spans[rows[mine[rows]], 0].min() for rows in (split.validation, split.test)]
        assert starts[0] - ends[0] > gap
        assert starts[1] - ends[1] > gap
    assert len(split.left_out)
    joined = np.concatenate([split.train, split.validation, split.test, split.left_out])
    assert sorted(joined.tolist()) == list(range(dataset.samples))
    assert 0.15 < len(split.test) / dataset.samples < 0.25


@pytest.mark.parametrize("placed", [False, True])
@pytest.mark.parametrize("shared", [1.0, 0.6])
def test_windows_that_begin_together_are_records_of_their_own(placed: bool, shared: float) -> None:
    rows = np.arange(60)[:, None]
    stamps = (np.arange(24) + np.where(rows < shared * 60, 0, rows)) * DAY
    spans = stamps[:, [0, -1]] if placed else None
    dataset = tiny(60, 24, 1, 2, timestamps=stamps, spans=spans)
    assert make_split(dataset).chosen == "stratified"
    with pytest.raises(DataError, match="this dataset begins most of them together"):
        make_split(dataset, SplitSettings(kind="time"))
    assert purge(dataset, make_split(dataset).parts(60)) == 0


@pytest.mark.parametrize(
    ("settings", "ahead"),
    [
        ({"label_at": "horizon", "horizon": 30}, 30),
        ({"horizon": 30}, 30),
        ({"label_at": "end", "horizon": 30}, 0),
    ],
)
@pytest.mark.parametrize("dated", [False, True])
def test_labels_ahead_of_their_windows_stand_before_the_next_part(
    dated: bool, settings: dict[str, object], ahead: int
) -> None:
    dataset = windows(2, rows=600, stride=5, dated=dated, origin={"settings": settings})
    split = make_split(dataset, SplitSettings(kind="time"))
    unit = DAY if dated else 1
    assert f"{max(10, ahead)} steps are left out" in split.words
    for earlier, later in ((split.train, split.validation), (split.validation, split.test)):
        assert dataset.spans[earlier, 1].max() + ahead * unit < dataset.spans[later, 0].min()
    drawn = make_split(windows(1, rows=3000, stride=20, named=False, origin={"settings": settings}))
    assert drawn.chosen == ("time" if ahead else "stratified")


@pytest.mark.parametrize(
    ("dataset", "chosen", "reason"),
    [
        (tiny(30), "stratified", "no entities are named"),
        (windows(8), "entity", "windows of 8 entities"),
        (windows(3, rows=300), "time", "only 3 entities"),
        (windows(1, rows=400, stride=2, named=False), "time", "windows overlap"),
        (windows(1, rows=400, stride=10, named=False), "stratified", "no windows are known to overlap"),
        (windows(4, placed=False), "stratified", "no windows are known to overlap"),
        (windows(3, rows=30), "stratified", "a split by time was tried, since there are only 3 entities"),
        (windows(8, parts=np.array(([0, 0, 0, 2, 2, 2]) * 8, np.int8)), "published", "came with the data"),
    ],
)
def test_auto_keeps_apart_what_belongs_together_and_says_why(dataset, chosen: str, reason: str) -> None:
    split = make_split(dataset)
    assert split.chosen == chosen
    assert reason in split.words


@pytest.mark.parametrize("kind", ["stratified", "entity"])
def test_each_sample_is_tested_in_one_fold(kind: str) -> None:
    dataset = windows(9)
    tested = [make_split(dataset, SplitSettings(kind=kind, folds=4, fold=fold)).test for fold in range(4)]
    assert sorted(np.concatenate(tested).tolist()) == list(range(dataset.samples))
    assert max(map(len, tested)) - min(map(len, tested)) <= (1 if kind == "stratified" else 12)


def test_folds_of_time_test_one_block_after_another_and_train_on_what_lies_before() -> None:
    dataset = windows(1, rows=1200, named=False, stride=5)
    splits = [make_split(dataset, SplitSettings(kind="time", folds=4, fold=fold)) for fold in range(4)]
    starts = dataset.spans[:, 0]
    for before, after in pairwise(splits):
        assert starts[before.test].max() < starts[after.test].min()
        assert len(before.train) < len(after.train)
    assert all(starts[split.train].max() < starts[split.test].min() for split in splits)
    assert splits[-1].test.max() == dataset.samples - 1


def test_folds_of_a_published_split_keep_its_test_part() -> None:
    parts = np.array([0] * 40 + [1] * 10 + [2] * 10, dtype=np.int8)
    splits = [
        make_split(tiny(60, 2, 1, 2, parts=parts), SplitSettings(folds=5, fold=fold)) for fold in range(5)
    ]
    assert all(split.test.tolist() == list(range(50, 60)) for split in splits)
    assert sorted(np.concatenate([split.validation for split in splits]).tolist()) == list(range(50))
    assert "fold 1 of 5 is the validation part" in splits[0].words


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"folds": 1}, "folds must be 0, for none, or at least 2"),
        ({"folds": 3, "fold": 3}, "fold must be below the number of folds, 3"),
        ({"fold": 1}, "fold must be below"),
        ({"folds": 21}, "less than or equal to 20"),
        ({"embargo": -1}, "embargo must be"),
        ({"kind": "random"}, "kind must be"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        validated(SplitSettings, wrong)


def test_purging_leaves_out_what_is_on_both_sides() -> None:
    overlapped = windows(1, rows=600, stride=3, named=False)
    plain = make_split(overlapped, SplitSettings(kind="stratified"))
    records = records_of(overlapped)
    assert any_overlap(overlapped, overlapped.spans)
    assert overlapping(records, overlapped.spans, plain.test, plain.train).any()
    purged = make_split(overlapped, SplitSettings(kind="stratified", purge=True))
    assert purged.test.tolist() == plain.test.tolist()
    assert len(purged.left_out)
    assert not overlapping(records, overlapped.spans, purged.test, purged.train).any()
    assert not overlapping(records, overlapped.spans, purged.validation, purged.train).any()


def test_copies_and_nearly_copies_are_purged() -> None:
    clean = windows(40, named=False, placed=False)
    rng = np.random.default_rng(1)
    copies = clean.series[:30] + np.float32(1e-3) * rng.standard_normal(clean.series[:30].shape)
    series = np.concatenate([clean.series, clean.series[:30], copies]).astype(np.float32)
    labels = np.concatenate(
        [clean.targets["label"], clean.targets["label"][:30], clean.targets["label"][:30]]
    )
    dataset = tiny(len(series), 10, 2, 2, series=series, targets={"label": labels})
    split = make_split(dataset, SplitSettings(purge=True))
    twins = np.concatenate([np.arange(240), np.arange(30), np.arange(30)])
    judged = set(twins[split.test])
    assert not judged & set(twins[split.train])
    assert not judged & set(twins[split.validation])
    assert not set(twins[split.validation]) & set(twins[split.train])
    assert 20 <= len(split.left_out) <= 60
    assert f"{len(split.left_out)} windows like those of another part were left out" in split.words


def test_labels_per_step_are_split_by_their_most_frequent_one() -> None:
    rng = np.random.default_rng(0)
    usual = np.repeat([0, 1], 30)
    labels = np.where(rng.random((60, 5)) < 0.8, usual[:, None], 1 - usual[:, None])
    labels[:3] = -1
    split = make_split(tiny(60, targets={"label": labels}, classes={"label": ("a", "b")}))
    assert (len(split.train), len(split.validation), len(split.test)) == (39, 9, 12)


def test_a_split_is_opened_with_its_words_and_what_it_left_out(store: Store) -> None:
    dataset = publish_dataset(store, windows(4, rows=200, stride=5))
    split = make_split(dataset, SplitSettings(kind="time", embargo=2))
    opened = open_split(store, publish_split(store, dataset, split))
    assert (opened.sha256, opened.words, opened.chosen) == (split.sha256, split.words, "time")
    assert opened.left_out.tolist() == split.left_out.tolist()
    assert len(opened.left_out)
