"""The verbs that look at two modalities which look at each other, and the one that gives raw weights."""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import FloatArray, IntArray
from core.attention.choosing import Chooser, judge_all
from core.attention.pair_guide import Guide, read_sample
from core.attention.pair_reports import describe_modalities, describe_sample
from core.attention.run_modalities import RunModalities, run_modalities
from core.attention.sample_modalities import SampleModalities
from core.attention.sample_modalities import sample_modalities as one_sample
from core.data import Dataset
from core.errors import LimitError, ModelError, NotFoundError
from core.evaluation import Judgement
from core.inference import OpenRun, open_run
from core.inference.maps import CELLS_AT_ONCE, cells_of
from core.models.family import port_name
from core.results import Provenance
from core.store import Store
from core.verbs.opening import opened, the_dataset
from core.verbs.selection import Samples, meeting_of, selected

MOST_WEIGHTS = 500_000_000  # 2 GB


@dataclass(frozen=True, eq=False)
class ReadSample:
    """One sample of two modalities with its reading.

    Attributes:
        sample: Maps and measures.
        guide: How it reads, and the checklist.
        text: Its report in plain words.
    """

    sample: SampleModalities
    guide: Guide
    text: str


def modalities(
    run: str, samples: Samples = "test", layer: str = "", seed: int = 0, store: Store | None = None
) -> RunModalities:
    """Measure how two modalities of a run look at each other, and whether they agree.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: As for `attend`. Of many samples, some spread over them are asked for.
        layer: One of the pair's two layers, `<a>_to_<b>`; the first pair unless given.
        seed: Of the draw of mismatched pairs.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        Statistics of both directions, alignment by head with its nulls, lags, correct against incorrect
        predictions, classes and heads; `core.report_modalities` says it in words.

    Raises:
        ModelError: If no two modalities of the model look at each other.
        NotFoundError: If no pair has this layer.

    Example:
        >>> import core
        >>> core.modalities(run)  # reads one series only  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        ModelError: this needs two modalities that look at each other
    """
    place, found, dataset = _opened(run, store)
    labels, source = _meant(place, found, dataset, samples)
    return run_modalities(found, dataset, labels, np.random.default_rng(seed), layer, source)


def read_modalities(
    run: str,
    sample: int,
    samples: Samples = "test",
    layer: str = "",
    seed: int = 0,
    store: Store | None = None,
) -> ReadSample:
    """Read one sample of two modalities: its maps, its alignment, and the checklist of the reading guide.

    Args:
        run: The run's id, the beginning of its id or its name.
        sample: Place of the sample in the run's dataset, from 0.
        samples: The samples it is held against, as for `attend`.
        layer: One of the pair's two layers; the first pair unless given.
        seed: Of the draw of mismatched pairs.
        store: The store; the one that HEED_HOME names unless given.

    Raises:
        ModelError: If no two modalities of the model look at each other.
        NotFoundError: If there is no such sample, or no pair has this layer.

    Example:
        >>> import core
        >>> core.read_modalities(run, 60)  # reads one series only  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        ModelError: this needs two modalities that look at each other
    """
    place, found, dataset = _opened(run, store)
    labels, source = _meant(place, found, dataset, samples)
    one = one_sample(found, dataset, sample, layer, source)
    whole = run_modalities(found, dataset, labels, np.random.default_rng(seed), layer, source)
    every, _ = judge_all(place, found.manifest, dataset)
    actual, predicted = int(every.actual[sample]), int(every.predicted[sample])
    guide = read_sample(one, whole, actual, predicted, float(every.confidence[sample]))
    return ReadSample(one, guide, describe_sample(one, guide, every.classes, actual))


def report_modalities(
    run: str, samples: Samples = "test", layer: str = "", seed: int = 0, store: Store | None = None
) -> str:
    """Say in plain words how two modalities of a run look at each other.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: As for `attend`. Of many samples, some spread over them are asked for.
        layer: One of the pair's two layers, `<a>_to_<b>`; the first pair unless given.
        seed: Of the draw of mismatched pairs.
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> core.report_modalities(run)  # reads one series only  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        ModelError: this needs two modalities that look at each other
    """
    return describe_modalities(modalities(run, samples, layer, seed, store))


def weights(run: str, samples: Samples = "test", layer: str = "", store: Store | None = None) -> FloatArray:
    """Return the raw attention weights of a layer as an array.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: As for `attend`.
        layer: Name of the layer; the first one unless given.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        Weights (N, H, Q, S), row = query, in the model's own tokens; (N, H, T) where attention pools. 0 on
        padding. The samples are ascending.

    Raises:
        ModelError: If the model has no attention, or gives weights that are not finite.
        NotFoundError: If it has no such layer.
        LimitError: If there are more than half a milliard weights: ask for fewer samples.

    Example:
        >>> import core
        >>> core.weights(run, samples=[60, 61]).shape
        (2, 1, 150)
    """
    place, found, dataset = _opened(run, store)
    manifest = found.manifest
    if not manifest.attention_layers:
        raise ModelError(f"run {manifest.id} is of the model {manifest.model}, which has no attention layer")
    named = [one for one in manifest.attention_layers if layer in {"", one.name}]
    if not named:
        known = ", ".join(one.name for one in manifest.attention_layers)
        raise NotFoundError(f"attention layers of run {manifest.id} are {known!s:.200}; got {layer!r:.60}")
    rows = _rows(place, found, dataset, samples)
    if len(rows) * cells_of(named[:1]) > MOST_WEIGHTS:
        raise LimitError(
            f"weights of at most {MOST_WEIGHTS // cells_of(named[:1]):,} samples of {named[0].name} fit into"
            f" one array; got {len(rows):,}"
        )
    return np.concatenate(list(_blocks(found, dataset, rows, named[0].name)))


def _blocks(run: OpenRun, dataset: Dataset, rows: IntArray, layer: str) -> "list[FloatArray]":
    at_once = max(1, CELLS_AT_ONCE // cells_of(run.manifest.attention_layers))
    try:
        return [
            run.predict_rows(dataset, rows[start : start + at_once]).attention[port_name(layer)]
            for start in range(0, len(rows), at_once)
        ]
    except (ModelError, KeyError) as error:
        told = "the model has no such output" if isinstance(error, KeyError) else str(error)
        raise ModelError(
            f"attention of the layer {layer} of run {run.manifest.id} can't be given: {told}"
        ) from error


def _opened(run: str, store: Store | None) -> tuple[Store, OpenRun, Dataset]:
    place = opened(store)
    found = open_run(place, place.runs.resolve(run))
    return place, found, the_dataset(found.manifest.dataset, place)


def _rows(store: Store, run: OpenRun, dataset: Dataset, samples: Samples) -> IntArray:
    manifest = run.manifest
    meeting = meeting_of(Chooser.of(store, manifest, dataset))
    parts = store.runs.array(manifest.id, "parts.npy")
    return selected(samples, parts, meeting)


def _meant(store: Store, run: OpenRun, dataset: Dataset, samples: Samples) -> tuple[Judgement, Provenance]:
    """Return the labels of the samples that are meant, and where results about them come from."""
    manifest = run.manifest
    rows = _rows(store, run, dataset, samples)
    every, _ = judge_all(store, manifest, dataset)
    named = ("indices", "actual", "predicted", "probabilities", "outcomes", "confidence")
    source = Provenance(
        "cross attention",
        data=manifest.dataset_sha256,
        weights={manifest.id: manifest.hashes.get("onnx", "")},
        parameters={"samples": samples if isinstance(samples, str) else [int(row) for row in rows]},
        samples=len(rows),
        versions=manifest.versions,
    )
    return replace(every, **{name: getattr(every, name)[rows] for name in named}), source
