"""What a training would be made of: which target, which split of the samples, how values are scaled."""

from dataclasses import dataclass, field
from typing import get_args

from core.data.leaks import examined
from core.data.manifest import DatasetManifest
from core.data.scaler import ScalerKind
from core.data.splits import SplitManifest, SplitSettings
from core.errors import DataError, NotFoundError
from core.figures.text import clean
from core.jobs.modalities import usual_modalities
from dashboard.services import library

SCALINGS: tuple[str, ...] = get_args(ScalerKind)
PARTS = {"train": "training", "validation": "validation", "test": "test"}


@dataclass(frozen=True)
class SplitPlan:
    """The split that a training uses.

    Attributes:
        settings: How samples are divided.
        words: What it does, one sentence.
        sizes: Samples by part, as far as they are known before training.
        leaks: What flatters a model in this split, in sentences.
        cautions: How much more the leak guard found worth a look.
        looked: Whether the leak guard has looked at it.
        stored: Id under which it is stored, "" before that.
    """

    settings: SplitSettings
    words: str
    sizes: dict[str, int] = field(default_factory=dict)
    leaks: tuple[str, ...] = ()
    cautions: int = 0
    looked: bool = False
    stored: str = ""

    @property
    def folds(self) -> int:
        """Number of folds, 0 for one split."""
        return self.settings.folds

    @property
    def counts(self) -> str:
        """How many samples each part has: 160 training, 40 validation."""
        known = [(PARTS[name], count) for name, count in self.sizes.items() if name in PARTS]
        return ", ".join(f"{count:,} {name}" for name, count in known)


@dataclass(frozen=True)
class Modalities:
    """What a model of several modalities may read; `usual` is what it reads unless something is chosen."""

    names: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()


def targets(manifest: DatasetManifest) -> tuple[str, ...]:
    """Return the targets that can be trained, those with one label a sample first."""
    plain = tuple(name for name in manifest.classes if name not in manifest.targets_per_step)
    return (*plain, *manifest.targets_per_step)


def target_of(manifest: DatasetManifest, wanted: str = "") -> str:
    """Return the target that is trained: the one that is wanted, else the first with one label a sample.

    Raises:
        DataError: If nothing can be trained, or not what is wanted.
    """
    if not manifest.classes:
        raise DataError("this dataset has no labels: nothing can be learnt from it; choose a labelled one")
    known = targets(manifest)
    if wanted and wanted not in known:
        raise DataError(f"the dataset must have the target {wanted!r:.80}; its targets: {', '.join(known)}")
    return wanted or known[0]


def modalities(manifest: DatasetManifest) -> Modalities:
    """Return what a model of several modalities may read of a dataset; no names where there is one series."""
    usual = usual_modalities(manifest.groups, manifest.modalities)
    known = tuple(dict.fromkeys((*manifest.groups, *usual, *manifest.modalities)))
    return Modalities(known, usual) if len(known) > 1 else Modalities()


def split_plan(manifest: DatasetManifest, chosen: str | None, target: str) -> SplitPlan:
    """Return the split that is chosen, else the usual one of the dataset.

    Raises:
        NotFoundError: If the chosen split is not there, or of another dataset.
    """
    stored = library.store().splits.list(SplitManifest).entries
    if chosen is not None:
        found = next((split for split in stored if split.id == chosen), None)
        if found is None:
            raise NotFoundError(
                f"there is no split {chosen}: choose one on the page Data, or take the usual one"
            )
        if found.dataset != manifest.id:
            raise NotFoundError(f"the split {chosen} is of another dataset: choose one on the page Data")
        if found.target != target:  # it is drawn anew for the classes of this target
            return SplitPlan(SplitSettings.model_validate(found.settings), found.words)
        return _plan(found)
    usual = SplitSettings()
    same = [
        split
        for split in stored
        if (split.dataset, split.target) == (manifest.id, target)
        and SplitSettings.model_validate(split.settings) == usual
    ]
    if same:
        return _plan(next((split for split in same if split.examined), same[0]))
    return SplitPlan(usual, _usual(manifest))


def _plan(split: SplitManifest) -> SplitPlan:
    report = examined(library.store(), split.id)
    found = report.findings if report is not None else ()
    return SplitPlan(
        SplitSettings.model_validate(split.settings),
        split.words or split.chosen or str(split.settings.get("kind", "")),
        dict(split.sizes),
        tuple(clean(finding.words, 400) for finding in found if finding.severity == "leak"),
        sum(finding.severity == "caution" for finding in found),
        report is not None,
        split.id,
    )


def _usual(manifest: DatasetManifest) -> str:
    if manifest.parts.get("train") and manifest.parts.get("test"):
        return "the published test part is kept, validation is drawn from the rest by class"
    if manifest.has_entities or manifest.has_spans:
        return "entities or times are kept apart where there are enough of them, else it is drawn by class"
    return "drawn class by class: 20 % test, and 20 % of the rest validation"
