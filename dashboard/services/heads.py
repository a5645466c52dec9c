"""What the section Heads asks: maps of heads over samples or of one, readings, links, closed heads."""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import IntArray
from core.attention.closed import ClosedHeads, closed_of
from core.attention.head_map import HeadLinks, HeadMap, head_links, head_map
from core.attention.readings import Reading, readings
from core.attention.run_heads import RunHeads, run_heads
from core.attention.run_readings import RunReadings, run_readings
from core.errors import ModelError, NotFoundError
from core.inference import OpenRun, open_run
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import Selection, dataset_of, select
from dashboard.services.samples import layers_of as own_layers

ONE = "sample"

_heads = AnswerCache(6)  # maps of the largest models take 16 MB
_readings = AnswerCache(24)
_closed = AnswerCache(24)


@dataclass(frozen=True)
class HeadsView:
    """What is asked about heads.

    Attributes:
        selection: Which samples of which run.
        layer: Name of the attention layer; "" for the first.
        head: Number of the head; "" for the mean over heads.
        over: "sample" for the focused sample alone, else the mean over those selected.
        sample: The focused sample; None for the first of those selected.
        least: Smallest weight of a link; 0 for the strongest few.
    """

    selection: Selection
    layer: str = ""
    head: str = ""
    over: str = ""
    sample: int | None = None
    least: float = 0.0

    @property
    def number(self) -> int | None:
        """The head that is meant; None for the mean."""
        return int(self.head) if self.head.isdecimal() else None


def heads(asked: HeadsView) -> RunHeads:
    """Return the heads of all layers."""
    run, rows, source = _asked(asked, "attention heads")
    key = repr((library.stamp(), asked.selection, asked.over, rows[:1].tolist(), len(rows)))
    answer: RunHeads = _heads.get(key, lambda: run_heads(run, dataset_of(run.manifest), rows, source))
    return answer


def one_head(asked: HeadsView) -> HeadMap:
    """Return one head as a map; ModelError where it has none."""
    return head_map(heads(asked), *_meant(asked))


def links(asked: HeadsView) -> HeadLinks:
    """Return the strongest links of a head; ModelError where it has no map."""
    return head_links(heads(asked), *_meant(asked), asked.least)


def read(asked: HeadsView) -> RunReadings:
    """Return the readings of the layer and head beside each other."""
    run, rows, source = _asked(asked, "attention readings")
    name, head = _meant(asked)
    layer = next(layer for layer in run.manifest.attention_layers if layer.name == name)
    key = repr((library.stamp(), asked.selection, asked.over, rows[:1].tolist(), len(rows), name, head))
    answer: RunReadings = _readings.get(
        key, lambda: run_readings(run, dataset_of(run.manifest), rows, layer, head, source)
    )
    return answer


def closed(asked: HeadsView) -> ClosedHeads:
    """Return what changes when each head passes nothing on, over the samples selected."""
    run, rows, source = _asked(replace(asked, over=""), "closed heads")
    key = repr((library.stamp(), asked.selection))
    answer: ClosedHeads = _closed.get(key, lambda: closed_of(run, dataset_of(run.manifest), rows, source))
    return answer


def offered(run: str | None) -> tuple[Reading, ...]:
    """Return every reading of a run's attention, those that are not valid with the reason."""
    manifest = library.run(run)
    return readings(manifest, open_run(library.store(), manifest.id).model.normed)


def layers_of(run: str | None) -> tuple[AttentionLayer, ...]:
    """Return all attention layers of a run."""
    return library.run(run).attention_layers


def beside_page(run: str | None) -> bool:
    """Return whether a run has layers that look at a derived modality, which other sections leave out."""
    manifest = library.run(run)
    return len(own_layers(manifest)) < len(manifest.attention_layers)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    for cache in (_heads, _readings, _closed):
        cache.clear()


def _meant(asked: HeadsView) -> tuple[str, int | None]:
    """Return the layer and head that are meant; what the run does not have is taken for the usual one."""
    layers = layers_of(asked.selection.run)
    layer = next((one for one in layers if one.name == asked.layer), layers[0])
    head = asked.number
    return layer.name, head if head is not None and head < layer.heads else None


def _asked(asked: HeadsView, what: str) -> tuple[OpenRun, IntArray, Provenance]:
    manifest = library.run(asked.selection.run)
    if not manifest.attention_layers:
        raise ModelError(f"this run is of the model {manifest.model}, which has no attention to look at")
    samples = select(asked.selection)
    rows = np.asarray(samples.labels.indices)
    if asked.over == ONE:
        chosen = int(rows[0]) if asked.sample is None else asked.sample
        if not 0 <= chosen < samples.dataset.samples:
            raise NotFoundError(f"samples are numbered 0 to {samples.dataset.samples - 1}; got {chosen}")
        rows = np.array([chosen])
    return open_run(library.store(), manifest.id), rows, _source(manifest, samples.provenance(what))


def _source(manifest: RunManifest, source: Provenance) -> Provenance:
    return replace(source, parameters={**source.parameters, "run": manifest.id})
