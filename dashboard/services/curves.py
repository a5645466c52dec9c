"""Curves of trainings while they grow: rows are read once, and only what is new goes to a browser."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import HeedError
from core.evaluation.arm_curves import MEASURES, Arm, ArmCurves, Side, arm_curves
from core.evaluation.curves import RunCurve, run_curve
from core.results import Provenance
from dashboard.services import library

if TYPE_CHECKING:
    import pandas as pd

KEPT = 600  # trainings whose rows a process remembers
SIDES: Mapping[str, tuple[Side, ...]] = {
    "validation": ("validation",),
    "training": ("training",),
    "both": ("validation", "training"),
}


@dataclass(frozen=True)
class Member:
    """One training as its curve is asked for.

    Attributes:
        job: Id of its job.
        arm: What its arm is called; members of one arm stand beside each other.
        label: What tells it from the others of its arm.
        run: Id of the run it left, whose history stands where the job is gone.
    """

    job: str
    arm: str
    label: str
    run: str = ""


@dataclass(frozen=True)
class LiveCurves:
    """Curves as a page shows them, with how much of each training they hold.

    Attributes:
        curves: The curves.
        seen: Rows read of each training, by job.
    """

    curves: ArmCurves
    seen: Mapping[str, int]

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""
        return self.curves.provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per run and epoch."""
        return self.curves.to_frame()

    def key(self) -> str:
        """Return a text that is equal where the traces are the same but for how far they are."""
        told = [[arm.label, [run.run for run in arm.runs]] for arm in self.curves.arms]
        shown = [told, self.curves.measure, self.curves.sides, self.curves.single]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]

    def fresh(self, seen: Mapping[str, Any]) -> dict[int, set[int]]:
        """Return the epochs of each arm that somebody who has seen so many rows does not know."""
        found: dict[int, set[int]] = {}
        for place, arm in enumerate(self.curves.arms):
            epochs: set[int] = set()
            for run in arm.runs:
                known = seen.get(run.run, 0)
                epochs.update(_book.arrived(run.run, known if isinstance(known, int) else 0))
            if epochs:
                found[place] = epochs
        return found


@dataclass
class _Rows:
    """What is known of one training.

    Attributes:
        offset: Where its file is read on.
        order: Epochs in the order in which their rows came.
        rows: The last row of each epoch.
        curve: Its curve, None when rows came since.
    """

    offset: int = 0
    order: list[int] = field(default_factory=list)
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    curve: RunCurve | None = None


class RowBook:
    """Rows of trainings as they were read; each look reads on from where the last one ended."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Rows] = OrderedDict()

    def curve(self, member: Member) -> RunCurve:
        """Return the curve of a training as far as it is."""
        with self._lock:
            known = self._known.setdefault(member.job, _Rows())
            self._known.move_to_end(member.job)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
            self._read(known, member)
            if known.curve is None:
                known.curve = run_curve(member.job, member.label, list(known.rows.values()))
            elif member.label and known.curve.label != member.label:
                known.curve = replace(known.curve, label=member.label)
            return known.curve

    def count(self, job: str) -> int:
        """Return how many rows of a training were read."""
        with self._lock:
            known = self._known.get(job)
            return len(known.order) if known else 0

    def arrived(self, job: str, after: int) -> list[int]:
        """Return the epochs of the rows that came after so many."""
        with self._lock:
            known = self._known.get(job)
            return known.order[max(0, after) :] if known else []

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()

    def _read(self, known: _Rows, member: Member) -> None:
        try:
            rows, known.offset = library.desk().rows(member.job, known.offset)
        except HeedError:  # the job was deleted; its run knows
            rows = [] if known.order else _history(member.run)
        for row in rows:
            if isinstance(row.get("epoch"), int):
                known.order.append(row["epoch"])
                known.rows[row["epoch"]] = row
                known.curve = None


def live(
    members: Sequence[Member], measure: str = "", sides: str = "", *, single: bool = False
) -> LiveCurves:
    """Return the curves of trainings as far as they are.

    Args:
        members: The trainings, those of one arm beside each other.
        measure: A key of `MEASURES`; the loss unless it is one.
        sides: "validation", "training" or "both"; else both of a single arm, and validation of several.
        single: Whether each run has a line of its own.
    """
    arms: dict[str, list[RunCurve]] = {}
    for member in members:
        arms.setdefault(member.arm, []).append(_book.curve(member))
    shown = SIDES.get(sides) or SIDES["both" if len(arms) < 2 else "validation"]
    drawn = arm_curves(
        [Arm(label, tuple(runs)) for label, runs in arms.items()],
        measure if measure in MEASURES else "loss",
        shown,
        single=single,
    )
    return LiveCurves(drawn, {member.job: _book.count(member.job) for member in members})


def progress_of(member: Member) -> tuple[int | None, float | None]:
    """Return the last epoch of a training and the lowest validation loss so far, None before the first."""
    curve = _book.curve(member)
    if not len(curve.epoch):
        return None, None
    known = curve.validation_loss[np.isfinite(curve.validation_loss)]
    return int(curve.epoch[-1]), float(known.min()) if known.size else None


def forget() -> None:
    """Forget what was read; for tests that change the store."""
    _book.clear()


def _history(run: str) -> list[dict[str, Any]]:
    try:
        return [dict(row) for row in library.run(run).history] if run else []
    except HeedError:
        return []


_book = RowBook()
