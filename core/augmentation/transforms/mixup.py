"""Mixtures of two samples of one class."""

from dataclasses import replace

import numpy as np
from pydantic import Field

from core.arrays import IntArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows


@AUGMENTATIONS.register("mixup")
class Mixup(Augmentation):
    """Mixes each sample with another one of its class.

    The weight of the sample itself is drawn from Beta(alpha, alpha) and is the larger of the two, so that a
    copy keeps the codes and step targets of its source. It is as long as the shorter of both: every step is a
    mixture. Its truth is where either of the two has it. Where only the other sample misses a value, the
    sample's own stands. A sample without another one of its class, or of unknown class, stays as it is.

    Source: Zhang et al. (2018), arXiv 1710.09412; within classes, so that labels stay whole.
    """

    alpha: float = Field(
        0.4,
        ge=0.01,
        le=10,
        title="Evenness",
        description="alpha of the Beta distribution of the weights: small values leave most copies near their"
        " source, large ones bring them halfway to the other sample",
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Mix each sample with its partner at one weight for all of its measured values."""
        partners = _partners(np.asarray(windows.labels), rng)
        drawn = rng.beta(self.alpha, self.alpha, windows.samples)
        shares = np.minimum(drawn, 1 - drawn).astype(np.float32)  # of the partner
        shares[partners == np.arange(windows.samples)] = 0
        lengths = np.minimum(windows.lengths, windows.lengths[partners])
        made = replace(windows, series=np.empty(windows.series.shape, np.float32), lengths=lengths)
        truth = None if windows.truth is None else windows.truth | windows.truth[partners]
        targets = None if windows.step_targets is None else windows.step_targets.copy()
        for rows in windows.chunks():
            block = np.asarray(windows.series[rows], np.float32)
            other = np.asarray(windows.series[partners[rows]], np.float32)
            other -= block
            other *= shares[rows, None, None]
            other[..., list(windows.categorical)] = 0
            np.copyto(other, 0, where=np.isnan(other))
            np.add(block, other, out=made.series[rows])
            padding = made.padding(rows)
            made.series[rows][padding] = 0
            if truth is not None:
                truth[rows][padding] = False
            if targets is not None:
                targets[rows][padding] = -1
        return replace(made, truth=truth, step_targets=targets)


def _partners(labels: IntArray, rng: np.random.Generator) -> IntArray:
    """Return another sample of the same class for each (N,); itself where there is none.

    The samples of a class stand in a circle, in random order, and each is mixed with its neighbour.
    """
    drawn = rng.permutation(len(labels))
    circle = drawn[np.argsort(labels[drawn], kind="stable")]
    starts = np.flatnonzero(np.diff(labels[circle], prepend=np.nan, append=np.nan) != 0)
    following = np.arange(1, len(labels) + 1)
    following[starts[1:] - 1] = starts[:-1]
    partners = np.empty(len(labels), np.int64)
    partners[circle] = circle[following]
    return np.where(labels < 0, np.arange(len(labels)), partners)
