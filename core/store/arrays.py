"""Arrays on disk: NumPy files that never hold a Python object, with space reserved before they are filled."""

import io
import math
import os
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as numpy_format
from numpy.typing import DTypeLike, NDArray

from core.errors import StoreError
from core.store.disk import open_create, open_read, replacing, reserve, store_errors

HEADER_LIMIT = 10_000
_npy: Any = numpy_format  # its functions carry no types
_CHUNK = 64 * 2**20
# NumPy evaluates a header as a Python literal; this is all that hostile ones were seen to raise.
_BAD_HEADER = (ValueError, TypeError, EOFError, RecursionError, MemoryError, SyntaxError, TokenError)


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Replace an array file in one step, synced; ValueError for an array of Python objects."""
    header = _header(array.shape, array.dtype)
    with replacing(path) as file, store_errors("write", path, len(header) + array.nbytes):
        _fill(file, header, array)


def create_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array to a new file, without syncing: for directories that are synced as a whole."""
    header = _header(array.shape, array.dtype)
    with open_create(path) as file, store_errors("write", path, len(header) + array.nbytes):
        _fill(file, header, array)


def create_mapped(path: Path, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Return a new array file of zeros, mapped for writing, its space reserved."""
    kind = np.dtype(dtype)
    header = _header(shape, kind)
    size = math.prod(shape) * kind.itemsize
    with open_create(path) as file, store_errors("write", path, len(header) + size):
        reserve(file, len(header) + size)
        file.write(header)
        file.flush()
        if not size:
            return np.zeros(shape, kind)
        return np.memmap(file, kind, "r+", len(header), shape)


def open_array(path: Path) -> NDArray[Any]:
    """Return an array file mapped read-only.

    The header is checked against the size of the file first: reading behind the end of a truncated mapped
    file would kill the process.

    Raises:
        StoreError: If it is no regular file, no NumPy array, holds Python objects, or is cut short.
    """
    with open_read(path) as file, store_errors("read", path):
        shape, fortran, kind = _read_header(file, path)
        offset = file.tell()
        size = math.prod(shape) * kind.itemsize
        held = os.fstat(file.fileno()).st_size - offset
        if held < size:
            raise StoreError(f"{path.name} in {path.parent} is cut short: {held} of {size} bytes are there")
        if not size:
            array = np.zeros(shape, kind)
            array.flags.writeable = False
            return array
        mapped = np.memmap(file, kind, "r", offset, shape, "F" if fortran else "C")
    return mapped.view(np.ndarray)


def _read_header(file: BinaryIO, path: Path) -> tuple[tuple[int, ...], bool, "np.dtype[Any]"]:
    try:
        version = _npy.read_magic(file)
        read = _npy.read_array_header_1_0 if version == (1, 0) else _npy.read_array_header_2_0
        shape, fortran, kind = read(file, max_header_size=HEADER_LIMIT)
    except _BAD_HEADER as error:
        raise StoreError(f"{path.name} in {path.parent} is not a NumPy array: {error!s:.80}") from None
    if kind.hasobject:
        raise StoreError(f"{path.name} in {path.parent} must hold numbers or text; it holds Python objects")
    if any(size < 0 for size in shape):
        raise StoreError(f"{path.name} in {path.parent} is not a NumPy array: its shape is {shape}")
    return shape, fortran, kind


def _header(shape: tuple[int, ...], dtype: "np.dtype[Any]") -> bytes:
    if dtype.hasobject:
        raise ValueError("arrays of Python objects can't be stored")
    header = io.BytesIO()
    described = {"descr": _npy.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    _npy.write_array_header_1_0(header, described)
    return header.getvalue()


def _fill(file: BinaryIO, header: bytes, array: NDArray[Any]) -> None:
    reserve(file, len(header) + array.nbytes)
    file.write(header)
    if array.nbytes:
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        for start in range(0, flat.size, _CHUNK):
            file.write(flat[start : start + _CHUNK].data)
    file.flush()
