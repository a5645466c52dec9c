"""How a changed sample came to be: its edits one by one, with what the model says after each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray
from core.data.dataset import Dataset
from core.inference.edits import Edit
from core.inference.runs import OpenRun
from core.inference.what_if import WhatIf, what_if
from core.results import Provenance
from core.store import Store

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Lineage:
    """A sample after each of its edits.

    Attributes:
        sample: Place in the dataset.
        sample_id: Name of the sample.
        classes: Names of the classes.
        edits: What was done, in order (E edits).
        probabilities: Probabilities without edits, then after the first edit, the first two and so on
            (E + 1, K).
        last: The answer after all edits, beside that without any.
        provenance: Where the numbers come from.
    """

    sample: int
    sample_id: str
    classes: tuple[str, ...]
    edits: tuple[Edit, ...]
    probabilities: DoubleArray
    last: WhatIf
    provenance: Provenance

    @property
    def predicted(self) -> tuple[str, ...]:
        """Name of the likeliest class, without edits and after each (E + 1)."""
        return tuple(self.classes[int(code)] for code in self.probabilities.argmax(axis=1))

    @property
    def turned(self) -> tuple[bool, ...]:
        """Whether another class is the likeliest one after an edit than before it (E)."""
        said = self.predicted
        return tuple(after != before for before, after in pairwise(said))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row without edits, then one an edit: what was done, what is predicted, probabilities."""
        import pandas as pd

        frame = pd.DataFrame(
            {"edit": ["", *(edit.text for edit in self.edits)], "predicted": list(self.predicted)}
        )
        for code, name in enumerate(self.classes):
            frame[f"probability {name}"] = self.probabilities[:, code]
        return frame


def lineage(store: Store, run: OpenRun, dataset: Dataset, sample: int, edits: Sequence[Edit]) -> Lineage:
    """Return what a model says of a sample after each of its edits.

    Args:
        store: The store of the run.
        run: The run.
        dataset: Its dataset.
        sample: Place of the sample.
        edits: What is done, in order.

    Raises:
        NotFoundError: If there is no such sample.
        SettingsError: If an edit does not fit the sample.
        ModelError: If an edit is of attention that the model does not have.
    """
    counts = range(min(1, len(edits)), len(edits) + 1)
    return lineage_of([what_if(store, run, dataset, sample, edits[:count]) for count in counts])


def lineage_of(answers: Sequence[WhatIf]) -> Lineage:
    """Put together what a model says after the first edit, the first two and so on, or without any."""
    last = answers[-1]
    return Lineage(
        last.sample,
        last.sample_id,
        last.classes,
        last.edits,
        np.stack([last.before, *(answer.after for answer in answers if answer.edits)]),
        last,
        replace(last.provenance, what="lineage of edits"),
    )
