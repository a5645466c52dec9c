"""Many sample numbers as a short text: one bit a sample of the dataset, compressed."""

import base64
import zlib

import numpy as np

from core.arrays import BoolArray, IntArray
from core.errors import LimitError, SettingsError, StoreError

MOST_SAMPLES = 1_000_000


def packed(rows: IntArray, samples: int) -> str:
    """Return sample numbers as a short text: one bit a sample of the dataset, compressed.

    Raises:
        LimitError: If there are more than a million.
        SettingsError: If there is none, or a number has no sample.
    """
    if not len(rows) or rows.min() < 0 or rows.max() >= samples:
        raise SettingsError(f"a cohort must hold samples from 0 to {samples - 1}; got {rows[:5].tolist()}")
    if len(rows) > MOST_SAMPLES:
        raise LimitError(f"a list of samples must have at most {MOST_SAMPLES:,}; got {len(rows):,}")
    marked = np.zeros(samples, np.bool_)
    marked[rows] = True
    return base64.b64encode(zlib.compress(np.packbits(marked).tobytes(), 6)).decode()


def unpacked(text: str, samples: int) -> BoolArray:
    """Return which samples (N,) a packed text lists; StoreError if it is damaged."""
    size = -(-samples // 8)
    try:
        raw = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), size + 1)
    except (ValueError, zlib.error):
        raise StoreError("the list of a cohort's samples is damaged") from None
    if len(raw) != size:
        raise StoreError(f"the list of a cohort must be of {samples} samples; it is of {8 * len(raw)}")
    found: BoolArray = np.unpackbits(np.frombuffer(raw, np.uint8), count=samples).astype(np.bool_)
    return found
