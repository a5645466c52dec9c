import pytest
from pydantic import BaseModel, Field

from core.errors import SettingsError
from core.registry import describe_settings, validated
from dashboard.components.forms import form_from_settings, read_form


class Example(BaseModel):
    """Settings of every kind."""

    hidden: int = Field(32, ge=1, le=512, description="Units.")
    rate: float = Field(0.1, gt=0, description="Learning rate")
    bidirectional: bool = False
    names: list[str] = Field(["a"], json_schema_extra={"advanced": True})
    note: str = ""
    limit: float | None = None


SETTINGS = describe_settings(Example)


def controls(component):
    found = {}
    for item in component._traverse():
        identifier = getattr(item, "id", None)
        if isinstance(identifier, dict):
            found[identifier["field"]] = item
    return found


def test_every_setting_has_a_control_with_its_bounds_and_default():
    found = controls(form_from_settings("t", SETTINGS))
    assert set(found) == set(Example.model_fields)
    assert (found["hidden"].type, found["hidden"].value) == ("text", "32")
    assert found["bidirectional"].value == "no"


def test_bounds_stand_beside_the_label():
    labels = [
        str(item) for item in form_from_settings("t", SETTINGS)._traverse() if "field-bounds" in str(item)
    ]
    assert any("1 to 512" in label for label in labels)


def test_a_number_out_of_bounds_reaches_the_judge_as_it_was_typed():
    plain = read_form(["100000"], [{"form": "t", "field": "hidden"}], SETTINGS)
    with pytest.raises(SettingsError, match="hidden must be less than or equal to 512; got '100000'"):
        validated(Example, plain)


def test_a_form_is_read_back_as_the_settings_it_began_with():
    found = controls(form_from_settings("t", SETTINGS))
    plain = read_form(
        [control.value for control in found.values()], [control.id for control in found.values()], SETTINGS
    )
    assert validated(Example, plain) == Example()


def test_given_values_stand_in_the_form():
    assert controls(form_from_settings("t", SETTINGS, {"hidden": 7}))["hidden"].value == "7"


def test_empty_fields_and_foreign_fields_are_left_out():
    ids = [
        {"form": "t", "field": "hidden"},
        {"form": "t", "field": "owner"},
        "x",
        {"form": "t", "field": "rate"},
    ]
    assert read_form(["", "root", 1, None], ids, SETTINGS) == {}


def test_lists_are_split_and_flags_understood():
    ids = [{"form": "t", "field": "names"}, {"form": "t", "field": "bidirectional"}]
    assert read_form(["a, b,", "yes"], ids, SETTINGS) == {"names": ["a", "b"], "bidirectional": True}
