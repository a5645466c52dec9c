"""The verb that lays samples out in a plane."""

from collections.abc import Mapping
from typing import Any

from core.arrays import Progress
from core.attention.choosing import Chooser
from core.attention.cohorts import Scope
from core.attention.embedded import embedded, plan_embedding, spaces_of
from core.attention.embedding import EmbeddingSettings
from core.attention.sample_map import SampleMap, sample_map
from core.models.manifest import RunManifest
from core.registry import validated
from core.store import Store
from core.verbs.opening import opened, the_dataset
from core.verbs.selection import Samples, meeting_of, selected


def embed(
    run: str,
    samples: Samples = "test",
    settings: EmbeddingSettings | Mapping[str, Any] | None = None,
    colour: str = "class",
    store: Store | None = None,
    *,
    progress: Progress | None = None,
    **named: Any,
) -> SampleMap:
    """Lay samples of a run out in a plane, so that samples which are alike lie near each other.

    What takes long is kept in the store and not computed twice.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: As for `attend`.
        settings: method ("pca", "tsne", "umap"), space ("hidden", "attention", "series"; the first that the
            run has unless given), layer, perplexity, most, seed; `EmbeddingSettings` describes them.
        colour: Field that samples are coloured by, as conditions name it.
        store: The store; the one that HEED_HOME names unless given.
        progress: Called now and then with how far it is, from 0 to 1, and what is being done.
        named: Single settings by name.

    Raises:
        SettingsError: If a setting is wrong, or UMAP is asked for and not installed.
        DataError: If the run has nothing of this space, or samples are too few.

    Example:
        >>> import core
        >>> found = core.embed(run, "test", method="pca")
        >>> found.positions.shape, bool(0 < found.embedding.layout.variance[0] <= 1)
        ((150, 2), True)
    """
    place = opened(store)
    id = place.runs.resolve(run)
    manifest = place.runs.read(id, RunManifest)
    dataset = the_dataset(manifest.dataset, place)
    given = dict(settings) if isinstance(settings, Mapping) else settings.model_dump() if settings else {}
    asked = {"space": next(iter(spaces_of(manifest)), "series"), **given, **named}
    chooser = Chooser.of(place, manifest, dataset)
    rows = selected(
        samples,
        place.runs.array(id, "parts.npy"),
        meeting_of(chooser),
    )
    plan = plan_embedding(place, manifest, dataset, rows, validated(EmbeddingSettings, asked))
    found = embedded(plan, progress)
    labels, _ = chooser.judged("", 0.5)
    return sample_map(found, labels, chooser.fields(Scope(layer=found.settings.layer)), colour)
