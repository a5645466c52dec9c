"""Lists of augmentations as text: read, written down again, refused piece by piece, drawn as forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.augmentation.family import AUGMENTATIONS, create_augmentations
from core.cli.options import part_with_settings
from dashboard.components.view import ViewState
from dashboard.pages.augment import fields
from dashboard.pages.augment.layout import drawn, items, layout, notice
from dashboard.services.augmentation import MOST, NOISE_AND_SCALING, described, recipe, words_of, written

LIST = "gaussian-noise:level=0.3;shift:share=0.5,ends=roll;gaussian-noise"


def controls(name: str, text: str = "") -> dict[tuple[str, str], object]:
    """Return the controls of an augmentation's form by part and field."""
    wish = recipe(text or name).wishes[0]
    found = fields.item(0, wish, 1)._traverse()
    return {
        (item.id["augment"], item.id["field"]): item
        for item in found
        if isinstance(getattr(item, "id", None), dict)
    }


def test_a_list_is_read_and_written_down_as_it_was():
    assert recipe(LIST).text == LIST
    assert not recipe(LIST).problems
    assert recipe("").wishes == ()


def test_defaults_are_left_out_of_the_text():
    assert recipe("gaussian-noise:level=0.1,share=1;shift:most=0.10").text == "gaussian-noise;shift"


def test_a_piece_is_what_the_command_takes():
    for wish, piece in zip(recipe(LIST).wishes, LIST.split(";"), strict=True):
        name, settings = part_with_settings(piece)
        assert AUGMENTATIONS.create(name, settings) == wish.part


def test_a_training_takes_the_list_as_it_is():
    assert create_augmentations(recipe(LIST).plain()) == recipe(LIST).parts


@pytest.mark.parametrize("name", AUGMENTATIONS.names())
def test_every_augmentation_survives_text_and_words(name):
    wish = recipe(name).wishes[0]
    assert (wish.text, wish.words) == (name, described(name).title)
    assert words_of({"name": name, "settings": wish.settings}) == wish.words


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("blur", "blur was left out: augmentation must be one of"),
        ("gaussian-noise:level=99", "level must be less than or equal to 5; got '99'"),
        ("gaussian-noise:level", "settings must be written name=value"),
        ("gaussian-noise:level=1,level=2", "a setting must be named once"),
        ("gaussian-noise:=1", "settings must be written name=value"),
        ("gaussian-noise:depth=1", "there is no setting depth"),
        ("amplitude-scaling:low=2", "low must not exceed high"),
        ("<b>x</b>", "<b>x</b> was left out"),
    ],
)
def test_what_cannot_be_understood_is_left_out_and_said(piece, words):
    found = recipe(f"shift;{piece};mixup")
    assert found.text == "shift;mixup"
    assert len(found.problems) == 1
    assert words in found.problems[0]


def test_a_list_is_bounded():
    found = recipe(";".join(["shift"] * (MOST + 1)))
    assert len(found.wishes) == MOST
    assert f"at most {MOST}" in found.problems[0]


@given(st.text(max_size=120) | st.text("shiftgaunoe-:;,=.019", max_size=120))
def test_any_text_is_read_or_left_out(text):
    found = recipe(text)
    assert recipe(found.text).wishes == found.wishes
    assert items(found)


def test_a_run_of_an_unknown_augmentation_is_named():
    assert words_of({"name": "gone", "settings": {"x": 1}}) == "gone"
    assert words_of({}) == "unknown"


@pytest.mark.parametrize(("value", "text"), [(0.1, "0.1"), (1.0, "1"), (4, "4"), (True, "true"), ("a", "a")])
def test_values_are_written_short(value, text):
    assert written(value) == text


@pytest.mark.parametrize("name", AUGMENTATIONS.names())
def test_a_form_has_a_control_for_every_setting_and_sliders_that_reach_only_what_is_allowed(name):
    found = controls(name)
    for setting in described(name).settings:
        assert found["value", setting.name].value == written(setting.default)
        slider = found.get(("slider", setting.name))
        if setting.kind in {"integer", "number"} and setting.maximum is not None:
            assert slider is not None
            assert setting.minimum <= slider.min < slider.value <= slider.max <= setting.maximum
            for end in (slider.min, slider.max):
                others = {"low": 0.01} if setting.name == "high" else {}
                others |= {"high": 10} if setting.name == "low" else {}
                AUGMENTATIONS.create(name, {**others, setting.name: end})


def test_a_slider_goes_as_far_as_the_value_it_shows():
    assert controls("", "gaussian-noise")["slider", "level"].max == 1
    assert controls("", "gaussian-noise:level=3")["slider", "level"].max == 3


def test_the_page_draws_the_list_of_its_address(store):
    page = layout(ViewState(augment=NOISE_AND_SCALING))
    titles = [item.children for item in page._traverse() if type(item).__name__ == "H3"]
    assert {"1. Gaussian noise", "2. Amplitude scaling"} <= set(titles)
    assert drawn(recipe(LIST))["text"] == LIST


def test_without_data_two_steps_are_offered(house):
    said = notice(ViewState())[0]
    links = [item.href for item in said._traverse() if type(item).__name__ == "A"]
    assert [href.partition("?")[0] for href in links] == ["/data", "/data"]
    assert "Step 1 is Data" in str(said)
