import socket

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.families import SOURCES
from core.data.soundness import sound
from core.data.splits import make_split

# name: training and test samples, channels, shortest and longest sample, classes
PUBLISHED = {
    "ACSF1": (100, 100, 1, 1460, 1460, 10),
    "ArrowHead": (36, 175, 1, 251, 251, 3),
    "BasicMotions": (40, 40, 6, 100, 100, 4),
    "Covid3Month_disc": (140, 61, 1, 84, 84, 3),
    "GunPoint": (50, 150, 1, 150, 150, 2),
    "ItalyPowerDemand": (67, 1029, 1, 24, 24, 2),
    "JapaneseVowels": (270, 370, 12, 7, 29, 9),
    "OSULeaf": (200, 242, 1, 427, 427, 6),
    "PickupGestureWiimoteZ": (50, 50, 1, 29, 361, 10),
    "UnitTest": (20, 22, 1, 24, 24, 2),
}
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a bundled set must not need the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def make(name: str) -> Dataset:
    return sound(SOURCES.create("bundled", {"name": name}).make(np.random.default_rng(0)))


def test_all_sets_are_offered() -> None:
    (setting,) = SOURCES.describe("bundled").settings
    assert setting.kind == "choice"
    assert set(setting.choices) == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_set_is_as_published_and_its_test_part_is_kept(name: str) -> None:
    training, testing, channels, shortest, longest, classes = PUBLISHED[name]
    dataset = make(name)
    assert dataset.series.shape == (training + testing, longest, channels)
    assert (dataset.lengths.min(), dataset.lengths.max()) == (shortest, longest)
    assert len(dataset.classes["label"]) == classes
    assert dataset.name == name
    split = make_split(dataset)
    assert split.test.tolist() == list(range(training, training + testing))
    assert len(split.train) + len(split.validation) == training
    trained = np.bincount(dataset.targets["label"][split.train], minlength=classes)
    assert trained.min() >= 2


def test_classes_stand_in_natural_order() -> None:
    assert make("PickupGestureWiimoteZ").classes["label"] == tuple(map(str, range(1, 11)))
    assert make("BasicMotions").classes["label"] == ("badminton", "running", "standing", "walking")


def test_the_channels_of_basic_motions_are_two_sensors() -> None:
    dataset = make("BasicMotions")
    assert dataset.channels[0] == "accelerometer x"
    assert dataset.channels[5] == "gyroscope z"
    assert dataset.groups == {"accelerometer": (0, 1, 2), "gyroscope": (3, 4, 5)}


def test_values_and_padding_are_those_of_the_file() -> None:
    vowels = make("JapaneseVowels")
    assert vowels.series[0, 0, 0] == np.float32(1.860936)
    assert vowels.lengths[0] == 20
    assert (vowels.series[0, 20:] == 0).all()
