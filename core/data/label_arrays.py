"""Labels as arrays hold them: one a sample or one a step, as codes, numbers, flags or texts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray, length_mask
from core.data.labels import Labels, code_labels, require_classes
from core.data.soundness import NO_LABEL
from core.errors import DataError


def labels_of(
    name: str, raw: "NDArray[np.generic]", names: Sequence[str] | None, lengths: IntArray, steps: int
) -> Labels:
    """Return codes (N,) or (N, T) and class names of an array of labels.

    A label is the text of its value; whole floating numbers lose their point. In an array of one label a
    step, NaN, an empty text and -1 mean that a step has none, and what stands behind a sample's last step
    does not count.

    Args:
        name: What messages call the array.
        raw: The labels: (N,), (N, 1) or (N, T).
        names: Names of the classes where the labels are codes of them.
        lengths: Valid steps of each sample (N,).
        steps: T.

    Raises:
        DataError: If the shape does not fit, a sample has no label, or nothing can be learnt from them.
        LimitError: If there are too many classes.
    """
    samples = len(lengths)
    if raw.ndim == 3 and raw.shape[2] == 1:
        raw = raw[:, :, 0]
    if raw.ndim == 2 and raw.shape[1] == 1:
        raw = raw[:, 0]
    if raw.shape == (samples, steps) and steps > 1:
        return _labels_of_steps(name, raw, names, length_mask(lengths, steps))
    if raw.shape != (samples,):
        one_hot = ": give class codes instead of one column a class" if raw.ndim == 2 else ""
        raise DataError(
            f"{name} must have axes (N,) with N = {samples}, or (N, T) with T = {steps} for a label a step; "
            f"got shape {raw.shape}{one_hot}"
        )
    if raw.dtype.kind == "f" and not np.isfinite(raw).all():
        raise DataError(
            f"{name} must not hold NaN or infinite values; the first stands at sample "
            f"{int(np.argmin(np.isfinite(raw)))}"
        )
    return _coded(name, raw, names)


def label_text(value: np.generic) -> str:
    """Return the text of a label."""
    plain = value.item()
    if isinstance(plain, float) and plain.is_integer():
        return str(int(plain))
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(plain)


def _labels_of_steps(
    name: str, raw: "NDArray[np.generic]", names: Sequence[str] | None, valid: NDArray[np.bool_]
) -> Labels:
    there = valid & _labelled(raw)
    if not there.any():
        raise DataError(f"{name} must label at least one step; it labels none")
    found = _coded(name, raw[there], names)
    codes: IntArray = np.full(raw.shape, NO_LABEL, dtype=np.int64)
    codes[there] = found.codes
    bare = int(valid.sum() - there.sum())
    notices = (f"{bare:,} steps have no label in {name}",) if bare else ()
    return Labels(codes, found.names, (*found.notices, *notices))


def _labelled(raw: "NDArray[np.generic]") -> NDArray[np.bool_]:
    if raw.dtype.kind in "US":
        texts: Any = raw
        return np.asarray(np.char.str_len(texts) > 0)
    if raw.dtype.kind == "f":
        return np.asarray(np.isfinite(raw) & (raw != NO_LABEL))
    return np.asarray(raw != NO_LABEL) if raw.dtype.kind == "i" else np.ones(raw.shape, np.bool_)


def _coded(name: str, raw: "NDArray[np.generic]", names: Sequence[str] | None) -> Labels:
    if names is not None and raw.dtype.kind in "iub":
        return _named(raw.astype(np.int64), tuple(names), name)
    values, places = np.unique(raw, return_inverse=True)
    return code_labels([label_text(value) for value in values], places, f"the array {name!r:.80}")


def _named(codes: IntArray, names: tuple[str, ...], where: str) -> Labels:
    if len(set(names)) != len(names):
        raise DataError(f"class names must differ; got {', '.join(names)[:200]}")
    if codes.min() < 0 or codes.max() >= len(names):
        raise DataError(
            f"codes in {where} must lie between 0 and {len(names) - 1}, the last of the class names; "
            f"got {codes.min()} to {codes.max()}"
        )
    present = len(np.unique(codes))
    require_classes(len(names) if present > 1 else 1, len(codes), where, names[int(codes[0])])
    return Labels(codes, names)
