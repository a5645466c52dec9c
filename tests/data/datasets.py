"""Small datasets with known content, and files that hold them."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from core.data.dataset import NO_PART, Dataset


def tiny(samples: int = 12, steps: int = 5, width: int = 2, kinds: int = 3, **changes: Any) -> Dataset:
    """Return a dataset whose value at (n, t, c) is 100 n + 10 t + c."""
    n, t, c = np.ogrid[:samples, :steps, :width]
    fields: dict[str, Any] = {
        "series": (100 * n + 10 * t + c).astype(np.float32),
        "lengths": np.full(samples, steps, dtype=np.int64),
        "targets": {"label": np.arange(samples) % kinds},
        "classes": {"label": tuple(f"class {code}" for code in range(kinds))},
        "channels": tuple(f"channel {index}" for index in range(width)),
        "sample_ids": np.array([f"sample {index}" for index in range(samples)]),
        "step_labels": tuple(map(str, range(steps))),
        "parts": np.full(samples, NO_PART, dtype=np.int8),
        "name": "tiny",
    }
    return Dataset(**{**fields, **changes})


def ragged(lengths: list[int], channels: int = 2) -> Dataset:
    """Return a dataset of unequal lengths whose padding is 0."""
    steps = max(lengths)
    whole = tiny(len(lengths), steps, channels, 2)
    valid = np.arange(steps)[None, :] < np.array(lengths)[:, None]
    series = np.where(valid[:, :, None], whole.series, 0).astype(np.float32)
    return tiny(len(lengths), steps, channels, 2, series=series, lengths=np.array(lengths))


def npz(path: Path, **members: bytes) -> Path:
    """Write an archive of raw members, which NumPy itself would not write."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def npy(array: np.ndarray, header: str | None = None) -> bytes:
    """Return an array as an NPY file, if asked with another header than its own."""
    if header is None:
        buffer = io.BytesIO()
        np.save(buffer, array)
        return buffer.getvalue()
    text = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x02\x00" + len(text).to_bytes(4, "little") + text + array.tobytes()
