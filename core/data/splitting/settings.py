"""What a user may choose about a split, and the answer: indices by part."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.arrays import IntArray
from core.data.dataset import NO_PART, PARTS
from core.errors import DataError, SettingsError

SplitKind = Literal["auto", "published", "stratified", "entity", "time"]
TRAIN, VALIDATION, TEST = range(len(PARTS))
MOST_FOLDS = 20
_LATER = ("folds", "fold", "embargo", "purge")  # settings that came after the first splits were stored


class SplitSettings(BaseModel):
    """How samples are divided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SplitKind = Field(
        "auto",
        description="auto keeps the published test part where there is one, keeps entities or times apart "
        "where windows have some, else draws by class",
    )
    validation: float = Field(
        0.2, ge=0.05, le=0.5, description="share of the samples outside the test part kept for validation"
    )
    test: float = Field(0.2, ge=0.05, le=0.5, description="share kept for testing, when it is drawn")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="seed of the draw")
    folds: int = Field(
        0,
        ge=0,
        le=MOST_FOLDS,
        description="0 for one split, else the number of folds; one fold is the test part (with a published "
        "split the validation part)",
    )
    fold: int = Field(0, ge=0, lt=MOST_FOLDS, description="which of the folds, from 0")
    embargo: int | None = Field(
        None,
        ge=0,
        le=10**9,
        description="steps left out between parts of a split by time; unless given the length of the longest "
        "window, and the rows from a window to its label",
    )
    purge: bool = Field(
        False,
        description="leave training and validation windows out that are the same as, nearly the same as or "
        "overlap with windows of the parts they are judged on",
    )

    @model_validator(mode="after")
    def _fold_of_folds(self) -> "SplitSettings":
        if self.folds == 1:
            raise SettingsError("folds must be 0, for none, or at least 2; got 1")
        if self.fold >= max(1, self.folds):
            raise SettingsError(f"fold must be below the number of folds, {self.folds}; got {self.fold}")
        return self

    def digest_text(self) -> str:
        """Return the settings as JSON for a hash, in which newer settings stand only where they were used."""
        unused = {name for name in _LATER if getattr(self, name) == type(self).model_fields[name].default}
        return self.model_dump_json(exclude=unused)


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of samples by part, each ascending; no sample is in two parts.

    Attributes:
        settings: What was asked for.
        sha256: Hash over the dataset, the settings and the parts.
        left_out: Samples in no part: not published in one, purged, or within an embargo.
        chosen: The kind that was used, which "auto" found.
        words: What was done and why, one sentence.
    """

    train: IntArray
    validation: IntArray
    test: IntArray
    settings: SplitSettings
    sha256: str
    left_out: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    chosen: str = ""
    words: str = ""

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


def split_of_parts(
    parts: NDArray[np.int8], settings: SplitSettings, data: str, chosen: str = "", words: str = ""
) -> Split:
    """Return the split of samples whose parts (N,) are known.

    Args:
        parts: Index into PARTS, or -1.
        settings: What was asked for.
        data: Hash of the dataset.
        chosen: The kind that was used.
        words: What was done and why.
    """
    digest = hashlib.sha256(data.encode())
    digest.update(settings.digest_text().encode())
    digest.update(parts.tobytes())
    return Split(
        train=np.flatnonzero(parts == TRAIN),
        validation=np.flatnonzero(parts == VALIDATION),
        test=np.flatnonzero(parts == TEST),
        settings=settings,
        sha256=digest.hexdigest(),
        left_out=np.flatnonzero(parts == NO_PART),
        chosen=chosen,
        words=words,
    )
