"""What a reader of a what-if must know before believing its numbers, in sentences."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.data.dataset import Dataset
from core.inference.edits import Edit
from core.inference.looking import layer_of, touched
from core.inference.neighbours import TrainingSamples
from core.inference.runs import OpenRun, key_axis

DERIVED = {
    True: "computed anew from the edited signal",
    False: "can't be computed anew, so the model still reads what it was before the edits",
}


def remarks(
    run: OpenRun,
    dataset: Dataset,
    sample: int,
    edits: Sequence[Edit],
    training: TrainingSamples,
    derived: Mapping[str, bool],
) -> list[str]:
    """Return what a reader of the numbers must know.

    Args:
        run: The run.
        dataset: Its dataset.
        sample: Place of the sample.
        edits: What was done to it.
        training: What the run has learnt from.
        derived: Derived modalities that the model reads, and whether they follow the edits.
    """
    notes = []
    if sample in training.members:
        notes.append("the model was trained on this sample")
    if np.isnan(np.asarray(dataset.series[sample, : int(dataset.lengths[sample])])).any():
        notes.append("some values are missing: the model reads the channel's mean in their place")
    for edit in edits:
        if edit.on_attention:
            layer = layer_of(run.manifest, edit)
            said = "a head is switched off" if edit.kind == "head_off" else "weights are put in place"
            notes.append(f"intervention: in {layer.name} {said}; this is no change of the data")
            length = int(key_axis(run.manifest, dataset, layer)[0][sample])
            if layer.patch > 1 and edit.kind in {"zero", "step"}:
                start, stop = touched(edit, layer, length)
                notes.append(
                    f"a token stands for {layer.patch} steps: steps {start} to {stop - 1} go together"
                )
        elif edit.kind == "class_mean" and edit.value in run.manifest.classes:
            count = int((training.codes == run.manifest.classes.index(edit.value)).sum())
            notes.append(f"the mean of class {edit.value!s:.40} is of {count:,} training samples")
    if any(not edit.on_attention for edit in edits):
        notes += [f"{name:.80}: {DERIVED[anew]}" for name, anew in derived.items()]
    return list(dict.fromkeys(notes))
