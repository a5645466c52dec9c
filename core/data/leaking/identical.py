"""Windows with the very same values, found by their hash."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, IntArray
from core.data.dataset import Dataset, row_chunks

Hashes = NDArray[np.uint64]


def window_hashes(dataset: Dataset) -> Hashes:
    """Return a hash (N,) of the valid values of each window; equal windows have equal ones.

    64 bits: among a million windows two different ones meet by chance in one of 37 million datasets.
    """
    lengths = np.asarray(dataset.lengths)
    found = np.empty(dataset.samples, dtype=np.uint64)
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        values = np.ascontiguousarray(dataset.series[rows], dtype=np.float32) + np.float32(0)  # -0 becomes 0
        missing = np.isnan(values)
        if missing.any():
            values[missing] = np.nan  # one form of bits
        digests = [
            hashlib.blake2b(window[:length].data, digest_size=8).digest()
            for window, length in zip(values, lengths[rows].tolist(), strict=True)
        ]
        found[rows] = np.frombuffer(b"".join(digests), dtype=np.uint64)
    return found


def repeats(hashes: Hashes) -> BoolArray:
    """Return which windows (n,) are like one that came before."""
    first = np.unique(hashes, return_index=True)[1]
    found = np.ones(len(hashes), dtype=bool)
    found[first] = False
    return found


def contradicting(hashes: Hashes, codes: IntArray) -> BoolArray:
    """Return which windows (n,) are like another one that has another label."""
    groups = np.unique(hashes, return_inverse=True)[1].reshape(-1)
    least = np.full(groups.max(initial=-1) + 1, np.iinfo(np.int64).max)
    most = np.full(len(least), np.iinfo(np.int64).min)
    np.minimum.at(least, groups, codes)
    np.maximum.at(most, groups, codes)
    found: BoolArray = (least != most)[groups]
    return found
