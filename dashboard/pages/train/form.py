"""What the order's form holds, read into an order: architectures with their settings, training, sweep."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, State

from core.errors import SettingsError
from dashboard.components.forms import read_form
from dashboard.components.view import ViewState
from dashboard.pages.train.ids import Id
from dashboard.services import training
from dashboard.services.experiments import ArmOrder, ExperimentOrder

Read = tuple[list[Any], list[Any]]

NOTHING = "-"  # varied in a row of the sweep
ROWS = 3  # settings that a sweep of the form varies
VALUES = State({"form": ALL, "field": ALL}, "value")
WATCHED = Input({"form": ALL, "field": ALL}, "value")
IDS = State({"form": ALL, "field": ALL}, "id")
SETTING, SPREAD = {"type": "train-sweep-setting", "row": ALL}, {"type": "train-sweep-values", "row": ALL}
FORM: Mapping[str, tuple[str, str]] = {
    "models": (Id.MODELS, "value"),
    "seeds": (Id.SEEDS, "value"),
    "scaling": (Id.SCALING, "value"),
    "folds": (Id.FOLDS, "value"),
    "also": (Id.ALSO, "value"),
    "modalities": (Id.MODALITIES, "value"),
    "search": (Id.SEARCH, "value"),
    "trials": (Id.TRIALS, "value"),
}
"""Controls of the order, by what `order_of` calls them."""


def dependencies(kind: type[Input] | type[State]) -> dict[str, Any]:
    """Return the whole form for a callback, as inputs that trigger it or as states."""
    return {
        **{name: kind(identifier, prop) for name, (identifier, prop) in FORM.items()},
        "settings": kind(SETTING, "value"),
        "spreads": kind(SPREAD, "value"),
        "values": kind({"form": ALL, "field": ALL}, "value"),
        "ids": IDS,
    }


def prefix_of(model: str) -> str:
    """Return the prefix of the form of an architecture."""
    return f"{Id.MODELS}.{model}"


def order_of(
    view: ViewState, held: Mapping[str, Any], nonce: str = "", *, control: bool = False
) -> ExperimentOrder:
    """Return the order that the form describes.

    Args:
        view: What is looked at: dataset, target, split, augmentations.
        held: Values of the form, as `dependencies` brings them.
        nonce: Tells this order from the next.
        control: Whether labels are shuffled.

    Raises:
        SettingsError: If no architecture is chosen, or a setting of the training is out of its bounds.
    """
    chosen = models_of(held.get("models"))
    if not chosen:
        raise SettingsError("a training needs an architecture: choose at least one")
    forms = _forms(held.get("values"), held.get("ids"))
    how = training.chosen_training(_read(forms, Id.SETTINGS, training.training_settings()))
    arms = [
        ArmOrder(
            model=part.name,
            settings=_read(forms, prefix_of(part.name), part.settings),
            training=how,
            augment=view.augment,
            scaling=str(held.get("scaling") or ""),
            modalities=names_of(held.get("modalities")) if part.name in training.readers() else (),
            control=control,
        )
        for part in map(training.architecture, chosen)
    ]
    also = [str(name) for name in held.get("also") or () if name != view.target]
    return ExperimentOrder(
        dataset=view.dataset,
        arms=arms,
        seeds=str(held.get("seeds") or ""),
        targets=(view.target, *also) if view.target or also else (),
        split=view.split,
        all_folds=bool(held.get("folds")),
        sweep=_sweep(held),
        trials=_trials(held),
        nonce=nonce,
    )


def models_of(value: object) -> list[str]:
    """Return the names of the architectures that are chosen and known, in their order."""
    known = {part.name for part in training.architectures()}
    return [name for name in dict.fromkeys(names_of(value)) if name in known]


def names_of(value: object) -> list[str]:
    """Return the names that a dropdown of several holds."""
    return [str(name) for name in value] if isinstance(value, list | tuple) else []


def _forms(values: Sequence[Any] | None, ids: Sequence[Any] | None) -> dict[str, Read]:
    """Return the values and ids of each form on the page, by its prefix."""
    found: dict[str, Read] = {}
    for value, where in zip(values or (), ids or (), strict=False):
        held = found.setdefault(str(where.get("form")) if isinstance(where, dict) else "", ([], []))
        held[0].append(value)
        held[1].append(where)
    return found


def _read(forms: Mapping[str, Read], prefix: str, settings: Any) -> dict[str, Any]:
    return read_form(*forms.get(prefix, ([], [])), settings)


def _sweep(held: Mapping[str, Any]) -> str:
    """Return the settings to vary as the service reads them; a row counts once its setting is chosen."""
    rows = zip(held.get("settings") or (), held.get("spreads") or (), strict=False)
    chosen = [(setting, values) for setting, values in rows if setting not in {None, "", NOTHING}]
    return "\n".join(f"{setting}={_one_line(values)}" for setting, values in chosen)


def _one_line(values: object) -> str:
    return " ".join(str(values or "").replace(";", " ").split())


def _trials(held: Mapping[str, Any]) -> int:
    if held.get("search") != "random" or not _sweep(held):
        return 0
    given = str(held.get("trials") or "").strip()
    if not given.isdecimal() or not 1 <= int(given) <= 200:
        raise SettingsError(f"a random search draws 1 to 200 combinations; got {given!r:.40}")
    return int(given)
