"""The figure of a contrast: its range is that of steps enough samples have, and spans can be seen."""

from dataclasses import replace

import numpy as np
import pytest

from core.attention import StepAxis
from core.figures.contrast import contrast_figure, patterns_contrast_figure
from core.results import Provenance
from tests.figures.contrasted import contrast_of


@pytest.fixture(scope="module")
def found():
    """Return a contrast whose last two steps only few samples have, with wide intervals."""
    lengths = np.r_[np.full(18, 12), 14, 14, np.full(18, 12), 14, 14]
    rng = np.random.default_rng(0)
    weights = np.where(np.arange(14) < lengths[:, None], rng.random((40, 14)), 0).astype(np.float32)
    weights[[18, 19], 12:] = [[8, 0.1], [0.1, 9]]
    weights /= weights.sum(axis=1, keepdims=True)
    names = ("this run (#aaaa)", "the other run (#bbbb)")
    return contrast_of(weights, lengths, StepAxis.counted(14), names, Provenance("test"))


def test_steps_that_few_samples_have_do_not_set_the_range(found):
    figure = contrast_figure(found)
    reach = figure.layout.yaxis2.range[1]
    ends = np.nanmax(np.abs([found.difference_low, found.difference_high]), axis=0)
    assert reach == pytest.approx(1.08 * ends[:12].max())
    assert reach < ends[12:].max()
    assert figure.layout.meta["scale"].endswith(
        "; left out of it: 2 steps with fewer than 10 samples of a group"
    )


def test_groups_that_are_small_set_the_range_by_all_of_their_samples(found):
    few = replace(found, present=np.minimum(found.present, 2))
    figure = contrast_figure(few)
    assert figure.layout.yaxis2.range[1] == pytest.approx(
        1.08 * np.nanmax(np.abs([found.difference_low, found.difference_high]))
    )
    assert "left out" not in figure.layout.meta["scale"]


def test_patterns_that_can_not_be_tested_are_told_without_numbers(found):
    *others, patterns = found.spread.tests
    scale = patterns_contrast_figure(found.spread).layout.meta["scale"]
    assert scale.startswith(f"{patterns.verdict}: Cramer's V ")
    nothing = replace(found.spread, tests=(*others, replace(patterns, p=np.nan, p_adjusted=np.nan)))
    assert patterns_contrast_figure(nothing).layout.meta["scale"] == "not testable here"


def test_spans_have_a_line_that_is_seen_however_short_they_are(found):
    figure = contrast_figure(found)
    shaded = [shape.line.width for shape in figure.layout.shapes if shape.type == "rect"]
    assert shaded == [1] * 2 * len(found.spans) != []


@pytest.mark.parametrize(
    ("first", "last", "anchor", "x"), [(0, 0, "left", 0.0), (5, 7, "center", 6.0), (13, 13, "right", 13.0)]
)
def test_the_p_of_a_span_stands_within_the_axis(found, first, last, anchor, x):
    one = replace(found.test, spans=(replace(found.spans[0], first=first, last=last),))
    notes = contrast_figure(replace(found, test=one)).layout.annotations
    assert [(note.xanchor, note.x) for note in notes if " p = " in note.text] == [(anchor, x)]
