import numpy as np
import pytest

from core.attention import PATTERNS, PatternCounts
from core.figures import patterns_figure
from core.results import Provenance


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_are_shares_of_the_group_with_their_counts_printed(theme):
    counts = np.array([[3, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 2, 0, 0, 0], [0, 0, 0, 0, 1]])
    result = PatternCounts(counts, ("TP", "TN", "FP", "FN"), "outcome", Provenance("patterns"))
    figure = patterns_figure(result, theme)
    assert [bar.name for bar in figure.data] == ["TP (n = 4)", "FP (n = 2)", "FN (n = 1)"]
    first = figure.data[0]
    assert list(first.x) == list(PATTERNS)
    assert np.nan_to_num(np.asarray(first.y, float)).tolist() == [0.75, 0, 0.25, 0, 0]
    assert list(first.text) == ["3", "", "1", "", ""]
    assert figure.layout.meta["n"] == 7
    assert "TP, n = 4: early 3 (75.0 %), late 1 (25.0 %)" in figure.layout.meta["description"]


def test_counts_on_the_bars_have_one_size_and_upright_names_below():
    counts = np.arange(1, 1 + 6 * len(PATTERNS)).reshape(6, -1) * 1000
    figure = patterns_figure(PatternCounts(counts, tuple("abcdef"), "class", Provenance("patterns")))
    assert {bar.textfont.size for bar in figure.data} == {figure.layout.uniformtext.minsize}
    assert (figure.layout.uniformtext.mode, figure.layout.xaxis.tickangle) == ("hide", 0)
    assert {bar.textangle for bar in figure.data} == {0}
    assert "evenly<br>distributed" in figure.layout.xaxis.ticktext
    assert figure.data[1].text[0] == "6,000"
