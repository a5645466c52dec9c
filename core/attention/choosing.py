"""Which samples of a run meet a condition or belong to a cohort."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray
from core.attention.cohorts import Cohort, Scope, find_cohort, read_cohorts
from core.attention.fields import FieldSources, SampleFields
from core.attention.run_clusters import cluster_codes, plan_clusters
from core.attention.run_distances import has_distances, run_distances
from core.attention.statistics import AttentionStatistics
from core.attention.stored import stored_statistics
from core.data import PARTS, Dataset
from core.data.by_window import told_by_window
from core.errors import SettingsError
from core.evaluation import Judgement, Predictions, judge, judge_own
from core.expressions import parse
from core.expressions.columns import unknown
from core.inference import own_axis
from core.inference.variants import read_variants
from core.models.family import AttentionLayer, port_name
from core.models.manifest import RunManifest
from core.registry import validated
from core.store import Store

DEEPEST = 8  # cohorts whose conditions name each other
OF_ANY_PART = frozenset({"part", "cohort", "sample", "id"})
"""Fields by which a condition says itself of which part its samples are."""

Judged = Callable[[str, float], tuple[Judgement, bool]]


@dataclass(frozen=True, eq=False)
class Chooser:
    """Answers which samples of a run are meant; every answer is of all samples of its dataset.

    Attributes:
        store: The store.
        manifest: The run.
        dataset: Its dataset.
        judged: Returns the predictions of all samples with their outcomes for the name of a class and a
            threshold, and whether outcomes are of each sample's own class.
        within: Names of the cohorts that are being looked into.
        found: Members of the cohorts that were found on the way, by name.
        patient: Whether to wait for fields that take long to compute, instead of saying so.
    """

    store: Store
    manifest: RunManifest
    dataset: Dataset
    judged: Judged
    within: tuple[str, ...] = ()
    found: dict[str, BoolArray] = field(default_factory=dict, compare=False)
    patient: bool = True

    @classmethod
    def of(cls, store: Store, manifest: RunManifest, dataset: Dataset) -> "Chooser":
        """Return the chooser of a run that judges its stored predictions itself."""
        return cls(store, manifest, dataset, lambda klass, at: judge_all(store, manifest, dataset, klass, at))

    def fields(self, scope: Scope) -> SampleFields:
        """Return the fields of the samples as a scope sees them."""
        labels, own = self.judged(scope.klass, scope.threshold)
        layers = [layer for layer in self.manifest.attention_layers if own_axis(self.manifest, layer)]
        sources = FieldSources(
            labels=labels,
            parts=self.store.runs.array(self.manifest.id, "parts.npy"),
            data=self.dataset,
            statistics=self._statistics(layers, scope.layer) if layers else None,
            cohorts=[cohort.name for cohort in read_cohorts(self.store, self.manifest.id)],
            members=self.members,
            own=own,
            variants={one.name: one.sample for one in read_variants(self.store, self.manifest.id)},
            distances=self._distances(labels) if has_distances(self.manifest) else None,
            clusters=self._clusters(layers, scope.layer) if layers else None,
        )
        return SampleFields(sources)

    def meeting(self, where: str, scope: Scope) -> BoolArray:
        """Return which samples meet a condition, of whichever part (N,)."""
        return parse(where).evaluate(self.fields(scope))

    def members(self, name: str) -> BoolArray:
        """Return which samples belong to a cohort (N,).

        Raises:
            NotFoundError: If there is no such cohort.
            SettingsError: If it is defined by itself.
        """
        if name in self.within or len(self.within) >= DEEPEST:
            raise SettingsError(
                f"a cohort must not be defined by itself; got {' in '.join((*self.within, name)):.200}"
            )
        found = self.found if self.within else {}  # cohorts may change from one question to the next
        if name not in found:
            cohort = find_cohort(self.store, self.manifest.id, name)
            found[name] = replace(self, within=(*self.within, name), found=found).of_cohort(cohort)
        return found[name]

    def of_cohort(self, cohort: Cohort) -> BoolArray:
        """Return which samples a cohort holds, saved or not (N,)."""
        if cohort.samples:
            return cohort.rows(self.dataset.samples)
        found = self.of_part(cohort.scope.part)
        return found & self.meeting(cohort.where, cohort.scope) if cohort.where else found

    def of_part(self, part: str) -> BoolArray:
        """Return which samples are of a part, or all for "all" (N,)."""
        if part not in PARTS:
            return np.ones(self.dataset.samples, np.bool_)
        parts = np.asarray(self.store.runs.array(self.manifest.id, "parts.npy"))
        found: BoolArray = parts == PARTS.index(part)
        return found

    def _statistics(self, layers: list[AttentionLayer], name: str) -> Callable[[], AttentionStatistics]:
        chosen = _chosen(layers, name)
        return lambda: stored_statistics(self.store, self.manifest, chosen)

    def _clusters(self, layers: list[AttentionLayer], name: str) -> Callable[[], IntArray]:
        plan = plan_clusters(self.store, self.manifest, self.dataset, _chosen(layers, name))
        return lambda: cluster_codes(plan, patient=self.patient)

    def _distances(self, labels: Judgement) -> Callable[[], DoubleArray]:
        return lambda: run_distances(self.store, self.manifest, self.dataset, labels.actual)


def _chosen(layers: list[AttentionLayer], name: str) -> AttentionLayer:
    return next((layer for layer in layers if layer.name == name), layers[0])


def scope_of(where: str, scope: Scope | None = None) -> Scope:
    """Return what a condition is about: the test part, unless it says itself of which part it is."""
    scope = scope or Scope()
    return scope.model_copy(update={"part": "all"}) if parse(where).names & OF_ANY_PART else scope


def checked_scope(manifest: RunManifest, scope: Scope | Mapping[str, Any] | None) -> Scope:
    """Return what conditions are about, where a person named it: what the run has not is no other's name.

    Args:
        manifest: The run.
        scope: A scope or its values; the usual one unless given.

    Raises:
        SettingsError: If there is no such part, layer or class, naming those there are.
    """
    found = scope if isinstance(scope, Scope) else validated(Scope, scope or {})
    layers = [layer.name for layer in manifest.attention_layers if own_axis(manifest, layer)]
    for what, name, known in (("layer", found.layer, layers), ("class", found.klass, manifest.classes)):
        if name and name not in known:
            raise SettingsError(unknown(what, name, known))
    return found


def judge_all(
    store: Store, manifest: RunManifest, dataset: Dataset, klass: str = "", threshold: float = 0.5
) -> tuple[Judgement, bool]:
    """Return the predictions of all samples with their outcomes, and whether these are of each own class.

    Args:
        store: The store.
        manifest: The run.
        dataset: Its dataset; it may have no labels.
        klass: With more than two classes: the one that outcomes are about; "" for each sample's own.
        threshold: Probability of the positive class of two from which it is predicted.
    """
    stored = store.runs.array(manifest.id, f"probabilities_{port_name(manifest.target)}.npy")
    probabilities, known = told_by_window(dataset, manifest.target, stored)
    predictions = Predictions(known, probabilities, manifest.classes, manifest.positive)
    if len(manifest.classes) == 2:
        return judge(predictions, threshold=threshold), False
    if klass in manifest.classes:
        return judge(predictions, manifest.classes.index(klass)), False
    return judge_own(predictions), True
