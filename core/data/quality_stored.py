"""What was found about a dataset's quality as it is kept beside the dataset."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.data.manifest import DatasetManifest
from core.data.quality import Quality, quality_of
from core.data.quality_balance import EntityBalance, StepLabels
from core.data.quality_channels import ChannelChecks
from core.data.quality_missing import MissingValues
from core.data.quality_pairs import Correlation, Duplicates, Groups
from core.data.quality_remarks import Findings
from core.data.statistics import Statistics
from core.results import Provenance
from core.store import Staging, Store

FORM = 1  # of what is stored; what has another form is computed anew
FILE, MISSING, CORRELATION = "quality.json", "quality_missing.npy", "quality_correlation.npy"
OF_CHANNELS: dict[str, type] = {
    **dict.fromkeys(("categorical", "two_valued", "empty", "constant"), np.bool_),
    **dict.fromkeys(("still", "flat", "lowest", "highest"), np.float64),
    **dict.fromkeys(("longest", "values", "outliers", "clipped"), np.int64),
}
OF_MISSING = ("expected", "edges", "by_share", "most")
OF_CORRELATION = ("steps", "samples", "categorical", "constant", "more")
OF_ENTITIES = ("target", "entities", "total", "several", "single", "named")


def save_quality(staging: Staging[DatasetManifest], found: Quality) -> None:
    """Write what was found into the directory of a dataset that is being published."""
    checks, missing, correlation = found.checks, found.missing, found.correlation
    plain = {
        "form": FORM,
        "checks": {
            **{name: getattr(checks, name).tolist() for name in OF_CHANNELS},
            "worst": checks.worst.tolist(),
            "looked": checks.looked,
            "provenance": checks.provenance.plain(),
        },
        "missing": {
            **{name: getattr(missing, name).tolist() for name in OF_MISSING},
            "labels": missing.labels,
            "filled": missing.filled,
            "provenance": missing.provenance.plain(),
        },
        "correlation": {
            **{name: getattr(correlation, name) for name in OF_CORRELATION},
            "channels": correlation.channels.tolist(),
            "provenance": correlation.provenance.plain(),
        },
        "duplicates": {"identical": found.duplicates.identical, "alike": found.duplicates.alike},
        "entities": [
            {
                **{name: getattr(one, name) for name in OF_ENTITIES},
                "counts": one.counts.tolist(),
                "provenance": one.provenance.plain(),
            }
            for one in found.entities.values()
        ],
        "step_labels": [[one.target, one.steps, one.without] for one in found.step_labels],
    }
    staging.save_json(FILE, plain)
    staging.save_array(MISSING, missing.counts)
    staging.save_array(CORRELATION, correlation.values)


def stored_quality(store: Store, manifest: DatasetManifest, statistics: Statistics) -> Quality | None:
    """Return what was kept beside a dataset; None where there is nothing, or nothing of today's form."""
    if FILE not in manifest.files:
        return None
    plain = store.datasets.json(manifest.id, FILE)
    if plain.get("form") != FORM:
        return None
    return quality_of(
        Findings(
            statistics,
            _missing(store, manifest, plain["missing"]),
            _checks(manifest, plain["checks"]),
            _correlation(store, manifest, plain["correlation"]),
            Duplicates(*(_groups(plain["duplicates"][name]) for name in ("identical", "alike"))),
            tuple(_balance(manifest, one) for one in plain["entities"]),
            tuple(StepLabels(*one) for one in plain["step_labels"]),
        )
    )


def _missing(store: Store, manifest: DatasetManifest, plain: Mapping[str, Any]) -> MissingValues:
    arrays = {name: np.asarray(plain[name], np.int64) for name in OF_MISSING}
    return MissingValues(
        channels=manifest.channels,
        counts=store.datasets.array(manifest.id, MISSING),
        labels=tuple(plain["labels"]),
        step_name=manifest.step_name,
        filled=plain["filled"],
        policy=manifest.nan_policy,
        provenance=Provenance(**plain["provenance"]),
        **{**arrays, "most": arrays["most"].reshape(-1, 2)},
    )


def _checks(manifest: DatasetManifest, plain: Mapping[str, Any]) -> ChannelChecks:
    return ChannelChecks(
        names=manifest.channels,
        worst=np.asarray(plain["worst"], np.int64).reshape(-1, 2),
        looked=plain["looked"],
        provenance=Provenance(**plain["provenance"]),
        **{name: np.asarray(plain[name], kind) for name, kind in OF_CHANNELS.items()},
    )


def _correlation(store: Store, manifest: DatasetManifest, plain: Mapping[str, Any]) -> Correlation:
    channels = np.asarray(plain["channels"], np.int64)
    return Correlation(
        channels=channels,
        names=tuple(manifest.channels[channel] for channel in channels),
        values=store.datasets.array(manifest.id, CORRELATION),
        provenance=Provenance(**plain["provenance"]),
        **{name: plain[name] for name in OF_CORRELATION},
    )


def _balance(manifest: DatasetManifest, plain: Mapping[str, Any]) -> EntityBalance:
    classes = manifest.classes[plain["target"]]
    return EntityBalance(
        target=plain["target"],
        classes=classes,
        entities=tuple(plain["entities"]),
        counts=np.asarray(plain["counts"], np.int64).reshape(-1, len(classes)),
        total=plain["total"],
        several=plain["several"],
        single=plain["single"],
        named=tuple(plain["named"]),
        provenance=Provenance(**plain["provenance"]),
    )


def _groups(plain: Any) -> Groups:
    return tuple(tuple(group) for group in plain)
