"""How much the predictions of a run rest on each of its heads, measured by closing them one at a time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.arrays import IntArray
from core.attention.inputs import traced
from core.data import Dataset
from core.inference import OpenRun
from core.inference.closing import ClosedHead, closed_heads
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ClosedHeads:
    """What changes when a head, or a layer as a whole, passes nothing on.

    Attributes:
        heads: Layers, each followed by its heads.
        samples: Samples that were asked of the model (n,), spread over those that were meant.
        total: Number of samples that were meant.
    """

    heads: tuple[ClosedHead, ...]
    samples: IntArray
    total: int
    provenance: Provenance

    def of(self, layer: str, head: int | None) -> ClosedHead | None:
        """Return what changes without a head; a layer's only head is the layer."""
        found = {(one.layer, one.head): one for one in self.heads}
        return found.get((layer, head), found.get((layer, None)))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a layer or head."""
        import pandas as pd

        return pd.DataFrame(
            {
                "layer": [one.layer for one in self.heads],
                "head": ["all" if one.head is None else one.head for one in self.heads],
                "change": [one.change for one in self.heads],
                "flips": [one.flips for one in self.heads],
            }
        )


def closed_of(
    run: OpenRun, dataset: Dataset, rows: IntArray, source: Provenance | None = None
) -> ClosedHeads:
    """Close every head and layer of a run; see `core.inference.closing.closed_heads`."""
    heads, chosen = closed_heads(run, dataset, rows)
    return ClosedHeads(heads, chosen, len(rows), traced(source, "closed heads", len(chosen)))
