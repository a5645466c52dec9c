import numpy as np
import pytest

from core.data.families import SOURCES
from core.data.soundness import sound
from core.errors import SettingsError
from tests.data.sources.test_planted import ridge_accuracy


def make(**settings):
    return sound(SOURCES.create("two-modal", settings).make(np.random.default_rng(2)))


@pytest.mark.parametrize("lag", [0, 6, 20])
def test_the_lag_profile_peaks_at_the_lag(lag):
    dataset = make(lag=lag, samples=300)
    sign = np.where(dataset.targets["label"] == 1, 1, -1)
    driver, follower = dataset.series[:, :, 0], dataset.series[:, :, dataset.groups["follower"][0]]
    steps = dataset.steps
    profile = [
        float(np.mean(sign * np.mean(driver[:, : steps - shift] * follower[:, shift:], axis=1)))
        for shift in range(steps // 2)
    ]
    assert int(np.argmax(profile)) == lag
    assert profile[lag] == pytest.approx(0.8, abs=0.05)


def test_both_modalities_have_deviation_1_and_neither_tells_the_class_alone():
    dataset = make(samples=1200)
    assert dataset.series.std(axis=(0, 1)) == pytest.approx(1, abs=0.03)
    assert ridge_accuracy(dataset) < 0.57


def test_groups_name_all_channels_of_both_modalities():
    dataset = make(driver_channels=3, follower_channels=1)
    assert dataset.groups == {"driver": (0, 1, 2), "follower": (3,)}
    assert dataset.channels == ("driver 1", "driver 2", "driver 3", "follower 1")


def test_a_lag_of_half_the_steps_is_refused():
    with pytest.raises(SettingsError, match="less than half of the steps, 40; got 40"):
        make(lag=40)
