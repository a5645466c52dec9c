"""The verbs that look at attention head by head, and through the layers."""

from core.arrays import IntArray
from core.attention.choosing import Chooser
from core.attention.closed import ClosedHeads, closed_of
from core.attention.readings import Reading, readings
from core.attention.run_heads import RunHeads, run_heads
from core.attention.run_readings import RunReadings, run_readings
from core.data import Dataset
from core.errors import ModelError, NotFoundError
from core.inference import OpenRun, open_run
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store
from core.verbs.opening import opened, the_dataset
from core.verbs.selection import Samples, meeting_of, selected


def heads(run: str, samples: Samples = "test", store: Store | None = None) -> RunHeads:
    """Measure what kind of map each attention head of a run has, over samples.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: As for `attend`. Of many samples, some spread over them are asked for.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        By layer and head: entropy, keys in use, how local, diagonal, vertical, uniform, causal and sparse it
        is beside what uniform attention would be, mean maps, and the pairs with the largest weights.

    Raises:
        ModelError: If the model of the run has no attention layer.

    Example:
        >>> import core
        >>> found = core.heads(run, samples="test")
        >>> bool(0 <= found.layers[0].profiles[0].entropy <= 1)
        True
    """
    return run_heads(*_asked(run, samples, "attention heads", store))


def rollout(
    run: str,
    samples: Samples = "test",
    layer: str = "",
    head: int | None = None,
    store: Store | None = None,
) -> RunReadings:
    """Read the attention of a run in every way that is valid for it: received, rollout, flow, norm-weighted.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: As for `attend`. Of many samples, some spread over them are asked for.
        layer: Layer that attention received and norms are of; the first unless given.
        head: Head they are of; the mean over heads unless given.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        What each valid reading says of each step, and why the others are not valid for this model.

    Raises:
        ModelError: If the model of the run has no attention layer, or the layer no such head.
        NotFoundError: If there is no such layer.

    Example:
        >>> import core
        >>> found = core.rollout(run, samples="test")
        >>> "received" in [profile.reading.key for profile in found.profiles]
        True
    """
    asked, dataset, rows, source = _asked(run, samples, "attention readings", store)
    return run_readings(asked, dataset, rows, _layer(asked.manifest, layer), head, source)


def closed(run: str, samples: Samples = "test", store: Store | None = None) -> ClosedHeads:
    """Return what changes when each head, and each layer, passes nothing on."""
    return closed_of(*_asked(run, samples, "closed heads", store))


def offered(run: OpenRun) -> tuple[Reading, ...]:
    """Return the readings of a run's attention, valid ones and those that are not."""
    return readings(run.manifest, run.model.normed)


def _asked(
    run: str, samples: Samples, what: str, store: Store | None
) -> tuple[OpenRun, Dataset, IntArray, Provenance]:
    place = opened(store)
    found = open_run(place, place.runs.resolve(run))
    manifest = found.manifest
    dataset = the_dataset(manifest.dataset, place)
    meeting = meeting_of(Chooser.of(place, manifest, dataset))
    rows = selected(
        samples,
        place.runs.array(manifest.id, "parts.npy"),
        meeting,
    )
    source = Provenance(
        what,
        data=manifest.dataset_sha256,
        weights={manifest.id: manifest.hashes.get("onnx", "")},
        parameters={"samples": samples if isinstance(samples, str) else [int(row) for row in rows]},
        samples=len(rows),
        versions=manifest.versions,
    )
    return found, dataset, rows, source


def _layer(manifest: RunManifest, name: str) -> AttentionLayer:
    if not manifest.attention_layers:
        raise ModelError(f"readings need a model with an attention layer; {manifest.model} has none")
    for layer in manifest.attention_layers:
        if name in {"", layer.name}:
            return layer
    known = ", ".join(layer.name for layer in manifest.attention_layers) or "none"
    raise NotFoundError(f"attention layers of this run are {known!s:.200}; got {name!r:.60}")
