import base64
import json

import numpy as np
import pytest

from core.attention import GalleryView, StepAxis, gallery
from core.figures import gallery_tiles
from core.figures.side_by_side import side_by_side_figure
from tests.attention.constructed import drawn_labels
from tests.figures.answers import answers, dataset, weights_of


@pytest.fixture(scope="module")
def page():
    return answers().gallery


def unpacked(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).astype(float)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tiles_hold_series_and_attention_to_a_byte(page, theme):
    told = gallery_tiles(page, theme)
    count, steps = page.weights.shape
    weights = unpacked(told["attention"]).reshape(count, steps)
    known = np.isfinite(page.weights)
    assert ((weights == 255) == ~known).all()
    largest = np.nanmax(page.weights)
    assert np.abs(weights[known] / 254 * largest - page.weights[known]).max() <= largest / 500
    values = unpacked(told["values"]).reshape(count, 1, 2, steps)[:, 0]
    assert (values[:, 0] == values[:, 1]).all()
    span = np.nanmax(page.series) - np.nanmin(page.series)
    series = values[:, 0] / 254 * span + np.nanmin(page.series)
    assert np.abs(series[known] - page.series[..., 0][known]).max() <= span / 500
    assert [tile["sample"] for tile in told["tiles"]] == page.samples.tolist()
    assert json.loads(json.dumps(told)) == told


def test_pages_can_be_brought_to_one_scale(page):
    told = gallery_tiles(page)
    series, attention = told["ranges"]
    assert [series["name"], attention["name"]] == ["series", "attention"]
    known = np.isfinite(page.weights)
    span = series["high"] - series["low"]
    heights = unpacked(told["values"]).reshape(len(known), 1, 2, -1)[:, 0, 0] / 254 * span + series["low"]
    assert np.abs(heights[known] - page.series[..., 0][known]).max() <= span / 500
    assert (attention["low"], attention["high"]) == (0.0, pytest.approx(float(np.nanmax(page.weights))))


def test_of_many_classes_a_tile_names_the_predicted_one_and_the_actual_one_where_it_is_another(page):
    right = int(page.predicted[0])
    many = {"classes": (*page.classes, "third"), "predicted": np.full(len(page.samples), right)}
    actual = np.where(np.arange(len(page.samples)) == 0, right, -1)
    actual[1] = 2
    made = type(page)(**{**vars(page), **many, "actual": actual})
    said = [tile["said"] for tile in gallery_tiles(made)["tiles"]]
    name = page.classes[right]
    assert said[:3] == [name, f"{name}, actual third", f"{name}, actual unknown"]
    assert {tile["said"] for tile in gallery_tiles(page)["tiles"]} == {""}


def test_long_series_keep_their_extremes_and_largest_weight():
    data = dataset(samples=30)
    labels = drawn_labels(30)
    labels = type(labels)(**{**vars(labels), "indices": np.arange(30)})
    made = gallery(data, labels, weights_of(data), GalleryView(count=5))
    long = type(made)(
        **{
            **vars(made),
            "series": np.repeat(made.series, 100, axis=1),
            "weights": np.repeat(made.weights, 100, axis=1),
            "axis": StepAxis.counted(100 * made.series.shape[1]),
        }
    )
    told = gallery_tiles(long)
    assert told["points"] == 120
    known = unpacked(told["values"])[unpacked(told["values"]) != 255]
    assert (known.min(), known.max()) == (0, 254)


def test_panels_side_by_side_have_the_same_axes(page):
    figure = side_by_side_figure(page)
    axes = figure.to_plotly_json()["layout"]
    panels = len(page.samples)
    ranges = {tuple(axes[name]["range"]) for name in axes if name.startswith("xaxis")}
    assert len(ranges) == 1
    assert len([name for name in axes if name.startswith("yaxis")]) == 2 * panels
    attention = {tuple(axes[f"yaxis{2 * place + 2}"]["range"]) for place in range(panels)}
    assert len(attention) == 1
    lines = [trace for trace in figure.data if trace.name == "attention"]
    for place, trace in enumerate(lines):
        own = np.isfinite(page.weights[place])
        assert np.allclose(trace.y, page.weights[place][own])
