import json
import re

import pytest

from core.errors import SettingsError
from core.figures import attention_heatmap_figure, theme_of
from tests.figures.answers import DRAWN, HOSTILE, answers, drawn

MANY = tuple(f"class {place:02d}" for place in range(12))


@pytest.fixture(scope="module")
def two():
    return answers()


@pytest.fixture(scope="module")
def hostile():
    return answers(classes=HOSTILE, names=tuple(f"{HOSTILE[step % 5]} {step}" for step in range(12)))


def texts(node, path=()):
    """Yield every text of a figure that a browser would show, with its place."""
    if isinstance(node, dict):
        for name, entry in node.items():
            if path == ("layout",) and name in {"meta", "template"}:
                continue
            yield from texts(entry, (*path, name))
    elif isinstance(node, list):
        for entry in node:
            yield from texts(entry, path)
    elif isinstance(node, str):
        yield path, node


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", DRAWN)
def test_every_figure_says_what_it_shows(kind, theme, two):
    figure = drawn(kind, two, theme)
    meta = json.loads(figure.to_json())["layout"]["meta"]
    assert set(meta) - {"unit"} == {"description", "n", "scale", "provenance"}
    assert len(meta["description"]) > 40
    assert any(sign.isdigit() for sign in meta["description"])
    assert meta["n"] > 0
    assert meta["scale"]
    assert meta["provenance"]["what"]
    assert figure.layout.paper_bgcolor is None
    assert figure.layout.template.layout.paper_bgcolor == theme_of(theme).ground


@pytest.mark.parametrize("kind", DRAWN)
def test_every_figure_has_large_titles_and_keeps_its_zoom(kind, two):
    figure = drawn(kind, two)
    look = figure.layout.template.layout
    assert figure.layout.title.text
    assert look.title.font.size >= 16
    assert look.xaxis.title.font.size >= 12
    assert look.xaxis.tickfont.size >= 12
    assert figure.layout.uirevision == "keep"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", DRAWN)
def test_hostile_names_are_only_text(kind, theme, hostile):
    for path, text in texts(json.loads(drawn(kind, hostile, theme).to_json())):
        shown = re.sub(r"</?(br|b|extra)>|<extra></extra>", "", text)
        if "bdata" in path or "colorscale" in path:
            continue
        assert "<" not in shown, (path, text)
        assert "$" not in shown, (path, text)
        assert "\u202e" not in shown, (path, text)
        assert "\u0007" not in shown, (path, text)
        assert "x" * 60 not in shown, (path, text)


@pytest.mark.parametrize("kind", DRAWN)
def test_names_in_hover_templates_are_never_placeholders(kind, hostile):
    known = {"x", "y", "z", "text", "hovertext", "customdata"}
    for path, text in texts(json.loads(drawn(kind, hostile).to_json())):
        if "hovertemplate" not in path:
            continue
        for name in re.findall(r"%\{(\w+)", text):
            assert name in known
        assert "frac{" not in text


@pytest.mark.parametrize("kind", DRAWN)
def test_many_classes_are_drawn_too(kind):
    figure = drawn(kind, answers(classes=MANY, samples=48))
    assert len(figure.data) > 0
    assert figure.layout.meta["n"] > 0


@pytest.mark.parametrize("kind", DRAWN)
def test_the_same_answer_gives_the_same_figure(kind, two):
    assert drawn(kind, two).to_json() == drawn(kind, two).to_json()


def test_a_theme_that_does_not_exist_is_refused(two):
    with pytest.raises(SettingsError, match="light or dark"):
        attention_heatmap_figure(two.heatmap, "sepia")
