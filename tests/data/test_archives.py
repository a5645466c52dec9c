import io
import pickle
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.errors import DataError, HeedError, LimitError
from tests.data.datasets import npy, npz

X = np.arange(240, dtype=np.float64).reshape(12, 10, 2)
Y = np.arange(12) % 3


def read(path: Path) -> Dataset:
    return sound(READERS.create("npz").read(path, Desk(Path(mkdtemp(dir=path.parent)))))


class Deed:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple:
        return (exec, ("import core.errors; core.errors.UNPICKLED = True",))


@pytest.mark.parametrize(
    "content",
    [
        npy(np.zeros(1), "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"),
        npy(np.zeros(1), "{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,)}"),
        pickle.dumps(Deed()),
    ],
    ids=["objects", "records of objects", "a bare pickle"],
)
@pytest.mark.parametrize("name", ["X", "y"])
def test_u1_python_objects_are_refused_and_never_run(tmp_path: Path, content: bytes, name: str) -> None:
    members = {"X": npy(X), "y": npy(Y), name: content}
    with pytest.raises(DataError, match="contains Python objects"):
        read(npz(tmp_path / "a.npz", **members))
    assert not hasattr(sys.modules["core.errors"], "UNPICKLED")


def header(shape: str) -> bytes:
    return npy(np.zeros(1), f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}")


@pytest.mark.parametrize(
    "content",
    [
        header("(1000000000000, 4096)"),
        header("(-1, 2, 3)"),
        header("(9223372036854775808, 1, 1)"),
        header("(0, 1000000000000000000)"),
        header("(100000, 10, 10)"),
        header("(" * 9000 + ")" * 9000),
        header("(1," * 3000 + ")" * 3000),
        header("(1, 2"),
        header("'x'"),
        npy(np.zeros(1), "{'descr': '<f8'}"),
        npy(np.zeros(1), "{'descr': 'V4000000000', 'fortran_order': False, 'shape': (1,)}"),
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x09\x00",
    ],
    ids=lambda content: ascii(content[12:60].decode("latin-1")),
)
@pytest.mark.parametrize("name", ["X", "y", "lengths"])
def test_u2_headers_that_lie_are_refused_before_anything_is_read(
    tmp_path: Path, content: bytes, name: str
) -> None:
    path = npz(tmp_path / "a.npz", **{"X": npy(X), name: content})
    started = time.monotonic()
    with pytest.raises(HeedError):
        read(path)
    assert time.monotonic() - started < 10


def test_u2_a_bomb_is_refused_from_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("X.npy", "w") as member:
        member.write(npy(np.zeros(0), "{'descr': '<f8', 'fortran_order': False, 'shape': (1250000, 100, 1)}"))
        for _ in range(100):
            member.write(bytes(10**6))
    assert path.stat().st_size < 10**6
    with pytest.raises(LimitError, match="at most 200 times its packed size"):
        read(path)


@pytest.mark.slow
def test_u2_refusing_a_header_takes_no_memory(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", X=header("(199999, 1000, 1)"))
    code = (
        "import resource, sys, pathlib\n"
        "from core.data.desk import Desk\n"
        "from core.data.families import READERS\n"
        "from core.errors import HeedError\n"
        "reader = READERS.create('npz')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    place = pathlib.Path(sys.argv[1])\n    reader.read(place, Desk(place.parent))\n"
        "except HeedError:\n"
        "    sys.exit(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before > 50_000)\n"
        "sys.exit(2)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


def test_u3_members_are_counted_compared_and_never_paths(tmp_path: Path) -> None:
    many = npz(tmp_path / "many.npz", **{f"m{index}": b"" for index in range(65)})
    with pytest.raises(LimitError, match="at most 64 arrays; got 65"):
        read(many)
    path = tmp_path / "twice.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X.npy", npy(X))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("X.npy", npy(X))
    with pytest.raises(DataError, match="'X' comes twice"):
        read(path)
    strange = npz(tmp_path / "strange.npz", X=npy(X), **{"../x": npy(X), "/etc/x": npy(X)})
    assert read(strange).samples == 12
    assert not (tmp_path.parent / "x.npy").exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_damaged_archive_is_a_dataset_or_a_clear_error(tmp_path: Path, data: st.DataObject) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, X=X, y=Y, channels=["a", "b"])
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    path = tmp_path / "damaged.npz"
    path.write_bytes(content[: cut if data.draw(st.booleans()) else len(content)])
    with suppress(HeedError):
        assert read(path).samples > 0
