"""Runs that differ in nothing but seed and fold, as one object: an arm."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.data.splits import SplitManifest
from core.errors import HeedError
from core.models.manifest import RunManifest
from core.store import Store

MOST_NAMED = 3  # settings that a label names


@dataclass(frozen=True)
class RunArm:
    """One arm.

    Attributes:
        key: A hash of all that its runs have in common; the same on every machine.
        label: The architecture, and what tells it from the other arms.
        runs: Its runs by seed and fold.
        folds: The fold that each run leaves out, None where its split has none.
    """

    key: str
    label: str
    runs: tuple[RunManifest, ...]
    folds: tuple[int | None, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that were trained, ascending."""
        return tuple(sorted({run.seed for run in self.runs}))

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of its runs."""
        return tuple(run.id for run in self.runs)


def group_arms(store: Store, runs: Sequence[RunManifest]) -> tuple[RunArm, ...]:
    """Group runs into arms, in the order in which their first runs come.

    Of the same arm are runs on the same data with the same targets, model, settings, training, augmentations,
    scaling, modalities, split settings but for the fold, and control.
    """
    splits = {run.split: split_settings(store, run) for run in runs}
    groups: dict[str, list[RunManifest]] = {}
    for run in runs:
        groups.setdefault(arm_key(run, splits[run.split]), []).append(run)
    labels = _labels([members[0] for members in groups.values()])
    arms = []
    for (key, members), label in zip(groups.items(), labels, strict=True):
        folds = {run.id: _fold(splits[run.split]) for run in members}
        # Of the same seed and fold the finished run comes first: it is the one that stands for both.
        ordered = sorted(
            members,
            key=lambda run: (run.seed, -1 if (f := folds[run.id]) is None else f, run.state != "done"),
        )
        arms.append(RunArm(key, label, tuple(ordered), tuple(folds[run.id] for run in ordered)))
    return tuple(arms)


def arm_key(run: RunManifest, split: Mapping[str, Any]) -> str:
    """Return a hash of what a run shares with the other runs of its arm.

    Args:
        run: The run.
        split: Settings of its split, see `split_settings`.
    """
    return hashlib.sha256(json.dumps(_common(run, split), sort_keys=True, default=str).encode()).hexdigest()[
        :12
    ]


def split_settings(store: Store, run: RunManifest) -> dict[str, Any]:
    """Return the settings of a run's split; its id where the split is gone, {} where it had none."""
    if not run.split:
        return {}
    try:
        return dict(store.splits.read(run.split, SplitManifest).settings)
    except HeedError:
        return {"split": run.split}


def _common(run: RunManifest, split: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "data": run.dataset_sha256,
        "targets": list(run.targets),
        "model": run.model,
        "settings": run.settings,
        "training": run.training,
        "augmentations": list(run.augmentations),
        "scaling": run.scaling,
        "split": {name: value for name, value in split.items() if name != "fold"},
        "control": run.control,
        **({"modalities": list(run.modalities)} if run.modalities else {}),
    }


def _fold(split: Mapping[str, Any]) -> int | None:
    return int(split.get("fold", 0)) if split.get("folds") else None


def _labels(firsts: Sequence[RunManifest]) -> list[str]:
    """Return the architecture of each arm and, where another arm has the same, what is different."""
    traits = [_traits(run) for run in firsts]
    labels = []
    for run, mine in zip(firsts, traits, strict=True):
        alike = [other for kin, other in zip(firsts, traits, strict=True) if kin.model == run.model]
        names = [name for name in mine if any(other.get(name) != mine[name] for other in alike)]
        told = [_told(name, mine[name]) for name in names]
        more = [f"and {len(told) - MOST_NAMED} more"] if len(told) > MOST_NAMED else []
        extra = ", ".join(part for part in (*told[:MOST_NAMED], *more) if part)
        labels.append(f"{run.model} ({extra})" if extra else run.model)
    often = {label: labels.count(label) for label in labels}
    return [
        label if often[label] == 1 else f"{label} #{run.id[:4]}"
        for run, label in zip(firsts, labels, strict=True)
    ]


def _traits(run: RunManifest) -> dict[str, Any]:
    """Return what may tell a run of an architecture from another one."""
    augmented = " + ".join(str(part.get("name", "")) for part in run.augmentations)
    return {
        **run.settings,
        **{name: value for name, value in run.training.items() if name not in run.settings},
        "scaling": run.scaling.get("kind", ""),
        "augmented": augmented or "no augmentation",
        "control": run.control,
        **({"modalities": " and ".join(run.modalities)} if run.modalities else {}),
    }


def _told(name: str, value: Any) -> str:
    if name in {"augmented", "control", "modalities"}:
        return str(value)
    words = name.replace("_", " ")
    return words if value is True else f"no {words}" if value is False else f"{words} {value}"
