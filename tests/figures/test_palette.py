import pytest

from core.figures.palette import LEAST_CONTRAST, OUTCOME_COLOURS, TEXT_SIZE, contrast, template, theme_of


def test_outcomes_have_their_four_colours_in_both_themes():
    assert OUTCOME_COLOURS[:4] == ("#0072B2", "#56B4E9", "#D55E00", "#E69F00")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_texts_are_read_on_the_ground(name):
    theme = theme_of(name)
    assert contrast(theme.text, theme.ground) >= 4.5
    assert contrast(theme.muted, theme.ground) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_mark_is_seen_by_its_colour_or_by_its_outline(name):
    theme = theme_of(name)
    for colour in (*OUTCOME_COLOURS, *theme.classes, theme.accent, theme.attention):
        assert contrast(theme.outline(colour) or colour, theme.ground) >= LEAST_CONTRAST


def test_black_on_white_has_the_largest_contrast():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_scales_are_lettered_as_axes_and_labels_keep_apart_where_axes_meet(name):
    look = template(name)
    assert look.data.heatmap[0].colorbar.title.font.size == TEXT_SIZE
    assert look.data.scatter[0].marker.colorbar.title.font.size == TEXT_SIZE
    assert look.layout.xaxis.ticklabelstandoff == look.layout.yaxis.ticklabelstandoff == 4
