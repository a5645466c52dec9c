"""What each head of both directions adds to the prediction, as closing it tells."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.attention.inputs import traced
from core.data import Dataset
from core.inference import OpenRun
from core.inference.closing import ClosedHead, closed_heads
from core.inference.pairs import ModalityPair, pair_named
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class HeadContributions:
    """What changes when a head of one direction, or the whole direction, passes nothing on.

    Attributes:
        pair: The modalities.
        closed: Each direction as a whole, then its heads.
        count: Number of samples that were asked.
        provenance: Where the numbers come from.
    """

    pair: ModalityPair
    closed: tuple[ClosedHead, ...]
    count: int
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a head."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"layer": one.layer, "head": one.head, "change": one.change, "flips": one.flips}
                for one in self.closed
            ]
        )


def head_contributions(
    run: OpenRun, dataset: Dataset, rows: np.ndarray, layer: str = "", source: Provenance | None = None
) -> HeadContributions:
    """Close each head of a pair of modalities alone, and each direction.

    Args:
        run: The run.
        dataset: Its dataset.
        rows: Places of the samples that are meant; of many, some spread over them are asked for.
        layer: One of the pair's two layers; the first pair unless given.
        source: Hashes of the data and the model, for the provenance.
    """
    pair = pair_named(run.manifest, layer)
    closed, asked = closed_heads(run, dataset, rows)
    named = {pair.ab.name, pair.ba.name}
    kept = tuple(one for one in closed if one.layer in named)
    return HeadContributions(pair, kept, len(asked), traced(source, "heads of modalities closed", len(asked)))
