"""Published classification sets that ship inside aeon, with the split they were published with."""

import importlib.util
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.arrays import FloatArray, IntArray
from core.data.dataset import PARTS, Dataset
from core.data.families import SOURCES, DataSource
from core.data.texts import natural_order
from core.errors import DataError

_ABOUT = {
    "ACSF1": "Power consumption of ten kinds of home appliances.",
    "ArrowHead": "Outlines of arrowheads of three kinds: Avonlea, Clovis and Mix.",
    "BasicMotions": "Accelerometer and gyroscope of a smart watch during four activities, ten a second.",
    "Covid3Month_disc": "Daily confirmed Covid-19 cases of countries; class by the death rate that followed.",
    "GunPoint": "Position of a hand that draws a replica gun (1) or points with a finger (2).",
    "ItalyPowerDemand": "Hourly power demand of Italy: from October to March (1), April to September (2).",
    "JapaneseVowels": "Twelve cepstrum coefficients of nine speakers saying two vowels; unequal lengths.",
    "OSULeaf": "Outlines of leaves of six kinds of trees.",
    "PickupGestureWiimoteZ": "Acceleration of a hand-held controller in ten gestures; unequal lengths.",
    "UnitTest": "Pedestrians an hour in a street, at weekends or on weekdays: a small set for trying things.",
}
_CHANNELS = {
    "BasicMotions": (
        "accelerometer x",
        "accelerometer y",
        "accelerometer z",
        "gyroscope x",
        "gyroscope y",
        "gyroscope z",
    ),
    "JapaneseVowels": tuple(f"coefficient {number}" for number in range(1, 13)),
    "GunPoint": ("hand x",),
    "ItalyPowerDemand": ("demand",),
    "ACSF1": ("power",),
    "PickupGestureWiimoteZ": ("acceleration z",),
    "Covid3Month_disc": ("cases",),
    "UnitTest": ("pedestrians",),
}
_GROUPS = {"BasicMotions": {"accelerometer": (0, 1, 2), "gyroscope": (3, 4, 5)}}
_STEPS = {"ItalyPowerDemand": "hour", "Covid3Month_disc": "day", "UnitTest": "hour"}

Cases = list[NDArray[Any]]


@SOURCES.register("bundled")
class Bundled(DataSource):
    """Published data sets with their own training and test parts."""

    random: ClassVar[bool] = False

    name: Literal[
        "GunPoint",
        "ItalyPowerDemand",
        "BasicMotions",
        "JapaneseVowels",
        "ArrowHead",
        "ACSF1",
        "OSULeaf",
        "PickupGestureWiimoteZ",
        "UnitTest",
        "Covid3Month_disc",
    ] = Field(
        "GunPoint",
        title="Published set",
        description="which set, with the classes and the split it was published with",
    )

    def make(self, rng: np.random.Generator) -> Dataset:  # noqa: ARG002 - nothing here is random
        """Read the shipped files; the sets' own class names are kept, samples stay in published order."""
        cases: Cases = []
        labels: list[str] = []
        parts: list[int] = []
        for part in ("train", "test"):
            read, classes = _read(self.name, part)
            cases += read
            labels += classes
            parts += [PARTS.index(part)] * len(read)
        series, lengths = _padded(cases)
        names = natural_order(set(labels))
        code = {name: place for place, name in enumerate(names)}
        channels = series.shape[2]
        return Dataset(
            series=series,
            lengths=lengths,
            targets={"label": np.array([code[label] for label in labels], dtype=np.int64)},
            classes={"label": names},
            channels=_CHANNELS.get(self.name, tuple(f"channel {number}" for number in range(channels))),
            sample_ids=np.arange(len(cases)).astype(np.str_),
            step_labels=tuple(map(str, range(series.shape[1]))),
            step_name=_STEPS.get(self.name, "step"),
            groups=_GROUPS.get(self.name, {}),
            parts=np.array(parts, dtype=np.int8),
            name=self.name,
            description=_ABOUT[self.name],
        )


def _read(name: str, part: str) -> tuple[Cases, list[str]]:
    # Its own loader by name would look for the set on the network if the file were missing.
    from aeon.datasets import load_from_ts_file

    path = _folder() / name / f"{name}_{part.upper()}.ts"
    if not path.is_file():
        raise DataError(f"the installed aeon must ship {name}; {path.name} is not in it")
    cases, labels = load_from_ts_file(str(path))
    return [np.asarray(case) for case in cases], [str(label) for label in labels]


def _folder() -> Path:
    found = importlib.util.find_spec("aeon")
    if found is None or not found.submodule_search_locations:
        raise DataError("bundled sets need the library aeon, which is not installed")
    return Path(found.submodule_search_locations[0]) / "datasets" / "data"


def _padded(cases: Cases) -> tuple[FloatArray, IntArray]:
    """Return cases (C, T) as one array (N, T, C), padded with 0 on the right, and their lengths."""
    lengths = np.array([case.shape[1] for case in cases], dtype=np.int64)
    series = np.zeros((len(cases), int(lengths.max()), cases[0].shape[0]), dtype=np.float32)
    for place, case in enumerate(cases):
        series[place, : case.shape[1]] = case.T
    return series, lengths
