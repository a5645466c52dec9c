"""Which samples of a run meet a page's condition and belong to its cohort: evaluated once, then kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from core.arrays import BoolArray
from core.attention.choosing import Chooser
from core.attention.cohorts import Cohort, Scope, cohorts_stamp, deleted_cohorts, find_cohort, read_cohorts
from core.attention.fields import SampleFields
from core.data import Dataset
from core.errors import SettingsError
from core.evaluation import USUAL_THRESHOLD, Judgement
from core.expressions import parse
from core.inference.variants import variants_stamp
from core.models.manifest import RunManifest
from dashboard.services import library
from dashboard.services.cache import AnswerCache

JudgeAll = Callable[[str, float], tuple[Judgement, bool]]

NAMED_BY_USERS = frozenset({"cohort", "variant"})  # what these fields hold changes with the run

_masks = AnswerCache(48)
_fields = AnswerCache(2)


class FilterError(SettingsError):
    """The condition in the filter line can't be applied; only that line tells the cause, once."""


class Conditioned(Protocol):
    """The part of a selection that says more than part, outcome and class do."""

    @property
    def where(self) -> str:
        """Condition that the samples meet."""

    @property
    def cohort(self) -> str:
        """Name of the cohort that they belong to."""

    @property
    def layer(self) -> str:
        """Name of the attention layer that the condition is about."""

    @property
    def klass(self) -> str:
        """Name of the class looked at."""

    @property
    def threshold(self) -> float:
        """Probability of the positive class of two from which it is predicted."""


@dataclass(frozen=True, eq=False)
class RunConditions:
    """What conditions may be asked of one run.

    Attributes:
        manifest: The run.
        dataset: Its dataset.
        judged: Returns the predictions of all samples for a class and a threshold, and whether outcomes are
            of each sample's own class.
    """

    manifest: RunManifest
    dataset: Dataset
    judged: JudgeAll

    def met(self, asked: Conditioned) -> BoolArray | None:
        """Return which of all samples are meant (N,); None if neither condition nor cohort is given.

        Raises:
            FilterError: If the condition can't be understood.
            NotFoundError: If there is no such cohort.
        """
        found: BoolArray | None = None
        if asked.cohort:
            found = self.members(asked.cohort)
        if asked.where.strip():
            try:
                met = self.meeting(asked.where, scope_of(self.manifest, asked))
            except SettingsError as error:
                raise FilterError("the condition can't be applied; the filter line says why") from error
            found = met if found is None else found & met
        return found

    def members(self, cohort: str) -> BoolArray:
        """Return which of all samples belong to a cohort (N,)."""
        key = f"{self._stamp()} {cohort}"
        answer: BoolArray = _masks.get(key, lambda: self._members(cohort))
        return answer

    def meeting(self, where: str, scope: Scope) -> BoolArray:
        """Return which of all samples meet a condition (N,), of whichever part."""
        expression = parse(where)
        stamp = self._stamp() if NAMED_BY_USERS & expression.names else self.manifest.id
        key = f"{stamp} {scope.model_dump(exclude={'part'})} {expression.text}"
        answer: BoolArray = _masks.get(key, lambda: expression.evaluate(self.fields(scope)))
        return answer

    def fields(self, scope: Scope) -> SampleFields:
        """Return the fields of all samples, for conditions, colours and tables."""
        key = f"{self._stamp()} {scope.model_dump(exclude={'part'})}"
        answer: SampleFields = _fields.get(key, lambda: self.chooser().fields(scope))
        return answer

    def chooser(self) -> Chooser:
        """Return what answers without keeping."""
        return Chooser(library.store(), self.manifest, self.dataset, self.judged, patient=False)

    def _members(self, cohort: str) -> BoolArray:
        try:
            return self.chooser().members(cohort)
        except SettingsError as error:
            raise SettingsError(f"the cohort {cohort[:60]!r} can't be read: {error}") from None

    def _stamp(self) -> str:
        store, run = library.store(), self.manifest.id
        return f"{run} {cohorts_stamp(store, run)} {variants_stamp(store, run)}"


def scope_of(manifest: RunManifest, asked: Any) -> Scope:
    """Return what the condition of a view or a selection is about."""
    several = len(manifest.classes) > 2
    return Scope(
        part=asked.part,
        layer=asked.layer,
        klass=asked.klass if several and asked.klass in manifest.classes else "",
        threshold=USUAL_THRESHOLD if several else asked.threshold,
    )


def said(run: str, asked: Conditioned) -> Mapping[str, Any]:
    """Return what the provenance of an answer says of condition and cohort."""
    told: dict[str, Any] = {}
    if asked.where.strip():
        told["where"] = parse(asked.where).text
        if asked.layer:
            told["where_layer"] = asked.layer
    if asked.cohort:
        cohort = find_cohort(library.store(), run, asked.cohort)
        kept = {"name", "where", "samples", "scope"}
        told["cohort"] = cohort.model_dump(mode="json", include=kept, exclude_defaults=True)
    return told


def cohorts(run: str) -> tuple[Cohort, ...]:
    """Return the cohorts of a run."""
    return read_cohorts(library.store(), run)


def deleted(run: str) -> tuple[Cohort, ...]:
    """Return the deleted cohorts of a run that can be brought back, the last first."""
    return deleted_cohorts(library.store(), run)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _masks.clear()
    _fields.clear()
