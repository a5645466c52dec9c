import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.augmentation import AUGMENTATIONS, Windows
from tests.augmentation.samples import rng


def permuted(lengths: list[int], segments: int, seed: int = 0) -> np.ndarray:
    """Return where each step of a permuted sample comes from."""
    steps = max(lengths)
    series = np.tile(np.arange(steps, dtype=np.float32)[:, None], (len(lengths), 1, 1))
    series[np.arange(steps)[None, :] >= np.array(lengths)[:, None]] = 0
    windows = Windows(series, np.array(lengths), np.zeros(len(lengths), np.int64))
    part = AUGMENTATIONS.create("permutation", {"segments": segments})
    return part.apply(windows, rng(seed)).series[:, :, 0].astype(int)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(2, 20), st.integers(0, 1000))
def test_every_step_comes_back_once_and_segments_stay_whole(
    lengths: list[int], segments: int, seed: int
) -> None:
    for line, length in zip(permuted(lengths, segments, seed), lengths, strict=True):
        assert sorted(line[:length]) == list(range(length))
        assert np.count_nonzero(np.diff(line[:length]) != 1) <= segments - 1


@pytest.mark.parametrize("segments", [2, 3, 5])
def test_no_sample_with_steps_enough_stays_in_its_order(segments: int) -> None:
    made = permuted([20] * 300, segments)
    assert not (made == np.arange(20)).all(axis=1).any()


def test_segments_are_cut_at_random_steps() -> None:
    made = permuted([20] * 300, 2)
    assert len(set(made[:, 0])) > 15
