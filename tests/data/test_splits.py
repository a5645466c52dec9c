import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.published import publish_dataset
from core.data.splits import Split, SplitSettings, make_split, open_split, publish_split
from core.errors import DataError, NotFoundError, SettingsError
from core.registry import validated
from core.store import Store
from tests.data.datasets import tiny


def classes_of(counts: list[int]) -> Dataset:
    codes = np.repeat(np.arange(len(counts)), counts)
    return tiny(
        len(codes),
        2,
        1,
        targets={"label": codes},
        classes={"label": tuple(map(str, range(len(counts))))},
    )


def sizes(split: Split) -> tuple[int, int, int]:
    return len(split.train), len(split.validation), len(split.test)


@settings(max_examples=80)
@given(
    st.lists(st.integers(2, 60), min_size=1, max_size=6).filter(lambda counts: max(counts) >= 4),
    st.floats(0.05, 0.5),
    st.floats(0.05, 0.5),
    st.integers(0, 9),
)
def test_every_sample_is_in_one_part_and_every_class_can_be_trained(
    counts: list[int], validation: float, test: float, seed: int
) -> None:
    dataset = classes_of(counts)
    split = make_split(dataset, SplitSettings(validation=validation, test=test, seed=seed))
    joined = np.concatenate([split.train, split.validation, split.test])
    assert sorted(joined.tolist()) == list(range(dataset.samples))
    for code, count in enumerate(counts):
        shares = [
            int((dataset.targets["label"][part] == code).sum())
            for part in (split.train, split.validation, split.test)
        ]
        assert shares[0] >= 2
        assert (shares[2] >= 1) == (count >= 3)
        assert (shares[1] >= 1) == (count >= 4)
        assert abs(shares[2] - test * count) <= 1.5


def test_the_same_seed_gives_the_same_split_and_another_one_another() -> None:
    dataset = classes_of([30, 30])
    first, again, other = (make_split(dataset, SplitSettings(seed=seed)) for seed in (1, 1, 2))
    assert first.sha256 == again.sha256 != other.sha256
    assert first.train.tolist() == again.train.tolist() != other.train.tolist()


def test_the_published_test_part_is_kept_and_validation_comes_from_training() -> None:
    parts = np.array([0] * 40 + [2] * 20, dtype=np.int8)
    dataset = tiny(60, 2, 1, 2, parts=parts)
    split = make_split(dataset)
    assert split.test.tolist() == list(range(40, 60))
    assert sizes(split) == (32, 8, 20)
    assert split.parts(60)[40:].tolist() == [2] * 20


def test_published_validation_and_unused_samples_are_respected() -> None:
    parts = np.array([0] * 20 + [1] * 10 + [2] * 10 + [-1] * 10, dtype=np.int8)
    split = make_split(tiny(50, 2, 1, 2, parts=parts), SplitSettings(kind="published"))
    assert split.parts(50).tolist() == parts.tolist()


def test_a_stratified_split_can_be_asked_for_beside_a_published_one() -> None:
    parts = np.array([0] * 40 + [2] * 20, dtype=np.int8)
    split = make_split(tiny(60, 2, 1, 2, parts=parts), SplitSettings(kind="stratified"))
    assert sizes(split) == (38, 10, 12)
    assert (split.test < 40).any()


def test_a_published_split_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match="this dataset has none"):
        make_split(tiny(), SplitSettings(kind="published"))


def test_a_class_with_too_few_samples_is_named() -> None:
    with pytest.raises(DataError, match="at least 2 training samples; class '1' has 1"):
        make_split(classes_of([20, 1]))
    parts = np.array([0] * 10 + [2] * 10, dtype=np.int8)
    only_tested = tiny(
        20, 2, 1, parts=parts, targets={"label": np.repeat([0, 1], 10)}, classes={"label": ("a", "b")}
    )
    with pytest.raises(DataError, match="class 'b' has 0"):
        make_split(only_tested)


def test_classes_too_small_for_three_parts_are_told() -> None:
    with pytest.raises(DataError, match="the validation part must not be empty"):
        make_split(classes_of([3, 3]))


def test_an_unlabelled_dataset_is_split_at_random() -> None:
    assert sizes(make_split(tiny(50, targets={}, classes={}))) == (32, 8, 10)


def test_an_unknown_target_and_shares_out_of_bounds_are_refused() -> None:
    with pytest.raises(DataError, match="must have the target 'fault'"):
        make_split(tiny(30), target="fault")
    with pytest.raises(SettingsError, match=r"test must be less than or equal to 0\.5; got 0\.9"):
        validated(SplitSettings, {"test": 0.9})


def test_a_split_is_stored_once_and_opened_as_it_was(store: Store) -> None:
    dataset = publish_dataset(store, tiny(40, kinds=2))
    split = make_split(dataset, SplitSettings(seed=3))
    first = publish_split(store, dataset, split)
    assert publish_split(store, dataset, split) == first
    opened = open_split(store, first)
    assert opened.sha256 == split.sha256
    assert opened.settings == split.settings
    for name in ("train", "validation", "test"):
        assert opened.part(name).tolist() == split.part(name).tolist()
    assert store.splits.verify(first) == []
    with pytest.raises(NotFoundError):
        open_split(store, "nothere00000")
    with pytest.raises(DataError, match="a part must be one of"):
        split.part("holdout")
