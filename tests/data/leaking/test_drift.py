import numpy as np
import pytest
from scipy.stats import ks_2samp

from core.data.leaking.drift import find_drift, holm, kolmogorov_smirnov
from tests.data.datasets import tiny

HALF = np.arange(200)


def noise(channels: int = 4, **changes):
    rng = np.random.default_rng(0)
    series = rng.standard_normal((400, 20, channels)).astype(np.float32)
    return tiny(400, 20, channels, **{"series": series, **changes})


@pytest.mark.parametrize(("first", "second", "apart"), [(200, 300, 0.0), (200, 300, 0.3), (4000, 1000, 0.1)])
def test_statistic_and_p_are_those_of_scipy(first: int, second: int, apart: float) -> None:
    rng = np.random.default_rng(1)
    one, other = rng.standard_normal(first), rng.standard_normal(second) + apart
    statistic, p = kolmogorov_smirnov(one, other)
    known = ks_2samp(one, other, method="asymp")
    assert statistic == pytest.approx(known.statistic)
    assert p == pytest.approx(known.pvalue, rel=0.15, abs=0.01)


def test_p_values_are_adjusted_after_holm() -> None:
    assert holm(np.array([0.01, 0.02, 0.03, 0.5])) == pytest.approx([0.04, 0.06, 0.06, 0.5])
    assert holm(np.array([])).tolist() == []


def test_no_drift_is_told_with_the_smallest_p() -> None:
    found = find_drift(noise(), HALF, HALF + 200)
    assert found.words.startswith("No evidence of drift (smallest adjusted p = ")
    assert "4 channels, 8 tests" in found.words


@pytest.mark.parametrize(
    ("change", "what"), [("level", "mean of a window"), ("spread", "deviation within a window")]
)
def test_a_channel_that_changed_is_named_with_its_effect(change: str, what: str) -> None:
    dataset = noise()
    series = np.array(dataset.series)
    series[200:, :, 2] = series[200:, :, 2] + 0.3 if change == "level" else series[200:, :, 2] * 1.5
    found = find_drift(noise(series=series), HALF, HALF + 200)
    assert "Evidence of drift in 1 of 4 channels" in found.words
    assert f"in channel 2: its {what}" in found.words
    assert "higher in test" in found.words
    worst = found.tests[0]
    assert worst.p_adjusted < 0.001
    assert worst.effect > 1


def test_more_missing_values_are_drift() -> None:
    dataset = noise()
    series = np.array(dataset.series)
    series[200:, :6, 1] = np.nan
    found = find_drift(noise(series=series, nan_policy="mask"), HALF, HALF + 200)
    assert found.tests[0].what == "missing"
    assert found.tests[0].channel == "channel 1"


def test_constant_channels_and_few_windows_are_told() -> None:
    flat = tiny(40, series=np.ones((40, 5, 2), dtype=np.float32))
    assert (
        find_drift(flat, np.arange(20), np.arange(20, 40)).words == "No channel varies, so nothing can drift."
    )
    assert find_drift(flat, np.arange(20), np.arange(3)).words.startswith("Too few windows")
