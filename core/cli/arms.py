"""What a line says of several models at once: settings for those that know them, sweeps, folds."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from core.cli.options import pairs, settings_of
from core.errors import SettingsError
from core.models.family import MODELS, preset

ALL = "all"


def arms_of(
    models: Sequence[str],
    texts: Mapping[str, str],
    preset_name: str | None,
    modalities: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return an arm for each model, with the settings and the preset that it knows.

    Raises:
        SettingsError: If no model has a setting, none the preset, or none reads modalities that are chosen.
    """
    readers = [model for model in models if MODELS.part(model).reads_modalities]
    fields = {model: set(MODELS.part(model).model_fields) for model in models}
    for name in texts:
        if len(models) > 1 and not any(name in known for known in fields.values()):
            raise SettingsError(f"none of the models {', '.join(models)} has the setting {name!r:.80}")
    having = [model for model in models if preset_name in MODELS.part(model).presets]
    if preset_name is not None and not having:
        preset(models[0], preset_name)  # raises, with those it has
    return [
        {
            "model": model,
            # Where none reads modalities, each says so.
            "modalities": tuple(modalities) if model in readers or not readers else (),
            "settings": {
                **(preset(model, preset_name) if preset_name is not None and model in having else {}),
                **settings_of(
                    MODELS.part(model),
                    # A model that stands alone tells by itself which settings it has.
                    {name: text for name, text in texts.items() if name in fields[model] or len(models) == 1},
                ),
            },
        }
        for model in models
    ]


def sweep_of(
    texts: Sequence[str] | None, search: str, trials: int | None, seed: int
) -> dict[str, Any] | None:
    """Return a sweep as a plan takes it; None without one."""
    axes = pairs(texts, "--sweep")
    if search not in {"grid", "random"}:
        raise typer.BadParameter(f"--search takes grid or random; got {search!r:.80}")
    if not axes:
        if trials is not None or search == "random":
            raise typer.BadParameter("--search and --trials need a --sweep k=values")
        return None
    if search == "grid":
        if trials is not None:
            raise typer.BadParameter("--trials needs --search random: a grid takes every combination")
        return {"axes": axes}
    return {"axes": axes, "search": "random", "trials": 10 if trials is None else trials, "seed": seed}


def folds_of(text: str | None, split: Mapping[str, Any]) -> dict[str, Any]:
    """Return the split and whether all its folds are trained, from --folds: "all" or a number."""
    if text is None:
        return {"split": dict(split), "all_folds": False}
    if text == ALL:
        return {"split": dict(split), "all_folds": True}
    if not text.isdecimal():
        raise typer.BadParameter(f"--folds takes all, or how many folds; got {text!r:.80}")
    if "folds" in split and str(split["folds"]) != text:
        raise typer.BadParameter(f"--folds {text} and --split folds={split['folds']} differ")
    return {"split": {**split, "folds": text}, "all_folds": True}
