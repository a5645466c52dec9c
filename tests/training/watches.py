"""Watches for tests: one that cancels, one that is killed, and how models are compared."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass
class Watch:
    """A watch that cancels after so many batches and may checkpoint."""

    checkpoint: Path | None = None
    batches: int = 10**9
    rows: list[dict[str, Any]] = field(default_factory=list)

    def report(self, row: dict[str, Any]) -> None:
        """Keep the row."""
        self.rows.append(row)

    def cancelled(self) -> bool:
        """Return whether the batches are used up."""
        self.batches -= 1
        return self.batches < 0


@dataclass
class Killed(Watch):
    """A watch under which the process dies when it reports an epoch."""

    after: int = 4

    def report(self, row: dict[str, Any]) -> None:
        """Keep the row, or die."""
        super().report(row)
        if row["epoch"] == self.after:
            raise KeyboardInterrupt


def same(one: Any, other: Any) -> bool:
    """Return whether two models have the very same weights."""
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(left, right) for left, right in pairs)
