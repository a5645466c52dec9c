"""Edits of samples: what they read, what they refuse, what they leave of a series."""

from collections import OrderedDict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import Dataset
from core.errors import HeedError, SettingsError
from core.inference.editing import Material, edited_series
from core.inference.edits import MOST_EDITS, Edit, edits_text, parse_edit, parse_edits
from core.inference.neighbours import TrainingSamples

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
SPANS = st.tuples(st.integers(0, 90), st.integers(1, 9)).map(lambda pair: (pair[0], sum(pair)))
SIGNALS = st.one_of(
    st.sampled_from(["mean", "interpolate"]).map(lambda kind: (kind, "")),
    NAMES.map(lambda name: ("class_mean", name)),
    st.tuples(st.sampled_from(["donor", "noise"]), st.integers(0, 999).map(str)),
    st.integers(-9, 9).map(lambda steps: ("shift", str(steps))),
)


@given(SIGNALS, SPANS, st.sets(st.integers(0, 200), max_size=5))
def test_what_is_written_is_read_back(kind, span, channels):
    edit = Edit(*kind, *span, tuple(sorted(channels)))
    assert parse_edits(f"{edit.text}; zero@3-9/a%2Fb") == (edit, Edit("zero", "", 3, 9, layer="a/b"))
    assert edits_text(parse_edits(edit.text)) == edit.text


@given(st.text(max_size=40))
def test_any_text_is_edits_or_refused_in_words(text):
    try:
        found = parse_edits(text)
    except SettingsError:
        return
    assert parse_edits(edits_text(found)) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("melt@1-2", "kinds of edits are interpolate, .*got 'melt'"),
        ("mean@5-5", "up to a later one"),
        ("mean@5", "must read first-end"),
        ("mean=3@1-2", "takes no value"),
        ("donor@1-2", "needs a sample"),
        ("donor=-1@1-2", "a number from 0"),
        ("mean@1-2:x", "channels must be numbers"),
        ("mean@1-2/time", "takes no layer"),
        ("zero", "needs the steps"),
        ("zero@1-2:0", "takes no channels"),
        ("uniform@1-2", "takes no interval"),
        ("mean@1-2;", "an edit must read"),
        (";".join(["mean"] * (MOST_EDITS + 1)), "at most 40 edits"),
    ],
)
def test_what_is_wrong_with_an_edit_is_told(text, said):
    with pytest.raises(SettingsError, match=said):
        parse_edits(text)


def dataset(**changes) -> Dataset:
    """Return three samples of a ramp and a level, the last one of four steps only."""
    series = np.zeros((3, 6, 2), np.float32)
    series[:, :, 0] = np.arange(6)
    series[:, :, 1] = np.array([1, 2, 3])[:, None]
    series[2, 4:] = 0
    return replace(
        Dataset(
            series=series,
            lengths=np.array([6, 6, 4]),
            targets={"label": np.array([0, 1, 1])},
            classes={"label": ("a", "<b>/x")},
            channels=("ramp", "level"),
            sample_ids=np.array(["s0", "s1", "s2"]),
            step_labels=tuple(map(str, range(6))),
            parts=np.zeros(3, np.int8),
            name="ramps",
        ),
        **changes,
    )


def after(text: str, sample: int = 0, data: Dataset | None = None) -> np.ndarray:
    data = data or dataset()
    flat = data.series.reshape(3, -1)
    training = TrainingSamples(
        np.arange(3), np.arange(3), np.array([0, 1, 1]), np.array([2.5, 2.0]), np.array([1.0, 0.0]), flat,
        (flat**2).sum(axis=1), np.zeros(3), OrderedDict(),
    )  # fmt: skip
    return edited_series(Material(data, training, data.classes["label"], sample), [parse_edit(text)])


@pytest.mark.parametrize(
    ("text", "ramp", "level"),
    [
        ("mean@1-3", [0, 2.5, 2.5, 3, 4, 5], [1, 2, 2, 1, 1, 1]),
        ("mean@1-3:1", [0, 1, 2, 3, 4, 5], [1, 2, 2, 1, 1, 1]),
        ("interpolate@1-4", [0, 1, 2, 3, 4, 5], [1] * 6),
        ("interpolate@4-6", [0, 1, 2, 3, 3, 3], [1] * 6),
        ("donor=2@0-4", [0, 1, 2, 3, 4, 5], [3, 3, 3, 3, 1, 1]),
        ("shift=2@2-5", [0, 1, 0, 1, 2, 5], [1] * 6),
        ("shift=-2", [2, 3, 4, 5, 5, 5], [1] * 6),
        ("class_mean=%3Cb%3E%2Fx@0-2", [0, 1, 2, 3, 4, 5], [2.5, 2.5, 1, 1, 1, 1]),
        ("noise=3@0-6:1", [0, 1, 2, 3, 4, 5], [2] * 6),
    ],
)
def test_an_edit_changes_its_steps_and_channels_only(text, ramp, level):
    data = dataset()
    before = data.series.copy()
    assert after(text, data=data).T.tolist() == [ramp, level]
    assert (data.series == before).all()


def test_noise_of_a_seed_is_the_same_in_a_longer_interval():
    short, long = after("noise=3@1-3:0"), after("noise=3@0-5:0")
    assert (short[1:3] == long[1:3]).all()
    assert not np.allclose(short[1:3, 0], [1, 2])
    assert not (after("noise=4@0-5:0") == long).all()


@pytest.mark.parametrize(
    ("text", "sample", "said"),
    [
        ("mean@2-6", 2, "numbered 0 to 3"),
        ("donor=2@0-6", 0, "sample 2 has 4 steps"),
        ("donor=9@0-2", 0, "numbered 0 to 2; got the donor 9"),
        ("mean@0-2:2", 0, "channels are numbered 0 to 1"),
        ("class_mean=c@0-2", 0, "classes are a, <b>/x; got 'c'"),
        ("interpolate", 0, "choose mean"),
    ],
)
def test_an_edit_that_does_not_fit_the_sample_is_refused(text, sample, said):
    with pytest.raises(HeedError, match=said):
        after(text, sample)


def test_codes_of_categories_are_moved_or_taken_from_a_donor_but_never_averaged():
    data = dataset(categories={"level": ("low", "mid", "high", "top")})
    assert after("mean@0-2", data=data)[0].tolist() == [2.5, 1]
    assert after("donor=1@0-2", data=data)[0].tolist() == [0, 2]
    with pytest.raises(SettingsError, match="a channel of categories"):
        after("mean@0-2:1", data=data)


def test_a_line_is_drawn_between_known_values():
    data = dataset()
    data.series[0, 1, 0] = np.nan
    assert after("interpolate@1-3:0", data=data)[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
