"""The verbs that hold groups of samples, or two models, against each other."""

from collections.abc import Mapping
from typing import Any

from core.attention.beside import AttentionBeside
from core.attention.choosing import Chooser, checked_scope
from core.attention.cohorts import Scope
from core.attention.contrast import AttentionContrast
from core.attention.contrasting import ContrastQuestion, beside_models, contrast_groups, contrast_models
from core.data import open_dataset
from core.models.manifest import RunManifest
from core.store import Store
from core.verbs.opening import opened

IN_TEST = 'part == "test"'


def contrast(  # noqa: PLR0913 - the arguments of a verb are its interface
    run: str,
    a: str = "",
    b: str = "",
    other: str | None = None,
    scope: Scope | Mapping[str, Any] | None = None,
    store: Store | None = None,
    *,
    shares: bool = False,
) -> AttentionContrast:
    """Contrast the attention of two groups of a run's samples, or of one group under two runs.

    Args:
        run: The run's id, the beginning of its id or its name.
        a: The first group: an outcome ("TP", "TN", "FP", "FN"), the name of a cohort, or a condition like
            "outcome == FP and late > 50%" (of the test part unless it names part, cohort, sample or id); ""
            for the right ones, and where all or none are right for those of the first class.
        b: The second one; "" for the rest of the test part. With another run it is not read.
        other: Another run with attention on the same dataset: then group `a` is seen under both, in pairs.
        scope: Part, layer, class (`klass`) and threshold that conditions are about.
        store: The store; the one that HEED_HOME names unless given.
        shares: Whether steps are hundredths of each sample's own length.

    Returns:
        Mean attention of both by step, the difference with its interval, the spans of steps where it is more
        than chance (cluster-based permutation test), and statistics and patterns of both with their tests.

    Raises:
        DataError: If a group has no sample, or the runs are of different datasets or splits.
        ModelError: If a model has no attention.
        SettingsError: If a condition can't be read, or the run has no such part, layer or class.

    Example:
        >>> import core
        >>> found = core.contrast(run, "correct", "not correct")
        >>> found.names, sum(found.counts), found.test.relabelled
        (('right', 'wrong'), 150, 1000)
    """
    place = opened(store)
    chooser = chooser_of(run, place)
    asked = ContrastQuestion(a, b, checked_scope(chooser.manifest, scope), shares)
    if other is None:
        return contrast_groups(chooser, asked)
    return contrast_models(chooser, chooser_of(other, place), asked)


def beside(
    run: str,
    other: str,
    samples: str = IN_TEST,
    scope: Scope | Mapping[str, Any] | None = None,
    store: Store | None = None,
) -> AttentionBeside:
    """Hold the attention and the predictions of two runs against each other, sample by sample.

    Args:
        run: The first run's id, the beginning of its id or its name.
        other: The second run, on the same dataset.
        samples: Which samples, as `contrast` takes a group; the test part unless given.
        scope: Part, layer, class (`klass`) and threshold that conditions are about.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        Divergence and rank correlation of both maps for each sample, beside those with another sample's
        attention, and both predictions.

    Raises:
        DataError: If the runs are of different datasets, or share no sample of the same part.
        ModelError: If a model has no attention.
        SettingsError: If a condition can't be read, or the run has no such part, layer or class.

    Example:
        >>> import core
        >>> found = core.beside(run, run)
        >>> found.plain()["samples"], round(found.plain()["spearman"], 6)
        (150, 1.0)
    """
    place = opened(store)
    chooser = chooser_of(run, place)
    asked = ContrastQuestion(samples, "", checked_scope(chooser.manifest, scope))
    return beside_models(chooser, chooser_of(other, place), asked)


def chooser_of(run: str, store: Store) -> Chooser:
    """Return what answers for a run that is given by its id, the beginning of its id or its name."""
    manifest = store.runs.read(store.runs.resolve(run), RunManifest)
    return Chooser.of(store, manifest, open_dataset(store, manifest.dataset))
