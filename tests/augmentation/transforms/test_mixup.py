from dataclasses import replace

import numpy as np
import pytest

from core.augmentation import AUGMENTATIONS, Windows
from tests.augmentation.samples import beyond, plain_windows, rich_windows, rng


def mixed(windows: Windows, seed: int = 0, alpha: float = 1) -> Windows:
    return AUGMENTATIONS.create("mixup", {"alpha": alpha}).apply(windows, rng(seed))


def test_a_mixture_lies_between_its_sample_and_another_of_the_class_nearer_to_its_own() -> None:
    windows = plain_windows(30, 10, 2, equal=True)
    made = mixed(windows).series
    for sample in range(30):
        others = np.flatnonzero((windows.labels == windows.labels[sample]) & (np.arange(30) != sample))
        own = windows.series[sample]
        shares = []
        for other in others:
            away = windows.series[other] - own
            share = float(((made[sample] - own) * away).sum() / (away**2).sum())
            if np.allclose(made[sample], own + share * away, atol=1e-5):
                shares.append(share)
        assert len(shares) == 1
        assert 0 <= shares[0] <= 0.5


def test_each_sample_is_mixed_into_one_other() -> None:
    series = np.zeros((60, 1, 60), np.float32)
    series[np.arange(60), 0, np.arange(60)] = 1  # each sample has a channel of its own
    made = mixed(Windows(series, np.ones(60, np.int64), np.arange(60) % 4), alpha=10).series[:, 0]
    assert ((made > 0).sum(axis=0) == 2).all()
    assert ((made > 0).sum(axis=1) == 2).all()


def test_a_copy_is_as_long_as_the_shorter_of_both_and_has_the_truth_of_both() -> None:
    windows = rich_windows(2, 12, 3, seed=8)
    windows = replace(windows, labels=np.zeros(2, np.int64))
    assert len(set(windows.lengths.tolist())) == 2
    made = mixed(windows)
    assert made.lengths.tolist() == [windows.lengths.min()] * 2
    both = windows.truth.any(axis=0) & ~beyond(made.lengths[:1], 12)[0][:, None]
    np.testing.assert_array_equal(made.truth, np.stack([both, both]))


@pytest.mark.parametrize("labels", [np.arange(10), np.full(10, -1)])
def test_samples_without_another_of_their_class_or_of_unknown_class_stay(labels: np.ndarray) -> None:
    windows = replace(rich_windows(), labels=labels)
    made = mixed(windows)
    np.testing.assert_array_equal(made.series, windows.series)
    np.testing.assert_array_equal(made.truth, windows.truth)
    assert made.lengths.tolist() == windows.lengths.tolist()


def test_where_only_the_other_misses_a_value_the_own_one_stands() -> None:
    series = np.array([[[1], [np.nan], [3]], [[np.nan], [5], [7]]], np.float32)
    made = mixed(Windows(series, np.full(2, 3), np.zeros(2, np.int64)), alpha=10).series[..., 0]
    assert made[0, 0] == 1
    assert np.isnan(made[0, 1])
    assert made[1, 1] == 5
    assert 3 < made[0, 2] <= 5 <= made[1, 2] < 7


def test_a_small_alpha_leaves_copies_near_their_source() -> None:
    windows = plain_windows(200, 10, 1, equal=True)
    away = [np.abs(mixed(windows, alpha=alpha).series - windows.series).mean() for alpha in (0.05, 0.4, 10)]
    assert away[0] < away[1] < away[2]
