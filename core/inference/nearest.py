"""The training samples of each class that are most like a sample, as series or as the model reads them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.data.dataset import Dataset
from core.errors import DataError, NotFoundError, SettingsError
from core.inference.neighbours import TrainingSamples, training_samples
from core.inference.runs import OpenRun
from core.results import Provenance
from core.store import Store

if TYPE_CHECKING:
    import pandas as pd

Space = Literal["series", "hidden"]
SPACES: tuple[str, ...] = get_args(Space)
OF_A_CLASS = 3


@dataclass(frozen=True, eq=False)
class NearSample:
    """A training sample near to the one that was asked for.

    Attributes:
        sample: Place in the dataset.
        sample_id: Name of the sample.
        code: Its class.
        rank: 0 for the nearest of its class.
        distance: How far it is.
        series: Raw values over its own length (T, C).
    """

    sample: int
    sample_id: str
    code: int
    rank: int
    distance: float
    series: FloatArray


@dataclass(frozen=True, eq=False)
class NearestSamples:
    """The nearest training samples of each class, nearest class first.

    Attributes:
        sample: Place in the dataset.
        sample_id: Name of the sample.
        series: Raw values over its own length (T, C).
        channels: Names of the channels.
        step_name: What a step is called.
        classes: Names of the classes.
        near: The samples found, class by class, each nearest first.
        space: "series": Euclidean over the scaled series, padding counts as 0; "hidden": over the mean of the
            states that the model makes of it.
        unequal: Whether samples have several lengths, so that padding bears on distances.
        samples: Training samples that were looked at, of `total`.
        total: Samples the run was trained on.
        provenance: Where the numbers come from.
        channel: Index of the channel that is drawn.
    """

    sample: int
    sample_id: str
    series: FloatArray
    channels: tuple[str, ...]
    step_name: str
    classes: tuple[str, ...]
    near: tuple[NearSample, ...]
    space: Space
    unequal: bool
    samples: int
    total: int
    provenance: Provenance
    channel: int = 0

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample that was found."""
        import pandas as pd

        columns = ("class", "rank", "sample", "id", "distance")
        rows = [
            (self.classes[near.code], near.rank + 1, near.sample, near.sample_id, near.distance)
            for near in self.near
        ]
        return pd.DataFrame(rows, columns=list(columns))


def nearest_samples(
    store: Store, run: OpenRun, dataset: Dataset, sample: int, space: str = "series"
) -> NearestSamples:
    """Return the training samples of each class that are nearest to a sample; itself is left out.

    Raises:
        NotFoundError: If there is no such sample.
        SettingsError: If the space is unknown.
        DataError: If no training sample has a class.
    """
    if not 0 <= sample < dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got {sample}")
    if space not in SPACES:
        raise SettingsError(f"spaces are {', '.join(SPACES)}; got {space!r:.40}")
    training = training_samples(store, run, dataset)
    distances = np.where(
        training.rows == sample, np.inf, _distances(store, run, dataset, training, (sample, space))
    )
    near = _of_each_class(dataset, training, distances)
    if not near:
        raise DataError("nearest samples are told by class; no training sample has one")
    lengths = np.asarray(dataset.lengths)
    manifest = run.manifest
    return NearestSamples(
        sample=sample,
        sample_id=str(dataset.sample_ids[sample]),
        series=np.array(dataset.series[sample, : int(lengths[sample])], np.float32),
        channels=dataset.channels,
        step_name=dataset.step_name,
        classes=manifest.classes,
        near=near,
        space="hidden" if space == "hidden" else "series",
        unequal=bool((lengths != lengths[0]).any()),
        samples=len(training.rows),
        total=training.total,
        provenance=Provenance(
            what="nearest training samples",
            data=manifest.dataset_sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "")},
            parameters={"sample": sample, "space": space, "of_a_class": OF_A_CLASS},
            samples=len(training.rows),
            versions=manifest.versions,
        ),
    )


def _distances(
    store: Store, run: OpenRun, dataset: Dataset, training: TrainingSamples, asked: tuple[int, str]
) -> DoubleArray:
    sample, space = asked
    if space == "series":
        rows = slice(sample, sample + 1)
        own = run.scaler.transform(np.asarray(dataset.series[rows]), np.asarray(dataset.lengths[rows]))
        return training.distances(own)
    states = store.runs.array(run.manifest.id, "hidden_mean.npy")
    away = np.asarray(states[training.rows], np.float64) - np.asarray(states[sample], np.float64)
    return np.asarray(np.linalg.norm(away, axis=1), np.float64)


def _of_each_class(
    dataset: Dataset, training: TrainingSamples, distances: DoubleArray
) -> tuple[NearSample, ...]:
    order: IntArray = np.argsort(distances, kind="stable")
    order = order[np.isfinite(distances[order]) & (training.codes[order] >= 0)]
    found: dict[int, list[NearSample]] = {}
    for place in order:
        code, row = int(training.codes[place]), int(training.rows[place])
        of_class = found.setdefault(code, [])
        if len(of_class) < OF_A_CLASS:
            series = np.array(dataset.series[row, : int(dataset.lengths[row])], np.float32)
            distance = float(distances[place])
            of_class.append(
                NearSample(row, str(dataset.sample_ids[row]), code, len(of_class), distance, series)
            )
    return tuple(near for samples in found.values() for near in samples)
