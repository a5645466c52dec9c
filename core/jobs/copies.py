"""Varied copies of training examples, drawn anew for each epoch, with all of their targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import IntArray
from core.augmentation.family import Augmentation, Windows, augment
from core.training import Examples


@dataclass(frozen=True, eq=False)
class Copies:
    """Puts varied copies beside examples; groups of channels of one series are varied together.

    Attributes:
        parts: What makes the copies; each starts from the originals.
        categorical: Channels that hold codes.
    """

    parts: Sequence[Augmentation]
    categorical: tuple[int, ...] = ()

    def __call__(self, examples: Examples, rng: np.random.Generator) -> Examples:
        """Return examples and their copies; what is missing stays so in a copy and becomes 0 at the end."""
        given: Mapping[str, Any] = examples.series
        targets = {name: np.asarray(codes) for name, codes in examples.targets.items()}
        joint = np.concatenate(list(given.values()), axis=2) if len(given) > 1 else next(iter(given.values()))
        windows = Windows(
            joint,
            next(iter(examples.lengths.values())),
            _classes(targets, len(examples)),
            step_targets=joint_codes({name: codes for name, codes in targets.items() if codes.ndim == 2}),
            categorical=self.categorical,
        )
        made = augment(windows, self.parts, rng)
        series = np.nan_to_num(made.windows.series, copy=False, nan=0.0)
        ends = np.cumsum([rows.shape[2] for rows in given.values()])[:-1]
        split = np.split(series, ends, axis=2) if len(given) > 1 else [series]
        apart = separate_codes(made.windows.step_targets, targets)
        return Examples(
            dict(zip(given, split, strict=True)),
            dict.fromkeys(given, made.windows.lengths),
            {
                name: apart[name] if codes.ndim == 2 else codes[made.sources]
                for name, codes in targets.items()
            },
        )


def joint_codes(targets: Mapping[str, IntArray]) -> IntArray | None:
    """Return one code per step (N, T) for all targets with a label per step together; -1 where none has one.

    Augmentations move one target; several travel as the digits of one number.
    """
    joint: IntArray | None = None
    for codes in targets.values():
        joint = codes + 1 if joint is None else joint * _base(codes) + codes + 1
    return None if joint is None else joint - 1


def separate_codes(joint: IntArray | None, targets: Mapping[str, IntArray]) -> dict[str, IntArray]:
    """Return the codes (N, T) by target of codes that `joint_codes` made of these targets."""
    apart: dict[str, IntArray] = {}
    if joint is None:
        return apart
    left = joint + 1
    per_step = {name: codes for name, codes in targets.items() if codes.ndim == 2}
    for name, codes in reversed(per_step.items()):
        apart[name] = left % _base(codes) - 1
        left = left // _base(codes)
    return apart


def _base(codes: IntArray) -> int:
    return int(codes.max(initial=0)) + 2


def _classes(targets: Mapping[str, IntArray], samples: int) -> IntArray:
    """Return the class codes (N,) that mixtures keep to: of the first target with a label per sample."""
    of_samples = (codes for codes in targets.values() if codes.ndim == 1)
    return next(of_samples, np.full(samples, -1, np.int64))
