"""U11: whatever a file holds, a reader gives a dataset or one of our errors, in bounded time and memory.

HEED_FUZZ=5000 tries as many mutants of each kind; HEED_FUZZ_FIRST chooses the number of the first one.
"""

import io
import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.confine import Limits, run_confined
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.errors import HeedError
from core.store.files import read_json
from tests.abuse import files
from tests.abuse.fuzzing import read_mutants

MUTANTS = int(os.environ.get("HEED_FUZZ", "1000"))
FIRST = int(os.environ.get("HEED_FUZZ_FIRST", "0"))
MEGABYTES = 300  # what the libraries take alone is about 100

given_files = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", files.SEEDS)
def test_u11_mutants_are_read_or_refused_in_bounded_time_and_memory(tmp_path: Path, kind: str) -> None:
    (tmp_path / "out").mkdir()
    limits = Limits(seconds=60 + MUTANTS // 10)
    run_confined(
        read_mutants, (kind, MUTANTS, FIRST, tmp_path / "out"), read=[], write=tmp_path / "out", limits=limits
    )
    found = read_json(tmp_path / "out" / "found.json")
    assert found["wrong"] == {}
    assert found["read"] + found["refused"] + found["memory"] == MUTANTS
    # Mutants that are all refused at once, or all fine, would prove nothing.
    assert min(found["read"], found["refused"]) > MUTANTS // 20, found
    assert found["megabytes"] < MEGABYTES


@pytest.mark.parametrize("kind", files.SEEDS)
def test_the_files_that_mutants_are_made_of_are_good(tmp_path: Path, kind: str) -> None:
    for number, content in enumerate(files.SEEDS[kind]()):
        read(tmp_path, kind, content, missing="mask")
        assert next(files.mutants(kind, 1, number)) == next(files.mutants(kind, 1, number))


ANY_ARRAY = arrays.arrays(
    dtype=st.one_of(
        arrays.floating_dtypes(),
        arrays.integer_dtypes(),
        arrays.unicode_string_dtypes(max_len=8),
        arrays.byte_string_dtypes(max_len=8),
        arrays.datetime64_dtypes(),
        arrays.boolean_dtypes(),
        arrays.complex_number_dtypes(),
        arrays.timedelta64_dtypes(),
    ),
    shape=arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
LONG_NAMES = ["channels", "classes", "classes_y2", "lengths", "times", "entities", "groups", "truth", "spans"]
NAMES = st.sampled_from(["X", "y", "y2", "ids", "age", "../x", "", *LONG_NAMES])


def read(tmp_path: Path, kind: str, content: bytes, **chosen: str) -> None:
    """Look at a file and read it as its preview says."""
    place = Path(mkdtemp(dir=tmp_path))
    (place / "out").mkdir()
    path = place / f"a.{kind}"
    path.write_bytes(content)
    seen = READERS.create(kind, chosen).inspect(path)
    sound(READERS.create(kind, seen.settings).read(path, Desk(place / "out")))


@given_files
@given(members=st.dictionaries(NAMES, ANY_ARRAY, max_size=6), packed=st.booleans())
def test_u11_an_archive_of_any_arrays_is_a_dataset_or_our_error(
    tmp_path: Path, members: dict[str, np.ndarray], packed: bool
) -> None:
    buffer = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(buffer, **members)  # type: ignore[arg-type]
    with suppress(HeedError):
        read(tmp_path, "npz", buffer.getvalue(), missing="mask")


@given_files
@given(array=ANY_ARRAY)
def test_u11_any_single_array_is_a_dataset_or_our_error(tmp_path: Path, array: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.save(buffer, array)
    with suppress(HeedError):
        read(tmp_path, "npy", buffer.getvalue())


TAGS = ("problemName", "timestamps", "missing", "univariate", "dimensions", "equalLength", "seriesLength")
TAG = st.builds("@{} {}".format, st.sampled_from((*TAGS, "classLabel", "targetLabel", "x")), st.sampled_from(
    ["true", "false", "true a b", "1", "2", "0", "-1", "", "9999999999999", "x y z"]
))  # fmt: skip
PIECE = st.sampled_from(
    ["1", "-2.5", "?", "nan", "1e400", "", "a", ",", ":", "(0,1)", "(2024-01-01,2)", "),(", "\t", "é"]
)
LINE = st.lists(PIECE, max_size=8).map("".join)


@given_files
@given(tags=st.lists(TAG, max_size=5), lines=st.lists(LINE, max_size=5), data=st.booleans())
def test_u11_any_text_with_tags_is_a_dataset_or_our_error(
    tmp_path: Path, tags: list[str], lines: list[str], data: bool
) -> None:
    text = "\n".join([*tags, *(["@data"] if data else []), *lines])
    with suppress(HeedError):
        read(tmp_path, "ts", text.encode(), missing="mask")
