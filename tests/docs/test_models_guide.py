"""The guide about models names what there is, and the parts that the guide of extending shows work."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.models.family import MODELS, Architecture, InputShape, ReferenceClassifier, ReferenceMaterial
from core.models.tokens import MOST_TOKENS
from core.registry import describe_settings
from core.training.settings import TrainSettings

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
TEXT = (GUIDE / "models.md").read_text()
NAMES = MODELS.names()


def shown(name: str) -> Any:
    """Return the part that a block of the guide makes, without registering it for other tests."""
    code = re.search(rf"```python {name}\n(.*?)```", (GUIDE / "extend.md").read_text(), re.DOTALL)
    assert code is not None
    space: dict[str, Any] = {"__name__": f"shown_{name}"}
    exec(re.sub(r"^@MODELS\.register.*\n", "", code[1], flags=re.MULTILINE), space)  # noqa: S102 - our own guide
    return next(
        part
        for part in space.values()
        if isinstance(part, type)
        and issubclass(part, Architecture | ReferenceClassifier)
        and part.__module__ == space["__name__"]
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_told_with_its_presets(name: str) -> None:
    (told,) = re.findall(rf"^\*\*`{name}`\*\*.*?(?=\n\n)", TEXT, re.MULTILINE | re.DOTALL)
    assert [preset for preset in MODELS.part(name).presets if f"`{preset}`" not in told] == []


def test_settings_of_a_training_are_told_with_their_defaults() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", TEXT, re.MULTILINE))
    known = {
        setting.name: {True: "on", False: "off"}.get(setting.default, str(setting.default))
        if isinstance(setting.default, bool)
        else f"{setting.default:g}"
        if isinstance(setting.default, int | float)
        else setting.default
        for setting in describe_settings(TrainSettings)
    }
    assert {name: value.strip() for name, value in rows.items()} == known


def test_tokens_are_as_many_as_the_guide_says() -> None:
    assert f"{MOST_TOKENS} tokens" in TEXT


@pytest.mark.slow
def test_the_architecture_of_the_guide_gives_logits_and_weights() -> None:
    part = shown("conv_attention")()
    shape = InputShape(9, 2, {"label": 3})
    model = part.build(shape)
    assert tuple(model.output["logits_label"].shape) == (None, 3)
    assert tuple(model.output["attention_time"].shape)[1:] == part.attention_layers(shape)[0].shape


def test_the_reference_classifier_of_the_guide_answers_with_probabilities() -> None:
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 2], 10)
    series = (rng.normal(size=(20, 8, 2)) + codes[:, None, None]).astype(np.float32)
    train = np.arange(0, 20, 2)
    material = ReferenceMaterial(
        lambda rows: series[rows], np.full(20, 8), codes, train, np.zeros(0, np.int64), 3, 0
    )
    answer = shown("neighbours")().fit(material)(np.arange(1, 20, 2))
    assert answer.shape == (10, 3)
    assert np.allclose(answer.sum(axis=1), 1)
    assert (answer.argmax(axis=1) == codes[1::2]).all()
