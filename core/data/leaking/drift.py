"""Whether test windows differ from training windows, channel by channel."""

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.data.dataset import Dataset
from core.data.leaking.neighbours import spread
from core.data.leaking.phrases import counted, p_value
from core.data.leaking.report import Drift, DriftTest
from core.data.leaking.summaries import summaries
from core.data.splitting.times import time_spans

MOST_SAMPLES = 4000  # of each side, evenly spread
MOST_CHANNELS = 512
LEAST_SAMPLES = 5
LEVEL = 0.05
COMPARED = ("mean", "deviation", "missing")
PLACES = {"mean": "mean of a window", "deviation": "deviation within a window", "missing": "missing share"}


def find_drift(dataset: Dataset, train: IntArray, test: IntArray) -> Drift:
    """Compare the distributions of means, deviations and missing shares of windows in each channel.

    Two-sample tests of Kolmogorov and Smirnov, p-values after Holm (1979) over all of them.
    """
    learning, asked = spread(train, MOST_SAMPLES), spread(test, MOST_SAMPLES)
    if min(len(learning), len(asked)) < LEAST_SAMPLES:
        words = f"Too few windows to compare: {len(learning)} of training, {len(asked)} of test."
        return Drift((), words, len(learning), len(asked))
    channels = spread(np.arange(dataset.channel_count), MOST_CHANNELS)
    mine, theirs = (summaries(dataset, rows, channels) for rows in (learning, asked))
    found = []
    for what in COMPARED:
        for place, channel in enumerate(channels):
            both = [
                part.of(what)[part.known[:, place] | (what == "missing"), place].astype(np.float64)
                for part in (mine, theirs)
            ]
            if min(map(len, both)) >= LEAST_SAMPLES and np.ptp(np.concatenate(both)) > 0:
                found.append(_tested(dataset.channels[channel], what, *both))
    found.sort(key=lambda test: (test.p, test.channel, test.what))
    adjusted = holm(np.array([test.p for test in found]))
    tests = tuple(
        DriftTest(test.channel, test.what, test.statistic, test.p, float(p), test.effect)
        for test, p in zip(found, adjusted, strict=True)
    )
    return Drift(tests, _words(tests, dataset, len(channels)), len(learning), len(asked))


def kolmogorov_smirnov(first: DoubleArray, second: DoubleArray) -> tuple[float, float]:
    """Return the largest difference of two empirical distributions and its p-value.

    The p-value is the asymptotic one with Stephens' correction for small samples; ties make it too large.

    Source: Stephens (1970), Journal of the Royal Statistical Society B 32, 115-122.
    """
    from scipy.special import kolmogorov

    places = np.concatenate([first, second])
    places.sort()
    below = [
        np.searchsorted(np.sort(values), places, side="right") / len(values) for values in (first, second)
    ]
    statistic = float(np.abs(below[0] - below[1]).max())
    root = np.sqrt(len(first) * len(second) / (len(first) + len(second)))
    return statistic, float(kolmogorov((root + 0.12 + 0.11 / root) * statistic))


def holm(p: DoubleArray) -> DoubleArray:
    """Return p-values adjusted for how many there are; they must ascend."""
    if not len(p):
        return p
    adjusted: DoubleArray = np.minimum(1.0, np.maximum.accumulate(p * (len(p) - np.arange(len(p)))))
    return adjusted


def _tested(channel: str, what: str, mine: DoubleArray, theirs: DoubleArray) -> DriftTest:
    statistic, p = kolmogorov_smirnov(mine, theirs)
    deviation = float(mine.std()) or float(theirs.std())
    effect = (float(theirs.mean()) - float(mine.mean())) / deviation if deviation else 0.0
    return DriftTest(channel, what, statistic, p, p, effect)


def _words(tests: tuple[DriftTest, ...], dataset: Dataset, channels: int) -> str:
    if not tests:
        return "No channel varies, so nothing can drift."
    compared = f"{counted(channels, 'channel')}, {counted(len(tests), 'test')}"
    if channels < dataset.channel_count:
        compared += f"; {dataset.channel_count - channels:,} channels were not looked at"
    strong = [test for test in tests if test.p_adjusted < LEVEL]
    if not strong:
        return f"No evidence of drift (smallest adjusted p {p_value(tests[0].p_adjusted)}; {compared})."
    concerned = len({test.channel for test in strong})
    worst = max(strong, key=lambda test: (test.statistic, abs(test.effect)))
    side = "higher" if worst.effect > 0 else "lower"
    words = (
        f"Evidence of drift in {concerned:,} of {counted(channels, 'channel')} ({compared}). It is strongest "
        f"in {worst.channel:.60}: its {PLACES[worst.what]} is {abs(worst.effect):.2f} deviations {side} "
        f"in test (largest difference of the distributions {worst.statistic:.2f}, adjusted p "
        f"{p_value(worst.p_adjusted)})."
    )
    if time_spans(dataset) is not None or dataset.entities is not None:
        words += " Windows of one record are not independent, so these p-values are too small."
    return words
