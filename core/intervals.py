"""Confidence intervals that several rooms state."""

import math

from core.errors import DataError

Z_95 = 1.959963984540054  # 97.5 % quantile of the normal distribution


def wilson_interval(successes: int, samples: int) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a share."""
    if samples < 1:
        raise DataError("an interval needs at least one sample; got none")
    share, square = successes / samples, Z_95**2
    middle = (share + square / (2 * samples)) / (1 + square / samples)
    spread = share * (1 - share) / samples + square / (4 * samples**2)
    half = Z_95 * math.sqrt(spread) / (1 + square / samples)
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == samples else min(1.0, middle + half)
    return low, high
