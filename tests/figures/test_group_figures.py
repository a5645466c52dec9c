"""Figures of groups: distributions, and channels where a model looks."""

from dataclasses import replace

import numpy as np
import pytest

from core.attention import (
    Grouping,
    OrderedRows,
    StepAxis,
    all_together,
    attention_profiles,
    attention_statistics,
    by_class,
    by_outcome,
)
from core.attention.channels import channel_attention
from core.attention.counts import counted_patterns
from core.attention.distributions import MEASURES, attention_distribution
from core.attention.rows import share_axis
from core.attention.samples import ChannelScale
from core.figures.channels import FEW, SHOWN, channel_attention_figure
from core.figures.distributions import distribution_figure
from core.figures.largest import largest, of_all
from core.figures.near import nearest_figure
from core.figures.patterns import patterns_figure
from core.figures.profiles import profiles_figure
from core.inference.nearest import NearestSamples, NearSample
from core.results import Provenance
from tests.attention.constructed import drawn_labels, drawn_weights
from tests.figures.answers import HOSTILE, dataset

WEIGHTS, LENGTHS = drawn_weights(30, 12, shortest=12)
ROWS = OrderedRows.of(WEIGHTS, np.arange(30), LENGTHS)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_distribution_has_a_line_for_each_group_with_n_and_median(measure, logarithmic, theme):
    made = attention_distribution(
        measure,
        attention_statistics(WEIGHTS, LENGTHS),
        by_outcome(drawn_labels(30)),
        rows=ROWS,
        logarithmic=logarithmic,
    )
    figure = distribution_figure(made, theme)
    named = [trace for trace in figure.data if trace.name]
    assert len(named) == int((made.counts > 0).sum())
    assert all("n = " in trace.name and ", median " in trace.name for trace in named)
    assert figure.layout.xaxis.type == ("log" if made.logarithmic else "linear")
    assert figure.layout.meta["n"] == 30
    assert "median" in figure.layout.meta["description"]


def test_medians_have_as_many_digits_as_tell_them_apart():
    entropy = np.linspace(0.99801, 0.99899, 30)
    statistics = replace(attention_statistics(WEIGHTS, LENGTHS), entropy=entropy)
    figure = distribution_figure(attention_distribution("entropy", statistics, all_together(30)))
    assert figure.layout.meta["scale"] == "0.99801 to 0.99899"
    assert [trace.name for trace in figure.data if trace.name] == ["all samples (n = 30), median 0.9985"]


def test_names_of_groups_stay_texts():
    labels = drawn_labels(30, classes=HOSTILE[:2])
    made = attention_distribution("entropy", attention_statistics(WEIGHTS, LENGTHS), by_class(labels))
    assert "<img" not in str([trace.name for trace in distribution_figure(made).data])


@pytest.mark.parametrize("channels", [1, 3, 40])
def test_channels_come_with_both_distances_the_most_deviating_first(channels):
    data = dataset(channels=channels, shortest=12)
    made = channel_attention(data, ROWS, ChannelScale(np.zeros(channels), np.ones(channels)))
    figure = channel_attention_figure(made)
    everywhere, looked = figure.data
    assert len(looked.x) == min(channels, SHOWN)
    assert figure.layout.yaxis.domain == (max(0.0, 1 - channels / FEW), 1)
    assert figure.layout.yaxis.range == (len(looked.x) - 0.5, -0.5)
    assert (np.diff(np.asarray(looked.x) - np.asarray(everywhere.x)) <= 1e-12).all()
    assert "<img" not in str(figure.layout.yaxis.ticktext)
    assert "importance" not in str(figure.to_json())


def test_averages_over_unequal_lengths_say_who_reaches_the_end_and_stop_where_few_do():
    lengths = np.array([4] * 10 + [8] * 5 + [11] * 2)
    mask = np.arange(12) < lengths[:, None]
    grouping = Grouping(np.arange(17) % 2, ("a", "b"), "class")
    made = attention_profiles(mask / lengths[:, None], lengths, grouping, StepAxis.counted(12))
    figure = profiles_figure(made)
    lines = [trace for trace in figure.data if trace.name]
    assert [max(trace.x) for trace in lines] == [7, 7]
    said = "2 of 17 reach step 10; lines end where fewer than 3 remain"
    assert figure.layout.meta["scale"].endswith(said)
    assert said in figure.layout.title.subtitle.text
    rows = OrderedRows.of(mask / lengths[:, None], np.arange(17), lengths, shares=True)
    shared = profiles_figure(attention_profiles(rows, lengths, grouping, share_axis()))
    assert "reach" not in shared.layout.meta["scale"]
    assert shared.layout.xaxis.title.text == "% of its own length"
    assert "1 %" in shared.layout.yaxis.title.text


def test_panels_name_both_axes_at_their_outer_sides():
    grouping = Grouping(np.arange(12) % 4, tuple("abcd"), "class")
    made = attention_profiles(np.full((12, 4), 0.25), np.full(12, 4), grouping, StepAxis.counted(4))
    layout = profiles_figure(made).layout
    sides = [
        (layout[f"xaxis{place}"].title.text, layout[f"yaxis{place}"].title.text) for place in ("", 2, 3, 4)
    ]
    assert sides == [("", "attention"), ("", ""), ("step", "attention"), ("step", "")]


def test_the_only_group_there_is_has_a_solid_line():
    grouping = Grouping(np.full(3, 4), tuple("abcde"), "class")
    made = attention_profiles(np.full((3, 4), 0.25), np.full(3, 4), grouping, StepAxis.counted(4))
    (line,) = [trace for trace in profiles_figure(made).data if trace.name]
    assert line.line.dash == "solid"


def test_a_group_of_two_samples_is_drawn_where_both_are():
    grouping = Grouping(np.zeros(2, np.int64), ("a",), "class")
    made = attention_profiles(np.full((2, 4), 0.25), np.array([3, 4]), grouping, StepAxis.counted(4))
    (line,) = [trace for trace in profiles_figure(made).data if trace.name]
    assert list(line.x) == [0, 1, 2]


CROWD = np.array([5, 0, 1, 9, 2, 3, 4, 6, 7, 8, 10, 11, 12, 13])
OF_MANY = attention_statistics(np.full((91, 4), 0.25), np.full(91, 4))
ROWS_OF_MANY = np.full((91, 4), 0.25)


@pytest.mark.parametrize(
    ("draw", "make", "drawn"),
    [
        (profiles_figure, lambda *asked: attention_profiles(ROWS_OF_MANY, np.full(91, 4), *asked), 12),
        (patterns_figure, lambda grouping, _: counted_patterns(OF_MANY, grouping), 6),
        (distribution_figure, lambda grouping, _: attention_distribution("entropy", OF_MANY, grouping), 6),
    ],
)
@pytest.mark.parametrize("left_out", [0, 3])
def test_of_many_groups_the_largest_are_drawn_and_the_figure_says_so(draw, make, drawn, left_out):
    names = tuple(f"g{place}" for place in range(len(CROWD)))
    grouping = Grouping(np.repeat(np.arange(len(CROWD)), CROWD), names, "class", left_out)
    figure = draw(make(grouping, StepAxis(tuple("0123"))))
    assert {trace.name.split()[0] for trace in figure.data if trace.name} == {
        names[place] for place in np.argsort(-CROWD)[:drawn]
    }
    said = f"{drawn} of 16 classes" if left_out else f"the {drawn} largest of 13 classes"
    for text in (figure.layout.title.subtitle.text, figure.layout.meta["scale"]):
        assert text.endswith(f"; {said}")


def test_groups_that_are_all_drawn_need_no_words():
    assert of_all([0, 2], np.array([1, 0, 3]), "class") == ""
    assert of_all([0, 2], np.array([1, 0, 3]), "cohort", 1) == "; 2 of 3 cohorts"
    assert largest(np.array([1, 0, 3, 3]), 2) == [2, 3]


@pytest.mark.parametrize(("classes", "said"), [(6, "the sample itself"), (9, "the 6 nearest of 9 classes")])
def test_of_many_classes_the_nearest_samples_are_drawn_and_the_figure_says_so(classes, said):
    series = np.zeros((4, 1), np.float32)
    near = tuple(
        NearSample(code, f"s{code}", code, rank, 1.0, series) for code in range(classes) for rank in (0, 1)
    )
    names = tuple(f"k{code}" for code in range(classes))
    found = NearestSamples(
        0, "s", series, ("x",), "step", names, near, "series", False, 5, 5, Provenance("nearest")
    )
    figure = nearest_figure(found)
    assert sum(bool(trace.name) for trace in figure.data) == 6
    assert figure.layout.annotations[0].text == "k0, distance 1"
    assert (figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text) == ("x", "")
    assert figure.layout.title.subtitle.text.endswith(said)
    assert figure.layout.meta["scale"].endswith(said) == (classes > 6)
