import base64
import json
import re
import zlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.attention.embedding import Embedding, EmbeddingSettings, Layout
from core.attention.sample_map import Group, sample_map
from core.expressions import Members, Names, Numbers, Texts, Truths
from core.figures import embedding as drawing
from core.figures.embedding import embedding_figure
from core.figures.painting import painted
from core.results import Provenance
from tests.figures.answers import HOSTILE

SAMPLES = 60


def the_map(colour="class", selected=None, method="pca", classes=("down", "up"), samples=SAMPLES):
    rng = np.random.default_rng(0)
    actual = np.arange(samples) % 2
    actual[0] = -1
    labels = SimpleNamespace(
        actual=actual,
        predicted=np.arange(samples) // 2 % 2,
        outcomes=np.where(actual < 0, -1, np.arange(samples) % 4),
        confidence=np.linspace(0, 1, samples),
        classes=classes,
    )
    found = Embedding(
        settings=EmbeddingSettings(method=method),
        samples=np.arange(samples),
        sample_ids=tuple(f"{classes[0]}{place}" for place in range(samples)),
        layout=Layout(rng.normal(size=(samples, 2)).astype(np.float32), np.array([0.6, 0.2])),
        dimensions=8,
        fitted=20,
        total=samples + 5,
        provenance=Provenance("embedding", samples=samples),
    )
    fields = {
        "class": Names(actual, classes),
        "outcome": Names(labels.outcomes, ("TP", "TN", "FP", "FN")),
        "confidence": Numbers(np.where(np.arange(samples) == 3, np.nan, labels.confidence)),
        "correct": Truths(np.arange(samples) % 2),
        "site": Texts(np.array([f"{classes[1]} {place % 20:02d}" for place in range(samples)])),
        "cohort": Members(("late",), lambda _: np.arange(samples) < 7),
    }
    return sample_map(found, labels, fields, colour, selected)


def text_of(figure) -> str:
    return json.dumps(json.loads(figure.to_json())["data"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["class", "outcome", "confidence", "correct", "site", "cohort"])
@pytest.mark.parametrize("most", [10_000, 5], ids=["marks", "painted"])
def test_the_map_is_drawn_for_every_kind_of_colour(theme, colour, most, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_MARKS", most)
    figure = embedding_figure(the_map(colour, np.arange(SAMPLES) < 40), theme)
    assert figure.layout.meta["n"] == 40
    assert "60 of 65 samples laid out" in figure.layout.meta["scale"]
    assert bool(figure.layout.images) == (most == 5)
    assert figure.layout.xaxis.title.text == "component 1 (60.0 % of the variance)"
    assert figure.layout.yaxis.scaleanchor == "x"


def test_every_sample_is_one_mark_that_says_what_it_is():
    figure = embedding_figure(the_map())
    marks = figure.data[:-1]
    assert sorted(int(one) for trace in marks for one in trace.customdata) == list(range(SAMPLES))
    assert [trace.name for trace in marks] == ["down (n = 29)", "up (n = 30)", "unknown (n = 1)"]
    assert marks[0].text[0] == "down2<br>down, predicted up<br>confidence 3.4%"
    centres = figure.data[-1]
    assert list(centres.text) == ["<b>down</b>", "<b>up</b>"]
    own = [place for place in range(1, SAMPLES) if place % 2 == 0]
    np.testing.assert_allclose(centres.x[0], the_map().positions[own, 0].mean(), rtol=1e-6)


@pytest.mark.parametrize(
    ("centres", "named"),
    [
        ([(0, 0), (0.01, 0.01), (0.02, 0), (4, 4)], {"TN": 19, "TP": -19, "FN": 19}),
        ([(0, 0), (0, 4), (4, 0), (4, 4)], {"TP": 19, "TN": 19, "FP": 19, "FN": 19}),
    ],
)
def test_names_of_centres_that_meet_move_apart_or_leave_room_to_larger_groups(centres, named):
    groups = [
        Group(name, code, count, np.array(centre))
        for (code, name), count, centre in zip(
            enumerate(("TP", "TN", "FP", "FN")), (5, 9, 2, 3), centres, strict=True
        )
    ]
    found = the_map()
    found = replace(found, colouring=replace(found.colouring, groups=tuple(groups)))
    said = {note.text: note.yshift for note in embedding_figure(found).layout.annotations if note.yshift}
    assert said == {f"<b>{name}</b>": shift for name, shift in named.items()}


def test_the_selection_stands_before_the_others_and_its_centres_are_its_own():
    selected = np.arange(SAMPLES) < 11
    figure = embedding_figure(the_map(selected=selected))
    assert figure.data[0].name == "not selected (n = 49)"
    assert figure.data[0].marker.size < figure.data[1].marker.size
    assert sum(len(trace.x) for trace in figure.data[1:-1]) == 11
    own = [place for place in range(1, 11) if place % 2 == 0]
    np.testing.assert_allclose(figure.data[-1].x[0], the_map().positions[own, 0].mean(), rtol=1e-6)


def test_places_that_answer_the_pointer_stand_for_all_painted_samples(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_MARKS", 10)
    monkeypatch.setattr(drawing, "CELLS_ACROSS", 4)
    figure = embedding_figure(the_map())
    cells = next(trace for trace in figure.data if trace.customdata is not None)
    counts = [int(text.split()[0]) for text in cells.text]
    assert sum(counts) == SAMPLES
    assert cells.marker.opacity == 0


def test_a_map_that_is_painted_shows_all_of_it_whatever_is_selected(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_MARKS", 10)
    places = the_map().positions
    for selected in (np.arange(SAMPLES) < 3, np.arange(SAMPLES) < 30):
        figure = embedding_figure(the_map(selected=selected))
        assert len(figure.layout.images) == 1
        low, high = figure.layout.xaxis.range
        assert low < places[:, 0].min() < places[:, 0].max() < high


def test_axes_of_tsne_have_no_numbers():
    figure = embedding_figure(the_map(method="tsne"))
    assert figure.layout.xaxis.showticklabels is False
    assert "no unit" in figure.layout.yaxis.title.text


def test_many_names_keep_the_most_frequent_and_gather_the_rest():
    found = the_map("site").colouring
    assert len(found.groups) == 12
    assert (found.groups[-1].name, found.groups[-1].count) == ("other", 27)


@pytest.mark.parametrize("colour", ["class", "site", "confidence"])
def test_hostile_names_are_only_text_on_the_map(colour):
    figure = embedding_figure(the_map(colour, classes=HOSTILE[:2]))
    shown = re.sub(r"</?(br|b|extra)>|<extra></extra>", "", text_of(figure))
    assert "<" not in shown
    assert "x" * 60 not in shown


def test_a_picture_shows_each_point_at_its_place_in_its_colour():
    places = np.array([[0, 0], [10, 5]], np.float32)
    colours = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)
    behind = (places[:1], np.array([[9, 9, 9]], np.uint8))
    address = painted([behind, (places, colours)], (0, 10, 0, 5))
    body = base64.b64decode(address.partition(",")[2])
    width, height = (int.from_bytes(body[at : at + 4], "big") for at in (16, 20))
    start = body.index(b"IDAT") + 4
    rows = np.frombuffer(zlib.decompressobj().decompress(body[start:]), np.uint8).reshape(height, -1)
    pixels = rows[:, 1:].reshape(height, width, 4)
    assert (width, height) == (1000, 500)
    assert pixels[-1, 0].tolist()[:3] == [255, 0, 0]
    assert pixels[0, -1].tolist()[:3] == [0, 0, 255]
    assert (pixels[..., 3] > 0).sum() == 8


def test_the_table_of_a_map_has_what_the_picture_shows():
    frame = the_map("site", np.arange(SAMPLES) < 2).to_frame()
    assert list(frame.columns) == [
        *("sample", "id", "x", "y", "class", "predicted", "outcome", "confidence", "site", "selected"),
    ]
    assert frame["selected"].sum() == 2
    assert frame["class"][0] == ""
