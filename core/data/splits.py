"""Splits into training, validation and test samples: the published one, or drawn class by class."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from core.arrays import IntArray
from core.data.dataset import NO_PART, PARTS, Dataset
from core.errors import DataError
from core.store import Manifest, Store, new_id

LEAST_TRAINING = 2  # samples of each class; one alone can be neither varied nor weighted


class SplitSettings(BaseModel):
    """How samples are divided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["auto", "published", "stratified"] = Field(
        "auto", description="auto keeps the published test part where there is one, else draws by class"
    )
    validation: float = Field(
        0.2, ge=0.05, le=0.5, description="share of the samples outside the test part kept for validation"
    )
    test: float = Field(0.2, ge=0.05, le=0.5, description="share kept for testing, when it is drawn")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="seed of the draw")


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of samples by part, each ascending; no sample is in two parts."""

    train: IntArray
    validation: IntArray
    test: IntArray
    settings: SplitSettings
    sha256: str

    def parts(self, samples: int) -> NDArray[np.int8]:
        """Return the part of each sample (N,): an index into PARTS, -1 for unused samples."""
        parts = np.full(samples, NO_PART, dtype=np.int8)
        for code, indices in enumerate((self.train, self.validation, self.test)):
            parts[indices] = code
        return parts

    def part(self, name: str) -> IntArray:
        """Return the indices of a part by its name."""
        if name not in PARTS:
            raise DataError(f"a part must be one of {', '.join(PARTS)}; got {name!r:.80}")
        return (self.train, self.validation, self.test)[PARTS.index(name)]


class SplitManifest(Manifest):
    """What is stored of a split beside its parts."""

    kind: str = "split"
    dataset: str
    dataset_sha256: str
    target: str
    settings: dict[str, Any]
    sha256: str
    sizes: dict[str, int]


def make_split(dataset: Dataset, settings: SplitSettings | None = None, target: str = "label") -> Split:
    """Divide a dataset so that every class has at least two training samples.

    Of a class with n samples the test part gets its share but at least one from n = 3 on, the validation
    part its share of the rest but at least one from n = 4 on, and training keeps at least two.

    Raises:
        DataError: If a class has fewer than two samples to train on, if no class is large enough for a
            validation sample, or if there is no published split where one is asked for.
    """
    settings = settings or SplitSettings()
    rng = np.random.default_rng(settings.seed)
    codes = dataset.require_target(target) if dataset.labelled else np.zeros(dataset.samples, np.int64)
    names = dataset.classes[target] if dataset.labelled else ("any",)
    published = _published(dataset, settings)
    parts = dataset.parts.astype(np.int8).copy() if published else np.zeros(dataset.samples, np.int8)
    if not published:
        _carve(parts, codes, PARTS.index("test"), settings.test, rng)
    if not (parts == PARTS.index("validation")).any():
        _carve(parts, codes, PARTS.index("validation"), settings.validation, rng)
    _require_training(parts, codes, names)
    return _split(parts, settings, dataset)


def publish_split(store: Store, dataset: Dataset, split: Split, target: str = "label") -> str:
    """Store a split of a published dataset and return its id; the same split is stored once."""
    with store.lock("splits"):
        for entry in store.splits.list(SplitManifest).entries:
            if (entry.dataset, entry.sha256) == (dataset.id, split.sha256):
                return entry.id
        manifest = SplitManifest(
            id=new_id(),
            name=f"split of {dataset.name}"[:120],
            dataset=dataset.id,
            dataset_sha256=dataset.sha256,
            target=target,
            settings=split.settings.model_dump(),
            sha256=split.sha256,
            sizes={name: len(split.part(name)) for name in PARTS},
        )
        with store.splits.publish(manifest) as staging:
            staging.save_array("parts.npy", split.parts(dataset.samples))
    return manifest.id


def open_split(store: Store, split_id: str) -> Split:
    """Return a stored split."""
    manifest = store.splits.read(split_id, SplitManifest)
    parts = np.asarray(store.splits.array(split_id, "parts.npy"))
    train, validation, test = (np.flatnonzero(parts == code) for code in range(len(PARTS)))
    settings = SplitSettings.model_validate(manifest.settings)
    return Split(train, validation, test, settings, manifest.sha256)


def _published(dataset: Dataset, settings: SplitSettings) -> bool:
    there = {PARTS.index("train"), PARTS.index("test")} <= set(np.unique(dataset.parts).tolist())
    if settings.kind == "published" and not there:
        raise DataError(
            "a published split must name training and test samples; this dataset has none: "
            "choose auto or stratified"
        )
    return there and settings.kind != "stratified"


def _carve(
    parts: NDArray[np.int8], codes: IntArray, part: int, share: float, rng: np.random.Generator
) -> None:
    """Move a share of the training samples of each class into a part; enough of them stay."""
    for code in np.unique(codes):
        indices = np.flatnonzero((parts == 0) & (codes == code))
        count = len(indices)
        # From four on, one is left for validation when the test part is drawn.
        stay = LEAST_TRAINING + (part == PARTS.index("test") and count > LEAST_TRAINING + 1)
        wanted = max(1, int(np.floor(share * count + 0.5)))
        parts[rng.permutation(indices)[: min(wanted, max(0, count - stay))]] = part


def _require_training(parts: NDArray[np.int8], codes: IntArray, names: tuple[str, ...]) -> None:
    training = np.bincount(codes[parts == 0], minlength=len(names))
    known = np.bincount(codes[parts != NO_PART], minlength=len(names))
    short = [index for index in range(len(names)) if known[index] and training[index] < LEAST_TRAINING]
    if short:
        listed = ", ".join(f"{names[index]!r:.60} has {training[index]}" for index in short[:5])
        raise DataError(
            f"every class needs at least {LEAST_TRAINING} training samples; class {listed}"
            f"{' and more' if len(short) > 5 else ''}: leave such classes out or add samples"
        )
    for code, name in enumerate(PARTS):
        if not (parts == code).any():
            raise DataError(
                f"the {name} part must not be empty; of {len(parts)} samples no class has 4 or more, "
                "which training, validation and test need together"
            )


def _split(parts: NDArray[np.int8], settings: SplitSettings, dataset: Dataset) -> Split:
    digest = hashlib.sha256(dataset.sha256.encode())
    digest.update(settings.model_dump_json().encode())
    digest.update(parts.tobytes())
    train, validation, test = (np.flatnonzero(parts == code) for code in range(len(PARTS)))
    return Split(train, validation, test, settings, digest.hexdigest())
