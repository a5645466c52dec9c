"""The learning rate over a training: warm-up, a curve, and cuts where it gets no better."""

import math
from collections.abc import Sequence

from core.training.settings import TrainSettings

CUT = 0.5


def rate_at(settings: TrainSettings, passed: float) -> float:
    """Return the learning rate after so many epochs, fractions included, without cuts on a plateau."""
    if passed < settings.warmup:
        return settings.learning_rate * passed / settings.warmup
    if settings.schedule != "cosine":
        return settings.learning_rate
    falling = max(1, settings.epochs - settings.warmup)
    share = min(1.0, (passed - settings.warmup) / falling)
    return settings.learning_rate * 0.5 * (1.0 + math.cos(math.pi * share))


def cuts(settings: TrainSettings, losses: Sequence[float]) -> float:
    """Return what the rate is multiplied by after epochs with these decisive losses.

    It follows from the losses alone, so that a resumed training has the same rate as an unbroken one.
    """
    factor, best, waited = 1.0, math.inf, 0
    if settings.schedule != "plateau":
        return factor
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited >= settings.plateau:
            factor, waited = factor * CUT, 0
    return factor
