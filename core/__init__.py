"""Train sequence models, read their attention, and test whether it may be believed."""

import importlib
import os
from typing import TYPE_CHECKING, Any

# onnxruntime opens connections and writes into the home directory unless this stands before its import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from core.verbs.attention import attend as attend
    from core.verbs.checking import check as check
    from core.verbs.cohorts import cohorts as cohorts
    from core.verbs.cohorts import delete_cohort as delete_cohort
    from core.verbs.cohorts import rename_cohort as rename_cohort
    from core.verbs.cohorts import restore_cohort as restore_cohort
    from core.verbs.cohorts import save_cohort as save_cohort
    from core.verbs.comparison import compare as compare
    from core.verbs.contrasting import beside as beside
    from core.verbs.contrasting import contrast as contrast
    from core.verbs.data import datasets as datasets
    from core.verbs.data import load as load
    from core.verbs.data import make as make
    from core.verbs.data import preview as preview
    from core.verbs.deriving import derive_spectrogram as derive_spectrogram
    from core.verbs.embedding import embed as embed
    from core.verbs.experiments import experiment as experiment
    from core.verbs.experiments import experiments as experiments
    from core.verbs.experiments import sweep as sweep
    from core.verbs.heads import heads as heads
    from core.verbs.heads import rollout as rollout
    from core.verbs.modalities import modalities as modalities
    from core.verbs.modalities import read_modalities as read_modalities
    from core.verbs.modalities import report_modalities as report_modalities
    from core.verbs.modalities import weights as weights
    from core.verbs.runs import open_run as open_run
    from core.verbs.runs import runs as runs
    from core.verbs.scoring import predict as predict
    from core.verbs.training import train as train
    from core.verbs.variants import delete_variant as delete_variant
    from core.verbs.variants import lineage as lineage
    from core.verbs.variants import save_variant as save_variant
    from core.verbs.variants import variants as variants
    from core.verbs.what_if import nearest as nearest
    from core.verbs.what_if import what_if as what_if

VERBS = {
    "attend": "attention",
    "beside": "contrasting",
    "check": "checking",
    "cohorts": "cohorts",
    "compare": "comparison",
    "contrast": "contrasting",
    "datasets": "data",
    "delete_cohort": "cohorts",
    "delete_variant": "variants",
    "derive_spectrogram": "deriving",
    "embed": "embedding",
    "experiment": "experiments",
    "experiments": "experiments",
    "heads": "heads",
    "lineage": "variants",
    "load": "data",
    "make": "data",
    "modalities": "modalities",
    "nearest": "what_if",
    "open_run": "runs",
    "predict": "scoring",
    "preview": "data",
    "read_modalities": "modalities",
    "rename_cohort": "cohorts",
    "report_modalities": "modalities",
    "restore_cohort": "cohorts",
    "rollout": "heads",
    "runs": "runs",
    "save_cohort": "cohorts",
    "save_variant": "variants",
    "sweep": "experiments",
    "train": "training",
    "variants": "variants",
    "weights": "modalities",
    "what_if": "what_if",
}


def __getattr__(name: str) -> Any:
    """Load a verb at its first use: `import core` alone imports nothing heavy."""
    if name not in VERBS:
        raise AttributeError(f"module 'core' has no attribute {name!r}")
    return getattr(importlib.import_module(f"core.verbs.{VERBS[name]}"), name)


def __dir__() -> list[str]:
    """Return the names of the module, verbs included."""
    return sorted({*globals(), *VERBS})
