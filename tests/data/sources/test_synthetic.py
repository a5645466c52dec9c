import numpy as np
import pytest

from core.data.families import SOURCES
from core.data.sources.synthetic import Synthetic
from core.errors import DataError, LimitError, SettingsError


def make(seed: int = 0, **settings: float) -> "Synthetic":
    return SOURCES.create("synthetic", settings).make(np.random.default_rng(seed))  # type: ignore[return-value]


def test_the_label_says_whether_the_last_value_lies_above_the_threshold() -> None:
    dataset = make(samples=200, label_threshold=0.3)
    last = dataset.series[:, -1, 0]
    assert dataset.targets["label"].tolist() == (last > 0.3).astype(int).tolist()
    assert dataset.classes["label"][dataset.positive()] == "1 high"


def test_without_noise_the_series_is_a_sine_with_a_trend() -> None:
    nearly_quiet = {"amplitude_noise": 1e-6, "pattern_noise": 0, "phase_spread": 0}
    along = np.linspace(0, 1, 9)
    dataset = make(samples=50, timesteps=9, frequency=1.25, trend_slope=2, label_threshold=3, **nearly_quiet)
    expected = np.sin(2 * np.pi * 1.25 * along) + 2 * along
    np.testing.assert_allclose(dataset.series[:, :, 0], np.tile(expected, (50, 1)), atol=1e-5)


@pytest.mark.parametrize(
    ("setting", "channel"), [("amplitude_noise", "amplitude"), ("pattern_noise", "roughness")]
)
def test_each_noise_does_what_its_name_says(setting: str, channel: str) -> None:
    still = {"amplitude_noise": 0.0, "pattern_noise": 0.0}
    low, high = (make(samples=300, timesteps=40, **{**still, setting: level}) for level in (0.01, 0.5))
    measure = {
        "amplitude": lambda made: made.series[:, :, 0].max(axis=1).std(),
        "roughness": lambda made: np.diff(made.series[:, :, 0], n=2, axis=1).std(),
    }[channel]
    assert measure(high) > 1.5 * measure(low)


@pytest.mark.parametrize("setting", ["samples", "timesteps"])
def test_s1_1_nothing_to_make_is_a_clear_answer(setting: str) -> None:
    with pytest.raises(SettingsError, match=f"{setting} must be greater than or equal to 1; got 0"):
        make(**{setting: 0})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"samples": 10**9}, "samples must be less than or equal to 1000000"),
        ({"timesteps": 10**9}, "timesteps must be less than or equal to 10000"),
        ({"frequency": float("nan")}, "frequency must be"),
        ({"trend_slope": float("inf")}, "trend_slope must be"),
    ],
)
def test_r3_expensive_settings_are_refused_by_the_limit(settings: dict, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        make(**settings)


def test_r3_too_many_values_together_are_refused_by_the_limit() -> None:
    with pytest.raises(LimitError, match="samples times timesteps may be at most 200,000,000"):
        make(samples=10**6, timesteps=10**4)


def test_one_class_only_is_told_with_the_range_of_last_values() -> None:
    with pytest.raises(DataError, match=r"all 20 last values lie at or below 50: between -\d.* and \d"):
        make(samples=20, label_threshold=50)
    with pytest.raises(DataError, match="above -50"):
        make(samples=1, label_threshold=-50)


def test_one_step_is_enough() -> None:
    assert make(timesteps=1).series.shape == (400, 1, 1)
