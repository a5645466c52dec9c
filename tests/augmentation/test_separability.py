from dataclasses import replace

import numpy as np
import pytest

from core.augmentation import Windows, create_augmentations
from core.augmentation.preview import preview
from core.augmentation.separability import MOST_VALUES, class_separability
from core.intervals import wilson_interval
from core.results import Provenance
from tests.augmentation.samples import rng


def two_classes(samples: int = 120, apart: float = 3.0, steps: int = 10, seed: int = 0) -> Windows:
    """Return samples of two classes whose levels lie some standard deviations apart."""
    labels = np.arange(samples) % 2
    series = rng(seed).normal(size=(samples, steps, 2)) + apart * labels[:, None, None]
    return Windows(series.astype(np.float32), np.full(samples, steps), labels)


def measured(windows: Windows, *wishes: tuple[str, dict], seed: int = 0):
    parts = create_augmentations([{"name": name, "settings": given} for name, given in wishes])
    return preview(windows, parts, rng(seed), 0, 0).separability


def test_classes_far_apart_are_told_apart_and_those_alike_are_not() -> None:
    assert measured(two_classes(apart=5)).accuracies[0] == 1
    low, high = measured(two_classes(500, apart=0)).intervals[0]
    assert low < 0.5 < high


def test_an_augmentation_that_destroys_the_class_is_seen_and_a_gentle_one_is_not() -> None:
    found = measured(two_classes(400), ("gaussian-noise", {"level": 0.05}), ("gaussian-noise", {"level": 5}))
    original, gentle, harsh, _ = found.accuracies
    assert original == gentle == 1
    assert harsh < 0.95
    assert found.lost[2] == round((original - harsh) * found.samples)
    assert found.lost[0] == found.lost[1] == found.found[1] == 0


def test_a_sample_or_its_copy_never_meets_itself_or_what_was_mixed_into_it() -> None:
    """Every sample stands alone: only by finding itself or its partner could a copy find its class."""
    samples, labels = 80, np.arange(80) // 2  # pairs, one on either side
    series = np.zeros((samples, 1, samples), np.float32)
    series[np.arange(samples), 0, np.arange(samples)] = 1
    found = measured(Windows(series, np.ones(samples, np.int64), labels), ("mixup", {"alpha": 10}))
    assert found.accuracies.max() < 0.2


def test_intervals_are_wilsons_and_stand_in_words_and_table() -> None:
    found = measured(two_classes(300, apart=0.4), ("shift", {}))
    for line, interval in zip(found.right, found.intervals, strict=True):
        assert tuple(interval) == wilson_interval(int(line.sum()), 150)
    first, second = found.sentences
    low, high = 100 * found.intervals[1]
    assert first.startswith(f"Original: {100 * found.accuracies[0]:.1f} % find their own class")
    assert f"95 % CI {low:.1f} to {high:.1f} %, n = 150" in second
    assert second.endswith(f"; {found.lost[1]} lost it, {found.found[1]} found it.")
    assert "150 samples" in found.method
    frame = found.to_frame()
    assert frame["augmentation"].tolist() == ["Original", "Shift"]
    assert frame["n"].tolist() == [150, 150]
    assert (frame["accuracy"] - found.accuracies[0]).round(9)[1] == round(
        (found.found[1] - found.lost[1]) / 150, 9
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"labels": np.zeros(120, np.int64)}, "only one class"),
        ({"labels": np.full(120, -1)}, "only 0 samples with a class"),
        ({"categorical": (0, 1)}, "all channels hold codes"),
    ],
)
def test_where_nothing_can_be_measured_it_says_why(changed: dict, words: str) -> None:
    found = measured(replace(two_classes(), **changed), ("shift", {}))
    assert words in found.method
    assert found.sentences == ()
    assert np.isnan(found.accuracies).all()
    assert found.to_frame()["n"].tolist() == [0, 0]


def test_too_few_samples_are_said_to_be_too_few() -> None:
    assert "only 5 samples" in measured(two_classes(5)).method


def test_channels_count_alike_whatever_their_unit_and_codes_do_not_count() -> None:
    windows = two_classes(200, apart=2)
    plain = measured(windows)
    scaled = measured(windows.with_series(windows.series * np.array([1, 1000], np.float32) + 7))
    np.testing.assert_array_equal(scaled.right, plain.right)
    codes = np.concatenate([windows.series, rng().integers(0, 99, (200, 10, 1))], axis=2).astype(np.float32)
    with_codes = measured(replace(windows, series=codes, categorical=(2,)))
    np.testing.assert_array_equal(with_codes.right, plain.right)


def test_missing_values_padding_and_silent_channels_are_no_obstacle() -> None:
    windows = two_classes(200)
    series = windows.series.copy()
    series[rng().random(series.shape) < 0.2] = np.nan
    series[..., 1] = np.nan
    lengths = rng().integers(3, 11, 200)
    series[np.arange(10)[None, :] >= lengths[:, None]] = 0
    assert measured(replace(windows, series=series, lengths=lengths)).accuracies[0] > 0.9


def test_large_samples_are_measured_over_some_of_their_values() -> None:
    windows = two_classes(40, steps=3000)
    found = class_separability(windows, windows, (), Provenance("test"))
    assert found.values == MOST_VALUES
    assert found.largest == 0.5


def test_samples_of_unknown_class_are_not_counted() -> None:
    windows = two_classes(200)
    labels = windows.labels.copy()
    labels[:50] = -1
    assert measured(replace(windows, labels=labels)).samples == 75
