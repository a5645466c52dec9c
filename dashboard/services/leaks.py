"""Splits and what the leak guard says of them: asked for, found again, compared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.data.leaks import LeakReport, examined
from core.data.manifest import DatasetManifest
from core.data.splits import SplitManifest, SplitSettings, find_examined
from core.errors import HeedError, NotFoundError
from core.jobs import JobSpec
from core.jobs.examining import ExamineRequest
from core.registry import Setting, describe_settings, validated
from dashboard.services import jobs, library
from dashboard.services.cache import AnswerCache

FOLDED = frozenset({"seed", "folds", "fold", "embargo"})
_reports = AnswerCache(16)


@dataclass(frozen=True)
class Examined:
    """A stored split with its report."""

    split: SplitManifest
    report: LeakReport

    @property
    def settings(self) -> SplitSettings:
        """How it was made."""
        return self.report.settings


@dataclass(frozen=True)
class Change:
    """What one question had for an answer before a repair, and has now."""

    title: str
    before: str
    after: str


def target_of(manifest: DatasetManifest, wanted: str = "") -> str:
    """Return the target that is held against a split: the wanted one, else one with a label a sample."""
    if wanted in manifest.classes:
        return wanted
    return next(iter((*manifest.window_targets, *manifest.classes)), "label")


def settings_for(manifest: DatasetManifest) -> tuple[Setting, ...]:
    """Return the settings of a split that make sense for a dataset; finer ones are folded away."""
    kinds = kinds_for(manifest)
    hidden = set() if "time" in kinds else {"embargo"}
    return tuple(
        replace(
            setting,
            choices=kinds if setting.name == "kind" else setting.choices,
            advanced=setting.name in FOLDED,
        )
        for setting in describe_settings(SplitSettings)
        if setting.name not in hidden
    )


def kinds_for(manifest: DatasetManifest) -> tuple[str, ...]:
    """Return the kinds of split that a dataset has what they need for."""
    there = {
        "auto": True,
        "published": bool(manifest.parts.get("train") and manifest.parts.get("test")),
        "stratified": True,
        "entity": manifest.has_entities,
        "time": manifest.has_spans or manifest.has_timestamps,
    }
    return tuple(kind for kind, known in there.items() if known)


def current(manifest: DatasetManifest, split: str | None, wanted: str = "") -> Examined:
    """Return the split that is looked at, else the usual one of the dataset, with its report.

    Raises:
        NotFoundError: If the split is not there, is of another dataset, or has not been examined.
    """
    store = library.store()
    if split is None:
        usual = find_examined(store, manifest.id, SplitSettings(), target_of(manifest, wanted))
        if usual is None:
            raise NotFoundError("the usual split of this dataset has not been examined yet")
        return stored(usual.id)
    found = stored(split)
    if found.split.dataset != manifest.id:
        raise NotFoundError(f"the split {split} is of another dataset")
    return found


def stored(split: str) -> Examined:
    """Return a stored split with its report; NotFoundError if it has none."""
    return _reports.get(f"{library.store().root} {split}", lambda: _read(split))  # type: ignore[no-any-return]


def settings_of(manifest: DatasetManifest, split: str | None) -> SplitSettings:
    """Return the settings of a stored split of a dataset, or the usual ones."""
    if split is not None:
        try:
            found = library.store().splits.read(split, SplitManifest)
            if found.dataset == manifest.id:
                return SplitSettings.model_validate(found.settings)
        except (HeedError, ValueError):
            pass
    return SplitSettings()


def order(
    dataset: str | None, settings: Mapping[str, Any] | SplitSettings, wanted: str = "", nonce: str = ""
) -> tuple[str | None, str | None]:
    """Ask for the examination of a split; return the id of the job, or of the split if it has been examined.

    Raises:
        NotFoundError: If the dataset is gone.
        SettingsError: If a setting is wrong; nothing is submitted then.
    """
    manifest = library.dataset(dataset)
    plain = settings.model_dump() if isinstance(settings, SplitSettings) else dict(settings)
    chosen = validated(SplitSettings, plain)
    target = target_of(manifest, wanted)
    known = find_examined(library.store(), manifest.id, chosen, target)
    if known is not None:
        return None, known.id
    request = ExamineRequest(dataset=manifest.id, split=chosen, target=target)
    spec = JobSpec(
        kind="examine",
        payload=request.model_dump(mode="json"),
        title=f"Examine a split of {manifest.name}"[:300],
        queue="quick",
        nonce=nonce,
    )
    return jobs.submit(spec)[0], None


def changes(before: str, after: Examined) -> tuple[Change, ...]:
    """Return what a repair changed: the findings that differ, and how many samples each part has.

    Raises:
        NotFoundError: If the former split is gone or of another dataset.
    """
    former = stored(before)
    if former.split.dataset != after.split.dataset or former.split.id == after.split.id:
        raise NotFoundError("there is no former split to compare with")
    found = []
    for finding in after.report.findings:
        old = former.report.finding(finding.kind)
        grave = {old.severity, finding.severity} & {"leak", "caution"}
        if grave and (old.count, old.severity) != (finding.count, finding.severity):
            found.append(Change(finding.title, _counted(old), _counted(finding)))
    for part, size in after.report.sizes.items():
        if former.report.sizes.get(part) != size:
            found.append(Change(f"Samples, {part}", f"{former.report.sizes.get(part, 0):,}", f"{size:,}"))
    return tuple(found)


def _counted(finding: Any) -> str:
    if finding.severity == "untested":
        return "not testable"
    if finding.count is None:
        return {"leak": "a leak", "caution": "look at it"}.get(finding.severity, "nothing found")
    share = "" if finding.share is None else f" ({100 * finding.share:.1f} %)"
    return f"{finding.count:,}{share}"


def _read(split: str) -> Examined:
    store = library.store()
    report = examined(store, split)
    if report is None:
        raise NotFoundError("this split has not been examined yet")
    return Examined(store.splits.read(split, SplitManifest), report)
