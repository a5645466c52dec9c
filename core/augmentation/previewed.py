"""What the preview of augmentations gives: lines, pairs of values and spectra, before and after."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, require_axes
from core.augmentation.separability import Separability
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PreviewNames:
    """What the previewed sample, channel and steps are called; numbers stand where nothing is given."""

    sample: str = ""
    channel: str = "value"
    step_labels: tuple[str, ...] = ()
    step_name: str = "step"
    data: str = ""  # SHA-256 of the dataset, for the provenance

    def label(self, step: int) -> str:
        """Return what a step is called."""
        return self.step_labels[step] if step < len(self.step_labels) else str(step)


@dataclass(frozen=True)
class AugmentedLines:
    """One channel of one sample, as it is and after each augmentation.

    Attributes:
        names: The original first, then each augmentation, then all of them one after the other.
        values: Values (A, T), NaN after the end of a line and where a value is missing.
    """

    names: tuple[str, ...]
    values: FloatArray
    called: PreviewNames
    provenance: Provenance

    def __post_init__(self) -> None:
        """Check that every line has its name."""
        require_axes(self.values, "A T", "values", {"A": len(self.names)})

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a step: label, then a column for each line."""
        import pandas as pd

        steps = np.arange(self.values.shape[1])
        frame = pd.DataFrame({"step": steps, "label": [self.called.label(int(step)) for step in steps]})
        return pd.concat([frame, pd.DataFrame(self.values.T, columns=list(self.names))], axis=1)


@dataclass(frozen=True)
class ValuePairs:
    """Values of one channel at the same step before and after, over many samples.

    Attributes:
        names: The augmentations, then all of them one after the other.
        original: Values before (P,).
        augmented: Values after (P,).
        made_by: Which augmentation made each (P,): an index into names.
        samples: Number of samples they come from.
    """

    names: tuple[str, ...]
    original: FloatArray
    augmented: FloatArray
    made_by: IntArray
    samples: int
    called: PreviewNames
    provenance: Provenance

    def __post_init__(self) -> None:
        """Check that values come in pairs."""
        sizes = require_axes(self.original, "P", "original")
        require_axes(self.augmented, "P", "augmented", sizes)
        require_axes(self.made_by, "P", "made_by", sizes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a pair."""
        import pandas as pd

        names = [self.names[place] for place in self.made_by]
        return pd.DataFrame({"augmentation": names, "original": self.original, "augmented": self.augmented})


@dataclass(frozen=True)
class Spectrum:
    """Amplitudes by frequency of one line.

    Attributes:
        name: Which line.
        frequencies: Cycles per step (F,), above 0 and at most 1/2.
        amplitudes: Amplitude of the sine of each frequency (F,), in the unit of the values.
    """

    name: str
    frequencies: DoubleArray
    amplitudes: DoubleArray


@dataclass(frozen=True)
class Spectra:
    """Spectra of one channel of one sample, as it is and after each augmentation."""

    lines: tuple[Spectrum, ...]
    called: PreviewNames
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row for each line and frequency."""
        import pandas as pd

        names = [line.name for line in self.lines for _ in line.frequencies]
        return pd.DataFrame(
            {
                "line": names,
                "frequency": np.concatenate([line.frequencies for line in self.lines]),
                "amplitude": np.concatenate([line.amplitudes for line in self.lines]),
            }
        )


@dataclass(frozen=True)
class AugmentationPreview:
    """All that the preview of augmentations shows.

    Training gets copies made by each augmentation alone; what all of them would do to one sample in their
    order is shown beside them, to judge them together.

    Attributes:
        sample: Row of the sample whose lines and spectra are shown.
        channel: Index of the channel.
        lines: The sample before and after.
        pairs: Values before and after, over many samples.
        spectra: Spectra before and after.
        separability: Whether copies still lie where their class lies.
    """

    sample: int
    channel: int
    lines: AugmentedLines
    pairs: ValuePairs
    spectra: Spectra
    separability: Separability
    provenance: Provenance = field(default_factory=lambda: Provenance("preview of augmentations"))

    def to_frame(self) -> "pd.DataFrame":
        """Return the lines, one row a step."""
        return self.lines.to_frame()
