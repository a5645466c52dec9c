"""Purging: windows leave training that are the same as, like, or overlapping with what it is judged on."""

import numpy as np

from core.data.dataset import NO_PART, Dataset
from core.data.leaking.identical import window_hashes
from core.data.leaking.neighbours import Cut, Neighbourhood
from core.data.leaking.overlap import overlapping, records_of
from core.data.splitting.settings import TEST, TRAIN, VALIDATION
from core.data.splitting.strata import Parts
from core.data.splitting.times import label_spans


def purge(dataset: Dataset, parts: Parts) -> int:
    """Take windows out of training and validation that are on the other side too; return how many.

    All windows are compared, not a sample of them.

    Args:
        dataset: The dataset.
        parts: Part of each sample (N,); changed in place.
    """
    before = int((parts == NO_PART).sum())
    hashes, spans, records = window_hashes(dataset), label_spans(dataset), records_of(dataset)
    neighbourhood = Neighbourhood(dataset)
    for judged, learning in ((TEST, (TRAIN, VALIDATION)), (VALIDATION, (TRAIN,))):
        rows = np.flatnonzero(np.isin(parts, learning))
        others = np.flatnonzero(parts == judged)
        shared = np.isin(hashes[rows], hashes[others])
        if spans is not None:
            shared |= overlapping(records, spans, rows, others)
        left = rows[~shared]
        parts[rows[shared]] = NO_PART
        parts[left[neighbourhood.near(Cut(left), Cut(others))]] = NO_PART
    return int((parts == NO_PART).sum()) - before
