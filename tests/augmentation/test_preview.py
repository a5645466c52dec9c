import numpy as np
import pytest

from core.augmentation import AUGMENTATIONS, Windows, create_augmentations
from core.augmentation.preview import TOGETHER, preview, titles_of
from core.augmentation.previewed import PreviewNames
from core.errors import NotFoundError
from core.results import Result
from tests.augmentation.samples import beyond, frozen, plain_windows, rich_windows, rng


def test_lines_hold_the_sample_before_and_after_each_and_all() -> None:
    windows = rich_windows(40)
    parts = create_augmentations(
        [
            {"name": "amplitude-scaling", "settings": {"low": 2, "high": 2}},
            {"name": "amplitude-scaling", "settings": {"low": 3, "high": 3}},
        ]
    )
    for sample in (0, 17, 39):
        lines = preview(windows, parts, rng(), sample, 1).lines
        assert lines.names == ("Original", "Amplitude scaling", "Amplitude scaling 2", TOGETHER)
        own = windows.series[sample, : windows.lengths[sample], 1]
        np.testing.assert_array_equal(lines.values, np.array([[1], [2], [3], [6]], np.float32) * own)


def test_one_augmentation_needs_no_line_of_all_together() -> None:
    made = preview(plain_windows(), create_augmentations([{"name": "shift"}]), rng(), 0, 0)
    assert made.lines.names == ("Original", "Shift")
    assert made.pairs.names == ("Shift",)
    assert made.separability.names == ("Original", "Shift")


def test_a_preview_without_augmentations_shows_the_original() -> None:
    made = preview(plain_windows(20), (), rng(), 3, 1)
    assert made.lines.names == ("Original",)
    assert len(made.pairs.to_frame()) == 0
    assert [line.name for line in made.spectra.lines] == ["Original"]


@pytest.mark.parametrize(("sample", "channel"), [(10, 0), (-1, 0), (0, 2)])
def test_what_is_not_there_can_not_be_shown(sample: int, channel: int) -> None:
    with pytest.raises(NotFoundError, match="there is no"):
        preview(plain_windows(), (), rng(), sample, channel)


def test_titles_tell_augmentations_of_one_kind_apart() -> None:
    parts = create_augmentations([{"name": "shift"}, {"name": "gaussian-noise"}, {"name": "shift"}])
    assert titles_of(parts) == ("Shift", "Gaussian noise", "Shift 2")


def waves(samples: int = 60, steps: int = 40) -> Windows:
    """Return waves of amplitude 3 with a period of 8 steps, on a level of 5."""
    phase = rng(1).uniform(0, 2 * np.pi, (samples, 1, 1))
    series = 5 + 3 * np.sin(2 * np.pi * np.arange(steps)[None, :, None] / 8 + phase)
    return Windows(series.astype(np.float32), np.full(samples, steps), np.arange(samples) % 2)


def test_spectra_show_the_amplitude_at_its_frequency() -> None:
    parts = create_augmentations([{"name": "amplitude-scaling", "settings": {"low": 2, "high": 2}}])
    original, doubled = preview(waves(), parts, rng(), 7, 0).spectra.lines
    np.testing.assert_allclose(original.frequencies, np.arange(1, 21) / 40)
    for line, amplitude in ((original, 3), (doubled, 6)):
        assert line.frequencies[np.argmax(line.amplitudes)] == 1 / 8
        np.testing.assert_allclose(line.amplitudes.max(), amplitude, rtol=1e-5)
        assert np.sort(line.amplitudes)[-2] < 1e-4


@pytest.mark.parametrize("steps", [1, 2, 9, 10])
def test_the_amplitudes_hold_all_of_the_variance(steps: int) -> None:
    windows = plain_windows(4, steps, 1, equal=True)
    (line,) = preview(windows, (), rng(), 2, 0).spectra.lines
    power = line.amplitudes**2 / 2
    if steps % 2 == 0:
        power[-1:] *= 2
    np.testing.assert_allclose(power.sum(), windows.series[2].var(), rtol=1e-4, atol=1e-6)


def test_a_spectrum_is_of_the_valid_steps_and_a_missing_value_counts_as_the_mean() -> None:
    series = np.zeros((2, 12, 1), np.float32)
    series[:, :8, 0] = [4, 2, 4, 2, np.nan, 3, 4, 2]
    windows = Windows(series, np.full(2, 8), np.zeros(2, np.int64))
    (line,) = preview(windows, (), rng(), 1, 0).spectra.lines
    expected = np.array([1, -1, 1, -1, 0, 0, 1, -1])
    np.testing.assert_allclose(line.amplitudes[:-1], 2 * np.abs(np.fft.rfft(expected))[1:-1] / 8)


def test_pairs_are_the_same_value_before_and_after_of_the_chosen_channel() -> None:
    windows = rich_windows(300, 30, 3)
    parts = create_augmentations(
        [
            {"name": "amplitude-scaling", "settings": {"low": 2, "high": 2}},
            {"name": "magnitude-warp", "settings": {"strength": 0}},
        ]
    )
    pairs = preview(windows, parts, rng(), 0, 1).pairs
    assert pairs.names == ("Amplitude scaling", "Magnitude warp", TOGETHER)
    factor = np.array([2, 1, 2], np.float32)[pairs.made_by]
    np.testing.assert_array_equal(pairs.augmented, factor * pairs.original)
    assert set(pairs.original) <= set(windows.series[..., 1][~beyond(windows.lengths, 30)])
    assert pairs.samples == 150
    assert len(set(np.bincount(pairs.made_by))) == 1
    frame = pairs.to_frame()
    assert frame["augmentation"].value_counts().to_dict() == dict.fromkeys(pairs.names, len(frame) // 3)


def test_at_most_five_thousand_pairs_of_at_most_five_hundred_samples_are_kept() -> None:
    windows = plain_windows(2000, 100, 2, equal=True)
    parts = create_augmentations([{"name": "shift"}, {"name": "gaussian-noise"}])
    made = preview(windows, parts, rng(), 1999, 1)
    assert np.bincount(made.pairs.made_by).tolist() == [1666] * 3
    assert made.pairs.samples == made.separability.samples == made.separability.neighbours == 250


def test_of_large_samples_fewer_are_looked_at() -> None:
    windows = plain_windows(60, 1000, 40, equal=True)
    made = preview(windows, create_augmentations([{"name": "shift"}]), rng(), 5, 1)
    assert made.pairs.samples == made.separability.samples == 20


def test_a_change_of_one_augmentation_leaves_the_copies_of_the_others() -> None:
    windows = plain_windows(60, 20)
    made = [
        preview(
            windows,
            create_augmentations(
                [
                    {"name": "shift", "settings": {"most": most}},
                    {"name": "gaussian-noise"},
                    {"name": "time-warp"},
                ]
            ),
            rng(4),
            7,
            1,
        )
        for most in (0.1, 0.5)
    ]
    np.testing.assert_array_equal(made[0].lines.values[[0, 2, 3]], made[1].lines.values[[0, 2, 3]])
    assert not np.array_equal(made[0].lines.values[1], made[1].lines.values[1])


def test_the_same_generator_gives_the_same_preview_and_arguments_stay() -> None:
    parts = create_augmentations([{"name": name} for name in AUGMENTATIONS.names()])
    windows = frozen(rich_windows(60, 20, 4))
    first, again = (preview(windows, parts, rng(2), 7, 1) for _ in range(2))
    np.testing.assert_array_equal(first.lines.values, again.lines.values)
    np.testing.assert_array_equal(first.pairs.augmented, again.pairs.augmented)
    np.testing.assert_array_equal(first.separability.right, again.separability.right)
    assert first.provenance.key() == again.provenance.key()


def test_a_preview_says_where_it_comes_from_and_gives_tables() -> None:
    called = PreviewNames("s7", "pressure", ("Mon", "Tue"), "day", "d" * 64)
    parts = create_augmentations([{"name": "shift", "settings": {"most": 0.2}}])
    made = preview(plain_windows(30, 4, equal=True), parts, rng(), 7, 1, called)
    for result in (made, made.lines, made.pairs, made.spectra, made.separability):
        assert isinstance(result, Result)
        assert result.provenance.data == "d" * 64
        assert result.provenance.parameters["augmentations"][0]["settings"]["most"] == 0.2
    frame = made.to_frame()
    assert frame.columns.tolist() == ["step", "label", "Original", "Shift"]
    assert frame["label"].tolist() == ["Mon", "Tue", "2", "3"]
    assert made.spectra.to_frame()["line"].tolist() == ["Original"] * 2 + ["Shift"] * 2


@pytest.mark.parametrize("size", [(1, 8, 3), (2, 1, 1), (3, 2, 155)])
def test_small_and_wide_samples_can_be_previewed(size: tuple[int, int, int]) -> None:
    parts = create_augmentations([{"name": name} for name in AUGMENTATIONS.names()])
    made = preview(rich_windows(*size), parts, rng(), 0, 0)
    assert len(made.lines.names) == len(parts) + 2
    assert made.separability.problem
