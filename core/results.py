"""What every computation returns: named arrays or numbers, their provenance, and one table for export."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Provenance:
    """Where a result comes from: enough to compute it again.

    Attributes:
        what: Name of the computation, for example "attention heatmap".
        data: SHA-256 of the dataset.
        weights: SHA-256 of the model or of each model, by run id; empty without a model.
        parameters: Every parameter that changes the result, as plain values.
        samples: Number of samples behind the result.
        versions: Library versions by name.
    """

    what: str
    data: str = ""
    weights: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    samples: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)

    def key(self) -> str:
        """Return a hash of all that determines the result."""
        return hashlib.sha256(json.dumps(self.plain(), sort_keys=True, default=str).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """Return the provenance as plain values for JSON."""
        return {
            "what": self.what,
            "data": self.data,
            "weights": dict(self.weights),
            "parameters": dict(self.parameters),
            "samples": self.samples,
            "versions": dict(self.versions),
        }


@runtime_checkable
class Result(Protocol):
    """What figures, exports and reports take."""

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""

    def to_frame(self) -> "pd.DataFrame":
        """Return the numbers behind the picture as one table."""
