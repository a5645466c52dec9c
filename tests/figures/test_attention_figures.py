from dataclasses import replace

import numpy as np
import pytest

from core.attention import (
    ChannelScale,
    GalleryView,
    HeatmapView,
    SampleAttention,
    StepAxis,
    attention_heatmap,
    explain_sample,
    gallery,
)
from core.attention.ordering import RowValues
from core.evaluation import Predictions, judge_own
from core.evaluation.outcomes import RIGHT, WRONG
from core.figures import attention_heatmap_figure, gallery_figure, profiles_figure, sample_figure, theme_of
from core.figures.tiles import tile_heading
from tests.attention.constructed import drawn_labels, drawn_weights
from tests.figures.answers import answers, dataset, weights_of


@pytest.fixture(scope="module")
def two():
    return answers()


def heatmaps(figure):
    return [trace for trace in figure.data if trace.type == "heatmap"]


def test_the_heatmap_holds_every_cell_and_its_sample(two):
    figure = attention_heatmap_figure(two.heatmap)
    cells = heatmaps(figure)[0]
    assert np.array_equal(cells.z, two.heatmap.cells, equal_nan=True)
    assert cells.z.dtype == np.float32
    assert np.array_equal(cells.customdata[:, 0], two.heatmap.samples)
    assert cells.zmin == 0
    assert cells.zmax == pytest.approx(np.nanmax(two.heatmap.cells))


def test_the_strips_show_class_outcome_and_confidence_of_each_row(two):
    figure = attention_heatmap_figure(two.heatmap)
    _, classes, outcomes = heatmaps(figure)
    assert np.array_equal(np.nanmax(classes.z, axis=1), two.heatmap.actual)
    assert np.array_equal(np.nanmax(outcomes.z, axis=1), two.heatmap.outcomes)
    assert np.array_equal(outcomes.customdata[:, 0], two.heatmap.samples)
    line = next(trace for trace in figure.data if trace.xaxis == "x4")
    assert np.array_equal(line.x, two.heatmap.confidence)


def test_where_several_classes_have_equal_rights_every_picture_says_right_and_wrong():
    classes = ("red", "green", "blue")
    labels, axis = drawn_labels(20, classes=classes), StepAxis.counted(9)
    own = judge_own(Predictions(labels.actual, labels.probabilities, classes))
    weights, lengths = drawn_weights(20, 9)
    made = attention_heatmap(weights, lengths, own, axis, view=HeatmapView("outcome"))
    figure = attention_heatmap_figure(made)
    strip = heatmaps(figure)[2]
    assert set(strip.text.ravel()) == set(figure.layout.xaxis3.ticktext) == {"right", "wrong"}
    assert np.array_equal(np.nanmax(strip.z, axis=1) == 0, made.outcomes == RIGHT)
    assert f"{(own.outcomes == WRONG).sum()} wrong" in figure.layout.meta["description"]
    told = attention_heatmap_figure(made, compact=True).layout.meta["rows"]
    assert {told["names"][code] for code in told["outcomes"]} == {"right", "wrong"}
    data = dataset(samples=20, classes=classes)
    page = gallery(data, own, np.zeros(data.series.shape[:2], np.float32), GalleryView(count=20))
    headings = {tile_heading(page, place).split()[0] for place in range(20)}
    assert headings == {"right", "wrong"}


def test_a_huge_heatmap_stays_below_half_a_million_cells():
    weights, lengths = drawn_weights(2000, 900)
    made = attention_heatmap(
        weights, lengths, drawn_labels(2000), StepAxis.counted(900), view=HeatmapView("peak")
    )
    figure = attention_heatmap_figure(made)
    assert sum(np.asarray(trace.z).size for trace in heatmaps(figure)) < 500_000
    assert "mean of up to" in figure.layout.title.subtitle.text
    assert figure.layout.meta["n"] == 2000


@pytest.mark.parametrize(
    ("view", "unit", "largest"),
    [
        (HeatmapView(), "attention per step", "largest single weight"),
        (HeatmapView(rows=5, show="max"), "max attention per step", "largest single weight"),
        (
            HeatmapView(shares=True),
            "attention in 1 % of its length",
            "largest share of one hundredth of a length",
        ),
    ],
)
def test_the_colour_bar_of_a_heatmap_says_unit_and_range(view, unit, largest):
    weights, lengths = drawn_weights(30, 20, shortest=5)
    made = attention_heatmap(weights, lengths, drawn_labels(30), StepAxis.counted(20), view=view)
    figure = attention_heatmap_figure(made)
    title = next(trace for trace in figure.data if trace.colorbar.title.text).colorbar.title.text
    assert title == f"{unit}, 0 to {np.nanmax(made.cells):.3g}"
    assert f"{largest} {made.largest:.3g}" in figure.layout.meta["scale"]


@pytest.mark.parametrize(
    ("view", "name", "several"),
    [
        (HeatmapView("entropy"), "entropy", False),
        (HeatmapView("entropy", rows=10), "entropy", True),
        (HeatmapView("peak"), "peak at hour", False),
        (HeatmapView("peak", rows=10, shares=True), "peak at step", True),
    ],
)
def test_what_the_page_says_of_a_row_holds_the_value_it_is_sorted_by(view, name, several):
    weights, lengths = drawn_weights(30, 20, shortest=5)
    labels = [f"{step}:00" for step in range(20)]
    made = attention_heatmap(weights, lengths, drawn_labels(30), StepAxis(labels, "hour"), view=view)
    told = attention_heatmap_figure(made, compact=True).layout.meta["rows"]["by"]
    assert told["name"] == name
    assert len(told["first"]) == len(made.cells)
    assert (told["last"] is not None) == several
    if view.sort == "entropy":
        assert told["first"][0] == f"{made.values.first[0]:.4g}"
    if name == "peak at hour":
        assert told["first"][0] == labels[int(made.values.first[0])]


def test_values_a_heatmap_is_sorted_by_have_a_bounded_length_together():
    weights, lengths = drawn_weights(900, 4)
    made = attention_heatmap(
        weights, lengths, drawn_labels(900), StepAxis.counted(4), view=HeatmapView("entropy")
    )
    texts = np.array([f"<b>{'x' * 50} {number}" for number in range(len(made.cells))])
    figure = attention_heatmap_figure(replace(made, values=RowValues("site", texts, texts)), compact=True)
    told = figure.layout.meta["rows"]["by"]
    assert sum(len(text) for text in told["first"] + told["last"]) <= 9_600
    assert (
        attention_heatmap_figure(replace(made, values=None), compact=True).layout.meta["rows"]["by"] is None
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_attention_is_dark_on_light_and_light_on_dark(theme, two):
    scale = heatmaps(attention_heatmap_figure(two.heatmap, theme))[0].colorscale
    assert scale[0][1] == ("#FCFDBF" if theme == "light" else "#000004")


def sample_of(channels=1, steps=12, **more) -> SampleAttention:
    data = dataset(channels=channels, steps=steps, shortest=steps, **more)
    weights = weights_of(data)
    labels = drawn_labels(30)
    scale = ChannelScale(np.zeros(channels), np.ones(channels))
    return explain_sample(
        data, type(labels)(**{**vars(labels), "indices": np.arange(30)}), 4, weights[4], scale=scale
    )


def test_the_sample_figure_holds_series_weights_and_marks():
    made = sample_of()
    figure = sample_figure(made)
    line = next(trace for trace in figure.data if trace.mode == "lines")
    bars = next(trace for trace in figure.data if trace.type == "bar")
    marks = next(trace for trace in figure.data if trace.mode == "markers")
    assert np.array_equal(line.y, made.series[:, 0])
    assert np.array_equal(bars.y, made.weights)
    assert sorted(marks.x) == sorted(top.step for top in made.top)
    assert len(figure.layout.shapes) == 5
    assert bars.marker.color == theme_of("light").attention
    strong = [place for place, opacity in enumerate(bars.marker.opacity) if opacity == 1]
    assert strong == sorted(top.step for top in made.top)
    assert line.xaxis == bars.xaxis


def test_long_samples_have_an_area_instead_of_bars():
    figure = sample_figure(sample_of(steps=400))
    assert not [trace for trace in figure.data if trace.type == "bar"]
    area = next(trace for trace in figure.data if trace.name == "attention")
    assert area.fill == "tozeroy"
    assert len(area.y) == 400


@pytest.mark.parametrize("layout", ["stacked", "overlaid"])
def test_of_many_channels_those_that_stand_out_are_shown_and_it_says_so(layout):
    made = sample_of(channels=155)
    figure = sample_figure(made, channels=4, layout=layout)
    lines = [trace for trace in figure.select_traces({"mode": "lines"}) if trace.name != "attention"]
    assert "4 of 155 channels" in figure.layout.title.subtitle.text
    wanted = made.ranked_channels[:4]
    drawn = [np.asarray(trace.y) for trace in lines if trace.name]
    assert len({y.tobytes() for y in drawn}) == 4
    assert all(any(np.array_equal(y, made.series[:, channel]) for y in drawn) for channel in wanted)


def test_dates_are_printed_on_the_axis_of_steps():
    names = tuple(f"2024-01-{day:02d}" for day in range(1, 13))
    figure = sample_figure(sample_of(names=names))
    assert set(figure.layout.xaxis.ticktext) <= set(names)
    assert len(figure.layout.xaxis.ticktext) <= 7


def test_profiles_hold_the_means_and_their_counts(two):
    figure = profiles_figure(two.by_class)
    lines = [trace for trace in figure.data if trace.mode == "lines" and trace.name]
    assert len(lines) == 2
    for group, line in enumerate(lines):
        assert np.asarray(line.y) == pytest.approx(two.by_class.mean[group, np.asarray(line.x)])
        assert f"n = {two.by_class.counts[group]}" in line.name


def test_four_outcomes_have_a_panel_each_in_their_own_colours(two):
    figure = profiles_figure(two.by_outcome)
    lines = [trace for trace in figure.data if trace.mode == "lines" and trace.name]
    colours = {trace.name[:2]: trace.line.color for trace in lines}
    wanted = {"TP": "#0072B2", "TN": "#56B4E9", "FP": "#D55E00", "FN": "#E69F00"}
    assert colours == {name: wanted[name] for name in colours}
    assert len({trace.xaxis for trace in lines}) == len(lines)


def test_sixty_tiles_are_one_figure_of_few_traces():
    data = dataset(samples=80)
    labels = drawn_labels(80)
    labels = type(labels)(**{**vars(labels), "indices": np.arange(80)})
    made = gallery(data, labels, weights_of(data), GalleryView(count=60))
    figure = gallery_figure(made, columns=6)
    assert len(figure.data) <= 12
    tiles = np.asarray(figure.data[0].customdata)
    assert tiles.shape == (10, 6)
    assert tiles.ravel().tolist() == made.samples.tolist()


def test_the_tile_of_a_sample_holds_its_line(two):
    figure = gallery_figure(two.gallery, columns=5)
    lines = [
        trace for trace in figure.select_traces({"mode": "lines"}) if trace.name in {"TP", "TN", "FP", "FN"}
    ]
    points = sum(int(np.sum(~np.isnan(np.asarray(trace.y, float)))) for trace in lines)
    assert points == int(np.sum(~np.isnan(two.gallery.series)))
    xs = np.concatenate([np.asarray(trace.x, float) for trace in lines])
    assert np.nanmin(xs) >= 0
    assert np.nanmax(xs) <= 5


def test_an_empty_gallery_page_is_drawn():
    data = dataset()
    labels = drawn_labels(30)
    labels = type(labels)(**{**vars(labels), "indices": np.arange(30)})
    figure = gallery_figure(gallery(data, labels, weights_of(data), GalleryView(offset=500)))
    assert figure.layout.meta["n"] == 0


def test_hovering_over_a_cell_says_its_date():
    data = dataset(names=tuple(f"2024-01-{day:02d}" for day in range(1, 13)))
    made = attention_heatmap(weights_of(data), data.lengths, drawn_labels(30), StepAxis.of(data))
    cells = heatmaps(attention_heatmap_figure(made))[0]
    assert list(cells.text[0]) == list(data.step_labels)
    assert "%{text}" in cells.hovertemplate
