from dataclasses import replace

import numpy as np
import pytest

from core.augmentation import AUGMENTATIONS
from core.figures.augmentation import (
    augmented_lines_figure,
    augmented_spectra_figure,
    augmented_values_figure,
)
from core.figures.palette import DASHES, theme_of
from tests.figures.answers import dataset, preview_of


@pytest.fixture(scope="module")
def made():
    return preview_of(dataset())


def named(figure):
    """Return the traces that the legend shows, without outlines."""
    return [trace for trace in figure.data if trace.name and trace.showlegend is not False]


def test_lines_show_the_original_first_and_heaviest_then_each_augmentation(made):
    figure = augmented_lines_figure(made.lines)
    lines = named(figure)
    assert [line.name for line in lines] == [
        "Original", "Gaussian noise", "Time warp", "Mixup", "All, one after the other",
    ]  # fmt: skip
    for line, values in zip(lines, made.lines.values, strict=True):
        np.testing.assert_array_equal(line.y, values)
    assert lines[0].line.width > max(line.line.width for line in lines[1:])
    assert len({line.line.color for line in lines}) == 5
    assert [line.line.dash for line in lines] == list(DASHES[:5])
    assert figure.layout.showlegend


def test_lines_stand_over_the_labels_of_their_steps(made):
    called = replace(
        made.lines.called, step_labels=tuple(f"day {step}" for step in range(12)), step_name="day"
    )
    figure = augmented_lines_figure(replace(made.lines, called=called))
    assert named(figure)[0].customdata[4] == "day 4"
    assert figure.layout.xaxis.title.text == "day"
    assert figure.layout.xaxis.ticktext[0].startswith("day")


def test_values_stand_against_each_other_beside_the_line_of_no_change(made):
    figure = augmented_values_figure(made.pairs)
    unchanged, *marks = figure.data
    assert list(unchanged.x) == list(unchanged.y)
    assert unchanged.x[0] <= min(made.pairs.original.min(), made.pairs.augmented.min())
    assert [trace.name for trace in marks] == list(made.pairs.names)
    assert sum(len(trace.x) for trace in marks) == len(made.pairs.original)
    noise = made.pairs.made_by == 0
    np.testing.assert_array_equal(marks[0].x, made.pairs.original[noise])
    np.testing.assert_array_equal(marks[0].y, made.pairs.augmented[noise])
    assert len({trace.marker.symbol for trace in marks}) == len(marks)
    assert figure.layout.xaxis.title.text.endswith(", original")
    assert figure.layout.yaxis.title.text.endswith(", augmented")
    assert figure.layout.meta["n"] == made.pairs.samples


def test_spectra_say_their_units(made):
    called = replace(made.spectra.called, channel="pressure", step_name="hour")
    figure = augmented_spectra_figure(replace(made.spectra, called=called))
    assert figure.layout.xaxis.title.text == "frequency (cycles per hour)"
    assert figure.layout.yaxis.title.text == "amplitude (pressure)"
    for trace, line in zip(named(figure), made.spectra.lines, strict=True):
        np.testing.assert_array_equal(trace.x, line.frequencies)
        np.testing.assert_array_equal(trace.y, line.amplitudes)
    assert "cycles per hour" in named(figure)[0].hovertemplate
    assert "cycles per hour" in figure.layout.meta["description"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_original_has_the_accent_and_an_augmentation_one_colour_in_all_figures(made, theme):
    lines = named(augmented_lines_figure(made.lines, theme))
    marks = augmented_values_figure(made.pairs, theme).data[1:]
    spectra = named(augmented_spectra_figure(made.spectra, theme))
    assert lines[0].line.color == theme_of(theme).accent
    assert [one.line.color for one in lines] == [one.line.color for one in spectra]
    assert [one.line.color for one in lines[1:]] == [one.marker.color for one in marks]


def test_without_augmentations_there_is_the_original_alone():
    made = preview_of(dataset(), ())
    assert [trace.name for trace in named(augmented_lines_figure(made.lines))] == ["Original"]
    assert augmented_values_figure(made.pairs).layout.meta["n"] > 0
    assert len(named(augmented_spectra_figure(made.spectra))) == 1


def test_a_line_of_missing_values_and_one_of_one_step_can_be_drawn():
    data = dataset(steps=1, shortest=1)
    data.series[:] = np.nan
    made = preview_of(data, ("gaussian-noise",))
    assert augmented_lines_figure(made.lines).layout.meta["scale"] == "no values"
    assert "no values" in augmented_values_figure(made.pairs).layout.meta["description"]
    assert "one step has none" in augmented_spectra_figure(made.spectra).layout.meta["description"]


def test_descriptions_tell_how_far_values_moved(made):
    words = augmented_values_figure(made.pairs).layout.meta["description"]
    rows = made.pairs.made_by == 0
    away = np.abs(made.pairs.augmented[rows] - made.pairs.original[rows]).mean()
    assert f"Gaussian noise changed by {away:.3g} on average" in words
    assert "Original from" in augmented_lines_figure(made.lines).layout.meta["description"]
    assert "Original strongest at" in augmented_spectra_figure(made.spectra).layout.meta["description"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_augmentations_look_different(theme):
    made = preview_of(dataset(), AUGMENTATIONS.names())
    lines = named(augmented_lines_figure(made.lines, theme))
    assert len({(one.line.color, one.line.dash) for one in lines}) == len(lines) == 11
    marks = augmented_values_figure(made.pairs, theme).data[1:]
    assert len({(one.marker.color, one.marker.symbol) for one in marks}) == len(marks) == 10


def test_the_legend_takes_no_room_from_the_title(made):
    for figure in (augmented_lines_figure(made.lines), augmented_values_figure(made.pairs)):
        assert (figure.layout.legend.yref, figure.layout.legend.y, figure.layout.legend.yanchor) == (
            "container", 0, "bottom",
        )  # fmt: skip
