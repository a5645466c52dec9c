"""What the page Embedding asks: samples in a plane, the job that lays them out, what a lasso holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import BoolArray, IntArray
from core.attention.embedded import EmbeddingPlan, plan_embedding, spaces_of
from core.attention.embedding import METHOD_NAMES, SPACE_NAMES, Embedding, EmbeddingSettings, Method
from core.attention.sample_map import SampleMap, sample_map
from core.errors import NotFoundError, SettingsError
from core.jobs import Job, JobSpec
from core.jobs.embedding import EmbedRequest, rows_of_part
from core.models.manifest import RunManifest
from core.registry import validated
from dashboard.services import jobs, library
from dashboard.services.cache import AnswerCache
from dashboard.services.conditions import scope_of
from dashboard.services.samples import (
    Selection,
    conditions_of,
    dataset_of,
    judged,
    layer_of,
    layers_of,
    reference_class,
    select,
)

KIND = "embed"
_laid_out = AnswerCache(6)


@dataclass(frozen=True)
class MapRequest:
    """A map of the samples of a part.

    Attributes:
        selection: Which samples are selected; the map shows all of their part.
        method: A name out of METHODS; "" for PCA.
        space: A name out of SPACES; "" for the first that the run has.
        layer: Name of the attention layer; "" for the first.
        colour: Name of the field that samples are coloured by; "" for the class.
    """

    selection: Selection
    method: str = ""
    space: str = ""
    layer: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Standing:
    """Whether a map is there.

    Attributes:
        ready: Whether it is.
        words: What it would be: method, space, how many samples.
        seconds: About how long it takes.
        shown: How many samples it lays out.
        total: How many the part has.
    """

    ready: bool
    words: str
    seconds: float
    shown: int
    total: int


@dataclass(frozen=True)
class Focus:
    """The focused sample on a map.

    Attributes:
        sample: Its place in the dataset.
        x: Its first coordinate.
        y: Its second.
    """

    sample: int
    x: float
    y: float


def spaces(run: str | None) -> tuple[str, ...]:
    """Return what can be laid out of a run's samples."""
    return spaces_of(library.run(run))


def colours(asked: MapRequest) -> tuple[str, ...]:
    """Return the names of the fields that samples may be coloured by."""
    manifest = library.run(asked.selection.run)
    fields = conditions_of(manifest).fields(scope_of(manifest, asked.selection))
    return tuple(name for name in fields if name not in {"sample", "id"})


def plan(asked: MapRequest) -> EmbeddingPlan:
    """Return what it takes to lay the samples of a part out; equal questions have equal plans.

    Raises:
        HeedError: If the run has nothing of this space, or the method is not installed.
    """
    manifest = library.run(asked.selection.run)
    settings = validated(EmbeddingSettings, _settings(manifest, asked))
    rows = rows_of_part(library.store(), manifest, asked.selection.part)
    if not len(rows):
        raise NotFoundError(
            f"the {asked.selection.part} part of this run has no samples: choose another part"
        )
    return plan_embedding(library.store(), manifest, dataset_of(manifest), rows, settings)


def standing(asked: MapRequest) -> Standing:
    """Tell whether a map is there, and what making it takes."""
    planned = plan(asked)
    name, space = METHOD_NAMES[planned.settings.method], SPACE_NAMES[planned.settings.space]
    ready = planned.direct or planned.find() is not None
    return Standing(ready, f"{name} of {space}", planned.seconds, planned.shown, len(planned.rows))


def the_map(asked: MapRequest) -> SampleMap:
    """Return the map of the samples of a part, with the selected ones told from the others.

    Raises:
        NotFoundError: If it has not been computed and takes a job, or no sample is selected.
        SettingsError: If there is no such field to colour by.
    """
    laid_out = _map_of(asked)
    selection = asked.selection
    samples = select(selection)
    manifest, dataset = samples.manifest, samples.dataset
    chosen = _rows(samples.labels.indices, dataset.samples)
    reference = reference_class(manifest, selection.klass)
    labels = judged(manifest, dataset, "all", reference, selection.threshold)
    scope = scope_of(manifest, replace(selection, layer=asked.layer))
    fields = conditions_of(manifest, dataset).fields(scope)
    found = sample_map(laid_out, labels, fields, asked.colour or "class", chosen)
    return replace(
        found,
        provenance=replace(
            found.provenance,
            parameters={**found.provenance.parameters, "part": selection.part, **samples.said},
        ),
    )


def focus(asked: MapRequest, sample: int | None) -> Focus | None:
    """Return where the focused sample lies; None if it is not on the map."""
    found = _map_of(asked)
    place = np.flatnonzero(found.samples == (-1 if sample is None else sample))
    if not len(place):
        return None
    x, y = found.positions[place[0]]
    return Focus(int(found.samples[place[0]]), float(x), float(y))


def within(asked: MapRequest, x: Sequence[float], y: Sequence[float]) -> tuple[IntArray, bool]:
    """Return the samples inside a line drawn around them, and whether they are of the selection.

    Of samples that are selected and others inside the line, only the selected ones are meant; where none of
    them is inside, the others are.

    Raises:
        NotFoundError: If no sample is inside.
        SettingsError: If the line is none.
    """
    found = _map_of(asked)
    inside = inside_line(found.positions, x, y)
    selected = select(asked.selection).labels.indices
    chosen = inside & _rows(selected, dataset_of(library.run(asked.selection.run)).samples)[found.samples]
    rows = found.samples[chosen if chosen.any() else inside]
    if not len(rows):
        raise NotFoundError("no sample is inside the line: draw it around some points")
    return rows, bool(chosen.any())


def inside_line(positions: ArrayLike, x: Sequence[float], y: Sequence[float]) -> BoolArray:
    """Return which points lie inside a closed line (n,); SettingsError for less than three corners."""
    places = np.asarray(positions, np.float64)
    try:
        corners = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    except (TypeError, ValueError):
        raise SettingsError("a line must have as many numbers across as up") from None
    if not 3 <= len(corners) <= 20_000 or not np.isfinite(corners).all():
        raise SettingsError(f"a line around samples must have 3 to 20,000 corners; got {len(corners)}")
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
    odd = np.zeros(len(near), np.bool_)
    across, up = places[near].T
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        crosses = (y0 > up) != (y1 > up)
        odd ^= crosses & (across < (x1 - x0) * (up - y0) / (y1 - y0) + x0)
    found = np.zeros(len(places), np.bool_)
    found[near[odd]] = True
    return found


def order(asked: MapRequest, nonce: str) -> str:
    """Submit the job that makes a map; return its id."""
    planned = plan(asked)
    part = asked.selection.part
    request = EmbedRequest(run=planned.manifest.id, part=part, settings=planned.settings)
    who = planned.manifest.name or planned.manifest.model
    spec = JobSpec(
        kind=KIND,
        payload=request.model_dump(mode="json"),
        title=f"{standing(asked).words}, {who}"[:300],
        queue="quick",
        nonce=nonce,
    )
    return jobs.submit(spec)[0]


def under_way(asked: MapRequest) -> Job | None:
    """Return the job that makes this very map, the last if there were several; None if there is none."""
    planned = plan(asked)
    part = asked.selection.part
    wanted = EmbedRequest(run=planned.manifest.id, part=part, settings=planned.settings).model_dump(
        mode="json"
    )
    return jobs.newest(KIND, wanted)


def forget() -> None:
    """Forget what was read; for tests that change the store."""
    _laid_out.clear()


def _map_of(asked: MapRequest) -> Embedding:
    planned = plan(asked)

    def read() -> Embedding:
        found = planned.find()
        if found is not None:
            return found
        if planned.direct:
            return planned.compute()
        raise NotFoundError("this map has not been computed yet: compute it with the button above")

    answer: Embedding = _laid_out.get(planned.key, read)
    return answer


def _settings(manifest: RunManifest, asked: MapRequest) -> dict[str, str]:
    known = spaces_of(manifest)
    space = asked.space if asked.space in known else next(iter(known), "series")
    layers = layers_of(manifest)
    layer = layer_of(manifest, asked.layer).name if layers and space == "attention" else ""
    method: Method | str = asked.method if asked.method in METHOD_NAMES else "pca"
    return {"method": method, "space": space, "layer": layer}


def _rows(indices: IntArray, samples: int) -> BoolArray:
    found = np.zeros(samples, np.bool_)
    found[indices] = True
    return found
