"""Very many points as one picture: every point is painted, where so many marks would take seconds to draw."""

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray

LONGER_SIDE = 1000  # pixels
OPACITY = 0.55  # of one point; where several lie over each other it is more
NEAR = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
ROUND = (*NEAR, (1, 1), (1, -1), (-1, 1), (-1, -1))
MANY = 300_000  # points from which each is a smaller dot


def painted(
    layers: Sequence[tuple[FloatArray, NDArray[np.uint8]]], box: tuple[float, float, float, float]
) -> str:
    """Return a transparent picture of points as an address that holds it.

    Args:
        layers: Two coordinates a point (n, 2) with its red, green and blue (n, 3); later ones lie in front.
        box: What the picture covers: left, right, bottom, top.
    """
    left, right, bottom, top = box
    scale = LONGER_SIDE / max(right - left, top - bottom)
    width, height = (max(8, round(scale * side)) for side in (right - left, top - bottom))
    picture = np.zeros((height * width, 4), np.uint8)
    for positions, colours in layers:
        x = ((positions[:, 0] - left) / (right - left) * (width - 1)).round().astype(np.int64)
        y = ((top - positions[:, 1]) / (top - bottom) * (height - 1)).round().astype(np.int64)
        dots = NEAR if len(positions) > MANY else ROUND
        cells = np.concatenate(
            [
                np.clip(y + down, 0, height - 1) * width + np.clip(x + aside, 0, width - 1)
                for aside, down in dots
            ]
        )
        counts = np.bincount(cells, minlength=width * height)
        there = counts > 0
        for channel in range(3):
            tone = np.tile(colours[:, channel].astype(np.float64), len(dots))
            total = np.bincount(cells, weights=tone, minlength=width * height)
            picture[there, channel] = (total[there] / counts[there]).round()
        picture[there, 3] = (255 * (1 - (1 - OPACITY) ** counts[there])).round()
    return as_png(picture.reshape(height, width, 4))


def as_png(pixels: NDArray[np.uint8]) -> str:
    """Return pixels (height, width, 4) as the address of a PNG picture that holds it."""
    height, width, _ = pixels.shape
    # Each row begins with the kind of its filter: none.
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pieces = (b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in pieces
    )
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()
