from typing import Literal

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from core.cli.options import pairs, part_with_settings, seed_list, settings_of
from core.registry import validated


class Shape(BaseModel):
    units: int = Field(3, ge=1)
    rate: float = 0.1
    wide: bool = False
    kind: Literal["a", "b"] = "a"
    widths: tuple[int, ...] = (1,)
    limit: int | None = None


@given(st.dictionaries(st.text("abcdef_", min_size=1), st.text()))
def test_pairs_are_split_at_the_first_equal_sign(settings: dict[str, str]) -> None:
    assert pairs([f"{name}={value}" for name, value in settings.items()]) == settings


def test_texts_of_a_shell_become_settings() -> None:
    texts = {"units": "5", "rate": "1e-3", "wide": "true", "kind": "b", "widths": "4, 5", "limit": "none"}
    assert validated(Shape, settings_of(Shape, texts)) == Shape(
        units=5, rate=1e-3, wide=True, kind="b", widths=(4, 5), limit=None
    )


def test_a_list_may_be_written_as_json() -> None:
    assert settings_of(Shape, {"widths": "[1, 2]"}) == {"widths": [1, 2]}
    with pytest.raises(typer.BadParameter, match="widths takes a list"):
        settings_of(Shape, {"widths": "[1, 2"})


def test_unknown_settings_are_left_to_the_model() -> None:
    assert settings_of(Shape, {"other": "1"}) == {"other": "1"}


@pytest.mark.parametrize(
    ("text", "name", "settings"),
    [
        ("gaussian-noise", "gaussian-noise", {}),
        ("gaussian-noise:level=0.1", "gaussian-noise", {"level": "0.1"}),
        ("scale:low=0.5,high=2", "scale", {"low": "0.5", "high": "2"}),
        ("scale:", "scale", {}),
    ],
)
def test_parts_are_named_with_their_settings(text: str, name: str, settings: dict[str, str]) -> None:
    assert part_with_settings(text) == (name, settings)


def test_seeds_are_numbers_split_by_commas() -> None:
    assert seed_list("0,1, 2") == (0, 1, 2)


@pytest.mark.parametrize("text", ["", "a", "1,,2", "1,1", "-1", "0.5", ",".join(map(str, range(101)))])
def test_other_seeds_are_wrong_usage(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="--seeds"):
        seed_list(text)
