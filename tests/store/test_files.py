import math
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.errors import DataError, StoreError
from core.store.arrays import create_mapped, open_array
from core.store.disk import PART_SUFFIX
from core.store.files import (
    append_line,
    ensure_space,
    read_json,
    read_lines,
    save_array,
    sha256_of,
    write_json,
)

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)
_dtypes = st.sampled_from(["f4", "f8", "i4", "i8", "u1", "?", "<U7", "M8[s]", ">f4"])
_arrays = _dtypes.flatmap(
    lambda kind: arrays.arrays(
        np.dtype(kind), arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
    )
)


@settings(max_examples=60, deadline=None)
@given(plain=_plain)
def test_what_is_written_as_json_is_read_back(tmp_path_factory: pytest.TempPathFactory, plain: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "one.json"
    write_json(path, plain)
    assert read_json(path) == plain


@settings(max_examples=100, deadline=None)
@given(array=_arrays)
def test_what_is_saved_as_an_array_is_opened_again(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray
) -> None:
    path = tmp_path_factory.getbasetemp() / "one.npy"
    save_array(path, array)
    found = open_array(path)
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)
    np.testing.assert_array_equal(np.load(path, allow_pickle=False), array)
    assert not found.flags.writeable


def test_an_array_in_another_order_keeps_its_values(tmp_path: Path) -> None:
    array = np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))[:, ::2]
    save_array(tmp_path / "a.npy", array)
    np.testing.assert_array_equal(open_array(tmp_path / "a.npy"), array)
    np.save(tmp_path / "b.npy", np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    np.testing.assert_array_equal(open_array(tmp_path / "b.npy"), np.arange(6.0).reshape(2, 3))


def test_python_objects_are_neither_saved_nor_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    with pytest.raises(ValueError, match="Python objects"):
        save_array(path, np.array([{}], dtype=object))
    assert list(tmp_path.iterdir()) == []
    np.save(path, np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(StoreError, match="Python objects"):
        open_array(path)


@pytest.mark.parametrize("keep", [0, 3, 10, 60, 128, 130, 1000])
def test_a_truncated_array_is_an_error_and_not_a_fatal_signal(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "a.npy"
    save_array(path, np.ones((100, 10), "f4"))
    os.truncate(path, keep)
    with pytest.raises(StoreError, match=r"cut short|not a NumPy array"):
        open_array(path)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 1000000000000000000), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (562949953421312, 1024), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
        "(" * 9000,
        "[" * 90 + "]" * 90,
        "__import__('os').system('true')",
        "",
    ],
)
def test_a_hostile_array_header_is_an_error_at_once(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.npy"
    text = header.encode()
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(64))
    if "(0, 1" in header:
        assert open_array(path).size == 0
        return
    with pytest.raises(StoreError, match=r"a\.npy"):
        open_array(path)


def test_a_replaced_file_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for number in range(3):
        write_json(path, {"number": number})
    with pytest.raises(TypeError):
        write_json(path, {"number": object()})
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]
    assert read_json(path) == {"number": 2}


def test_numbers_of_numpy_are_plain_and_no_number_is_null(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"a": np.float32(0.5), "b": np.arange(3), "c": math.nan, 4: True})
    assert read_json(path) == {"a": 0.5, "b": [0, 1, 2], "c": None, "4": True}


def test_half_of_a_surrogate_pair_is_told_to_the_user(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="whole Unicode"):
        write_json(tmp_path / "a.json", {"name": "\ud800"})


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}', b"\x00" * 10])
def test_what_is_no_json_is_a_store_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is not JSON"):
        read_json(path)


def test_json_beyond_its_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(2**33)
    with pytest.raises(StoreError, match="at most"):
        read_json(path, limit=1000)


def test_P6_links_fifos_devices_and_directories_are_errors_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "real.json").write_text("{}")
    (tmp_path / "link").symlink_to(tmp_path / "real.json")
    (tmp_path / "folder").mkdir()
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("fifo", "link", "folder", "zero", "missing"):
        for read in (read_json, open_array, sha256_of):
            with pytest.raises(StoreError, match=name):
                read(tmp_path / name)
    for read in (read_json, sha256_of):
        with pytest.raises(StoreError, match="not a regular file"):
            read(Path("/dev/null"))


def test_rows_come_back_from_where_reading_stopped(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    assert read_lines(path) == ([], 0)
    append_line(path, {"epoch": 1})
    rows, offset = read_lines(path)
    assert rows == [{"epoch": 1}]
    assert read_lines(path, offset) == ([], offset)
    append_line(path, {"epoch": 2, "text": "a\nb"})
    assert read_lines(path, offset)[0] == [{"epoch": 2, "text": "a\nb"}]


def test_a_cut_last_line_is_left_out_and_harms_no_later_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    append_line(path, {"epoch": 1})
    with path.open("ab") as file:
        file.write(b'{"epoch": 2, "lo')
    rows, offset = read_lines(path)
    assert rows == [{"epoch": 1}]
    append_line(path, {"epoch": 3})
    assert read_lines(path, offset)[0] == [{"epoch": 3}]
    assert read_lines(path, 10**9)[0] == []


def test_everything_written_is_private_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write_json(tmp_path / "a.json", {})
        append_line(tmp_path / "b.jsonl", {})
        save_array(tmp_path / "c.npy", np.zeros(3))
    finally:
        os.umask(old)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_space_that_is_not_there_is_named(tmp_path: Path) -> None:
    ensure_space(tmp_path / "a.npy", 1)
    with pytest.raises(
        StoreError, match=r"a\.npy .* the disk is full; 1000000000000\.0 MB needed, .* MB free"
    ):
        ensure_space(tmp_path / "a.npy", 10**18)


def test_a_mapped_array_starts_as_zeros_with_its_space_reserved(tmp_path: Path) -> None:
    array = create_mapped(tmp_path / "a.npy", (100, 100), "f4")
    assert not array.any()
    found = (tmp_path / "a.npy").stat()
    assert found.st_blocks * 512 >= 40_000
    assert not [path for path in tmp_path.iterdir() if path.suffix == PART_SUFFIX]
