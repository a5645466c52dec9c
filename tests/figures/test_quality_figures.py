from dataclasses import replace

import numpy as np
import pytest

from core.data.quality import compute_quality
from core.data.spectrogram import SpectrogramSettings
from core.data.statistics import compute_statistics
from core.errors import HeedError
from core.figures import (
    correlation_figure,
    entity_balance_figure,
    lengths_figure,
    missing_figure,
    outliers_figure,
    part_balance_figure,
    sample_spectrogram,
    spectrogram_figure,
)
from core.figures.quality import names_axis, unlike
from core.results import Result
from tests.data.datasets import ragged, tiny
from tests.data.spoiled import noise, spoiled


@pytest.fixture(scope="module")
def found():
    return compute_quality(spoiled())


@pytest.fixture(scope="module")
def wide():
    made = noise(30, 20, 155)
    series = made.series.copy()
    series[np.random.default_rng(0).random(series.shape) < 0.02] = np.nan
    series[0, 0, ::2] = 1e4
    names = tuple(f"a very long name of a sensor {place}" for place in range(155))
    return compute_quality(replace(made, series=series, channels=names, nan_policy="mask"))


def words(figure):
    return figure.layout.meta["description"], figure.layout.meta["scale"]


def test_cells_hold_the_share_of_missing_values(found):
    figure = missing_figure(found.missing)
    heat = figure.data[0]
    channels = np.flatnonzero(found.missing.counts.sum(axis=1))
    np.testing.assert_allclose(heat.z, 100 * found.missing.shares[channels], rtol=1e-5)
    assert list(figure.layout.yaxis.ticktext) == [found.missing.channels[c] for c in channels]
    assert "channel 8" in words(figure)[0]
    assert f"{found.missing.total:,} in" in words(figure)[0]


def test_correlations_are_drawn_centred_on_zero_and_what_is_left_out_is_said(found):
    figure = correlation_figure(found.correlation)
    heat = figure.data[0]
    assert (heat.zmin, heat.zmax) == (-1, 1)
    np.testing.assert_array_equal(heat.z, found.correlation.values)
    assert list(heat.x) == list(found.correlation.names)
    scale = "-1 to 1, centred on 0; left out: 2 that never change, 1 of categories"
    assert words(figure)[1] == scale
    assert "channel 0 and channel 3 -1.00" in words(figure)[0]
    assert figure.layout.meta["unit"] == "steps of 60 samples"


def test_bars_hold_the_share_of_outliers_most_first(found):
    figure = outliers_figure(found.checks)
    share = np.sort(100 * found.checks.outlier_share)[::-1]
    assert list(figure.data[0].x) == pytest.approx(share[share > 0])


def test_names_of_many_channels_never_lie_on_each_other(wide):
    for figure, axis, most in (
        (missing_figure(wide.missing), "yaxis", 20),
        (correlation_figure(wide.correlation), "xaxis", 20),
        (correlation_figure(wide.correlation), "yaxis", 20),
        (outliers_figure(wide.checks), "yaxis", 20),
    ):
        shown = figure.layout[axis].ticktext
        assert 5 <= len(shown) <= most
        assert max(map(len, shown)) <= 24
    assert missing_figure(wide.missing).data[0].z.shape == (60, 20)
    assert "60 of 155 channels" in words(missing_figure(wide.missing))[1]
    assert "20 of 155 channels" in words(outliers_figure(wide.checks))[1]
    assert len(set(correlation_figure(wide.correlation).data[0].x)) == 155


def test_a_name_that_is_cut_to_another_one_gets_a_number():
    assert unlike(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]
    assert len(names_axis([f"n{place}" for place in range(1000)], 300)["ticktext"]) == 20


def test_bars_stack_the_classes_of_the_largest_entities():
    made = noise(400, 5, 1, entities=np.array([f"e{place % 40:02d}" for place in range(400)]))
    balance = compute_quality(made).entities["label"]
    figure = entity_balance_figure(balance)
    assert [trace.name for trace in figure.data] == ["class 0", "class 1"]
    assert np.sum([trace.x for trace in figure.data], axis=0).tolist() == [10] * 30
    assert "30 of 40 entities" in words(figure)[1]
    assert "40 of 40 with several samples have one class only" in words(figure)[1]


def test_of_many_classes_the_largest_have_their_own_bar():
    codes = np.arange(400) % 20
    made = tiny(400, 3, 1, 20, targets={"label": codes}, entities=np.array(["a", "b"] * 200))
    figure = entity_balance_figure(compute_quality(made).entities["label"])
    assert [trace.name for trace in figure.data][-1] == "12 other classes"
    assert np.sum([trace.x for trace in figure.data]) == 400


def test_every_target_has_a_row_for_each_part():
    made = spoiled()
    parts = np.where(np.arange(60) % 3, 0, 2).astype(np.int8)
    statistics = compute_statistics(replace(made, parts=parts))
    figure = part_balance_figure(statistics)
    rows = figure.layout.yaxis.ticktext
    assert rows[:2] == ("label, train (n = 40)", "label, test (n = 20)")
    assert rows[2].startswith("state, train")
    for row in range(4):
        assert sum(trace.x[0] for trace in figure.data if trace.y[0] == row) == pytest.approx(100)


def test_bars_hold_every_sample_by_length():
    made = ragged([1, 3, 3, 8, 20, 50])
    figure = lengths_figure(compute_statistics(made))
    assert sum(figure.data[0].y) == 6
    assert "1 to 50 steps" in words(figure)[0]


@pytest.mark.parametrize("rate", [None, 100.0])
def test_a_spectrogram_is_drawn_under_its_series(rate):
    steps = np.arange(200)
    series = np.sin(2 * np.pi * steps / 8)[None, :, None].repeat(3, axis=0).astype(np.float32)
    lengths = np.array([200, 150, 10])
    made = tiny(3, 200, 1, 2, series=series, lengths=lengths)
    settings = SpectrogramSettings(window=32, sampling_rate=rate)
    result = sample_spectrogram(made, settings, np.array([0.7]), sample=1)
    assert isinstance(result, Result)
    assert result.values.shape == (17, 8)
    assert len(result.series) == 150
    figure = spectrogram_figure(result)
    line, heat = figure.data[-2:]
    assert len(line.x) == 150
    strongest = heat.y[np.argmax(np.asarray(heat.z).mean(axis=1))]
    assert strongest == pytest.approx((rate or 1) / 8)
    assert heat.zmax - heat.zmin <= 80
    assert figure.layout.yaxis.title.text == ("frequency in Hz" if rate else "frequency in cycles/step")
    assert figure.layout.xaxis.title.text == ("time in seconds" if rate else "step")
    assert "dB" in words(figure)[1]
    assert len(result.to_frame()) == 17 * 8


def test_what_could_not_be_derived_is_not_drawn_either():
    made = tiny(3, 20, 2, 2)
    for settings, sample in ((SpectrogramSettings(window=21), 0), (SpectrogramSettings(), 3)):
        with pytest.raises(HeedError):
            sample_spectrogram(made, settings, np.ones(2), sample=sample)
    assert (
        sample_spectrogram(made, SpectrogramSettings(), np.ones(2), channel="channel 1").channel
        == "channel 1"
    )
    assert (
        sample_spectrogram(made, SpectrogramSettings(), np.ones(2), channel="nobody").channel == "channel 0"
    )


@pytest.mark.parametrize("made", [noise(), tiny(1, 1, 1, 1), noise(series=np.zeros((40, 30, 6), np.float32))])
def test_what_is_sound_or_tiny_is_drawn_too(made):
    quality, statistics = compute_quality(made), compute_statistics(made)
    for figure in (
        missing_figure(quality.missing),
        correlation_figure(quality.correlation),
        outliers_figure(quality.checks),
        lengths_figure(statistics),
        part_balance_figure(statistics),
        spectrogram_figure(sample_spectrogram(made, SpectrogramSettings(), statistics.moments["std"])),
    ):
        assert figure.to_json()
        assert len(words(figure)[0]) > 20
