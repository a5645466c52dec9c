"""What the preview of augmentations answers: in the data's units, bounded, the same for the same question."""

from dataclasses import replace

import numpy as np
import pytest

from core.augmentation.preview import TOGETHER
from core.data import Dataset, publish_dataset
from core.errors import NotFoundError
from dashboard.components.view import ViewState
from dashboard.pages.augment import callbacks, charts, words
from dashboard.services import previewing
from tests.pages.noisy import waves

NOISE = "gaussian-noise:level=0.5"


def asked(store, dataset: Dataset, **keys) -> ViewState:
    return ViewState(dataset=publish_dataset(store, dataset).id, **keys)


def test_the_original_line_is_the_sample_in_its_own_units(house):
    dataset = waves()
    found = previewing.previewed(asked(house, dataset, augment=NOISE, sample=7, channel="c1"))
    np.testing.assert_allclose(found.lines.values[0], dataset.series[7, :, 1], rtol=1e-4)
    assert found.lines.names == ("Original", "Gaussian noise")
    noise = found.lines.values[1] - found.lines.values[0]
    assert 1 < noise.std() < 4  # half of the channel's deviation of 4
    assert found.lines.called.sample == "s7"


@pytest.mark.parametrize("sample", [0, 1, 497, 1203, 1999])
def test_any_sample_is_shown_though_few_are_looked_at(house, sample):
    dataset = waves(samples=2000)
    found = previewing.previewed(asked(house, dataset, augment=NOISE, sample=sample))
    np.testing.assert_allclose(found.lines.values[0], dataset.series[sample, :, 0], rtol=1e-4)
    assert found.sample == sample
    assert found.separability.samples <= previewing.POOL


@pytest.mark.parametrize("channel", ["c0", "c77", "c154"])
def test_of_many_channels_and_steps_some_are_looked_at_the_chosen_one_among_them(house, channel):
    dataset = waves(samples=50, steps=600, channels=155)
    view = asked(house, dataset, augment="gaussian-noise;channel-dropout", sample=49, channel=channel)
    found = previewing.previewed(view)
    place = dataset.channels.index(channel)
    np.testing.assert_allclose(found.lines.values[0], dataset.series[49, :, place], rtol=1e-4)
    pool = previewing._pool_with(previewing.opened(view.dataset), "label", 49, place)
    assert pool.windows.channels * pool.windows.steps <= previewing.CELLS_OF_ONE
    assert pool.windows.series.size <= previewing.CELLS


def test_lines_end_where_the_sample_ends_and_missing_values_stay_missing(house):
    dataset = waves(lengths=np.tile([12, 30], 20))
    series = np.array(dataset.series)
    series[np.arange(30)[None, :] >= dataset.lengths[:, None]] = 0
    series[4, 3, 0] = np.nan
    dataset = replace(dataset, series=series, nan_policy="mask")
    found = previewing.previewed(asked(house, dataset, augment="gaussian-noise;time-warp", sample=4))
    assert found.lines.values.shape == (3, 12)
    assert np.isnan(found.lines.values[:2, 3]).all()
    points = charts.points(asked(house, dataset, augment="gaussian-noise", sample=4))
    assert points["augment-lines"]["lines"][0]["y"][3] is None


def test_codes_of_categories_are_neither_noised_nor_scaled(house):
    dataset = waves()
    series = np.array(dataset.series)
    series[:, :, 1] = np.arange(30) % 3
    dataset = replace(dataset, series=series, categories={"c1": ("a", "b", "c")})
    found = previewing.previewed(
        asked(house, dataset, augment="gaussian-noise;amplitude-scaling", channel="c1")
    )
    np.testing.assert_array_equal(found.lines.values, np.tile(np.arange(30) % 3, (3, 1)))


def test_the_same_draw_is_the_same_preview_and_another_draw_another(house):
    view = asked(house, waves(), augment=NOISE)
    first = previewing.previewed(view).lines.values
    previewing.forget()
    np.testing.assert_array_equal(previewing.previewed(view).lines.values, first)
    other = previewing.previewed(view.changed(draw=1)).lines.values
    np.testing.assert_array_equal(other[0], first[0])
    assert np.abs(other[1] - first[1]).max() > 0.1


def test_what_training_does_not_make_is_not_shown(house):
    found = previewing.previewed(asked(house, waves(), augment="gaussian-noise;mixup"))
    names = ("Original", "Gaussian noise", "Mixup")
    assert found.lines.names == names
    assert tuple(line.name for line in found.spectra.lines) == names
    assert found.separability.names == names
    assert found.pairs.names == names[1:]
    assert set(found.pairs.made_by) == {0, 1}
    assert TOGETHER not in str(found.separability.sentences)


def test_without_an_augmentation_the_sample_is_shown_alone(house):
    view = asked(house, waves())
    assert previewing.previewed(view).lines.names == ("Original",)
    with pytest.raises(NotFoundError, match="add one to the list"):
        previewing.values(view)
    assert charts.points(view)["augment-values"]["lines"] == []


def test_few_marks_are_drawn_of_every_augmentation(house):
    pairs = previewing.values(asked(house, waves(samples=300), augment=f"{NOISE};shift;mixup"))
    assert len(pairs.original) <= previewing.MARKS
    assert set(pairs.made_by) == {0, 1, 2}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"sample": 40}, "samples are numbered 0 to 39; got 40"),
        ({"channel": "<b>x</b>"}, "no channel '<b>x</b>'"),
        ({"dataset": "aaaaaaaaaaaa"}, "there is no dataset"),
    ],
)
def test_what_is_not_there_is_said(house, keys, words):
    view = asked(house, waves(), augment=NOISE)
    with pytest.raises(NotFoundError, match=words):
        previewing.previewed(view.changed(**{"dataset": view.dataset, **keys}))


def test_the_effect_on_classes_is_said_with_n_and_interval(house):
    told = str(callbacks.update_words({"view": asked(house, waves(), augment=NOISE).plain()})[0])
    assert "Original: 100.0 % find their own class (95 % CI" in told
    assert "Gaussian noise: " in told
    assert "n = 20" in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"targets": {}, "classes": {}}, "has no labels"),
        (
            {"targets": {"phase": np.zeros((40, 30), np.int64)}, "classes": {"phase": ("a", "b")}},
            "has labels for single steps only",
        ),
        ({"targets": {"label": np.zeros(40, np.int64)}}, "there is only one class"),
    ],
)
def test_without_classes_the_effect_on_them_says_why_not(house, changes, words):
    told, *_ = callbacks.update_words({"view": asked(house, waves(**changes), augment=NOISE).plain()})
    assert words in str(told)


@pytest.mark.parametrize("samples", [1, 2, 3, 10])
def test_few_samples_are_enough_for_a_preview(house, samples):
    codes = np.arange(samples) % 2
    dataset = waves(samples=samples, targets={"label": codes})
    found = previewing.previewed(asked(house, dataset, augment=f"{NOISE};mixup;permutation"))
    assert np.isfinite(found.lines.values).all()


def test_points_are_those_of_the_figures(house):
    view = asked(house, waves(), augment=f"{NOISE};shift")
    points = charts.points(view)
    for chart in (charts.LINES, charts.VALUES, charts.SPECTRA):
        named = [trace for trace in chart.figure(view, "light").data if trace.name]
        assert len(named) == len(points[chart.id]["lines"])
        for trace, found in zip(named, points[chart.id]["lines"], strict=True):
            np.testing.assert_allclose(np.asarray(trace.y, float), np.array(found["y"], float), rtol=1e-3)


def test_a_moved_control_brings_points_or_words_and_never_fails(house):
    view = asked(house, waves(), augment="amplitude-scaling:low=3,high=2;shift").plain()
    points, _told, problems = callbacks.update_points(view)
    assert len(points["augment-lines"]["lines"]) == 2
    assert "low must not exceed high" in problems
    assert callbacks.update_points({"dataset": "aaaaaaaaaaaa", "augment": "shift"})[0] is None
    assert callbacks.update_points(None)[0] is None


def test_neighbours_are_walked_to_within_the_dataset(house):
    dataset = waves()
    assert previewing.neighbours(dataset, 0) == list(range(40))
    assert words.place(6, 200, "s6", 1) == "sample s6, 7 of 200, draw 2"
