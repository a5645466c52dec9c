"""The leak guard: what of a split would flatter a model, in words and numbers, and what mends it.

What is counted and when it is a leak:

- identical, near, shifted: test windows that training has too. A leak above one percent of the test windows,
  below a caution. Overlapping windows of one record are a leak from the first one.
- entities: test windows of entities that training knows. A leak, but in a split by time; validation windows
  of such entities are a caution.
- time: test or validation windows that begin before the last training window does, or before its label where
  that stands ahead. A caution, unless entities are apart.
- channels: a channel whose simple model gains 90 percent of what lies above the majority rate (75 percent at
  the lower end of its interval) and comes within five points of all channels, while at most half of the
  channels that move do. A caution; a leak, however many do so, if it gains 98 percent without moving within
  windows.
- metadata: a column that gains 90 percent so. A caution, since models do not see it.
- position: ridge regression on the values at their steps gains half. A caution.
- repeated, contradicting: copies within a part, equal windows with different labels. A caution.

Everything is determined by the data and the split; what is too large is looked at in evenly spread samples,
which the notes of a report say.
"""

from dataclasses import replace
from importlib.metadata import version

import numpy as np

from core.arrays import IntArray
from core.data.dataset import PARTS, Dataset
from core.data.leaking.copies import (
    changed_settings,
    contradicting_windows,
    moved_windows,
    near_windows,
    overlapping_windows,
    repeated_windows,
    same_windows,
)
from core.data.leaking.drift import find_drift
from core.data.leaking.identical import window_hashes
from core.data.leaking.neighbours import BOUND, Neighbourhood
from core.data.leaking.probes import MOST_SAMPLES, Sides, sides
from core.data.leaking.report import Drift, DriftTest, Finding, LeakReport, Probe
from core.data.leaking.sides import shared_entities, time_order
from core.data.leaking.telling import telling
from core.data.splits import Split, SplitSettings, examined, make_split
from core.data.splitting.strata import strata_of
from core.errors import DataError
from core.results import Provenance

__all__ = ["Drift", "DriftTest", "Finding", "LeakReport", "Probe", "examine_split", "examined"]
LEFT_OUT = "left out"
MUCH = 0.3  # of the test windows overlap: purging would leave little, another kind of split mends it better


def examine_split(dataset: Dataset, split: Split, target: str = "label") -> LeakReport:
    """Return what the leak guard says of a split of a dataset.

    Args:
        dataset: The dataset.
        split: How its samples are divided.
        target: The labels. Without them, or with labels per step, what needs one label a window is left
            untested.

    Raises:
        DataError: If a labelled dataset does not have the target.
    """
    strata = strata_of(dataset, target)
    codes = _codes(dataset, target)
    neighbourhood, hashes = Neighbourhood(dataset), window_hashes(dataset)
    identical, known = same_windows(split, hashes)
    near, note = near_windows(split, neighbourhood, known)
    findings = [
        identical,
        near,
        moved_windows(dataset, split, neighbourhood, known),
        _mended(dataset, split, overlapping_windows(dataset, split), target),
        _mended(dataset, split, shared_entities(dataset, split), target),
        _mended(dataset, split, time_order(dataset, split), target),
    ]
    told, probes = telling(dataset, _probed(dataset, split, codes, target))
    findings += [*told, repeated_windows(split, hashes), contradicting_windows(split, hashes, codes)]
    parts = {**{name: split.part(name) for name in PARTS}, LEFT_OUT: split.left_out}
    counts = {
        name: np.bincount(strata.codes[rows], minlength=len(strata.names)) for name, rows in parts.items()
    }
    notes = [note] if note else []
    if max(len(split.train), len(split.test)) > MOST_SAMPLES and codes is not None:
        notes.append(f"Simple models and drift saw at most {MOST_SAMPLES:,} windows of each part.")
    return LeakReport(
        findings=tuple(findings),
        drift=find_drift(dataset, split.train, split.test),
        probes=tuple(probes),
        sizes={name: len(rows) for name, rows in parts.items()},
        balance={
            class_name: {name: int(counts[name][place]) for name in parts}
            for place, class_name in enumerate(strata.names)
            if dataset.labelled
        },
        settings=split.settings,
        chosen=split.chosen,
        split_words=split.words,
        notes=tuple(notes),
        provenance=Provenance(
            what="leak guard",
            data=dataset.sha256,
            parameters={"split": split.sha256, "target": target, "near": BOUND, "probed": MOST_SAMPLES},
            samples=dataset.samples,
            versions={name: version(name) for name in ("heed", "numpy", "scipy")},
        ),
    )


def _codes(dataset: Dataset, target: str) -> IntArray | None:
    """Return one label a window (N,); None where there is none."""
    if not dataset.labelled or dataset.per_step(target):
        return None
    return np.asarray(dataset.require_target(target), dtype=np.int64)


def _probed(dataset: Dataset, split: Split, codes: IntArray | None, target: str) -> Sides | None:
    return None if codes is None else sides(codes, split.train, split.test, len(dataset.classes[target]))


def _mended(dataset: Dataset, split: Split, finding: Finding, target: str) -> Finding:
    """Return a finding with a repair that works; another kind of split where purging would leave little."""
    if finding.repair is None:
        return finding
    wishes: list[SplitSettings] = [finding.repair]
    if finding.kind == "overlap" and (finding.share or 0) > MUCH:
        wishes = [
            *(
                changed_settings(split, kind=kind, folds=0, fold=0, purge=False)
                for kind in ("entity", "time")
            ),
            finding.repair,
        ]
    for wish in wishes:
        if wish.purge or _possible(dataset, wish, target):
            return replace(finding, repair=wish)
    return replace(finding, repair=None)


def _possible(dataset: Dataset, settings: SplitSettings, target: str) -> bool:
    try:
        make_split(dataset, settings, target)
    except DataError:
        return False
    return True
