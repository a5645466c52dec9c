"""Axis letters of arrays, and the check every public function makes of its arguments.

In this order: L layer, N sample, H head, K class, T step, C channel, Q query step, S key step.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from core.errors import ShapeError

FloatArray = NDArray[np.float32]
DoubleArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def require_axes(
    array: NDArray[np.generic], axes: str, name: str = "array", sizes: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Check that an array has the named axes and return their sizes.

    Args:
        array: The array to check.
        axes: Letters split by spaces, for example "N T C".
        name: What the message calls the array.
        sizes: Sizes that letters must have, for example {"N": 150}.

    Returns:
        The size of each axis by its letter.

    Raises:
        ShapeError: If the number of axes differs, a size differs, or one letter would stand for two sizes.
    """
    letters = axes.split()
    shape = tuple(int(size) for size in array.shape)
    wanted = f"({', '.join(letters)}{',' if len(letters) == 1 else ''})"
    if len(shape) != len(letters):
        raise ShapeError(f"{name} must have axes {wanted}; got shape {shape}")
    known = dict(sizes or {})
    for letter, size in zip(letters, shape, strict=True):
        if known.setdefault(letter, size) != size:
            raise ShapeError(
                f"{name} must have axes {wanted} with {letter} = {known[letter]}; got shape {shape}"
            )
    return {letter: known[letter] for letter in letters}


def length_mask(lengths: NDArray[np.integer], steps: int) -> BoolArray:
    """Return the mask (N, T) of valid steps of right-padded series, True where step < length."""
    require_axes(lengths, "N", "lengths")
    return np.arange(steps)[None, :] < np.asarray(lengths)[:, None]  # (N, T)


Progress = Callable[[float, str], None]
"""Told how far a computation is, as a share, and what it does."""
