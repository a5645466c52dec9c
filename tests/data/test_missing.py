import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.missing import fill_missing, name_gaps
from core.errors import DataError

NAN = np.nan


def windows(*rows: list[float]) -> np.ndarray:
    """Return windows (N, T, 1)."""
    return np.array(rows, dtype=np.float32)[:, :, None]


def full(series: np.ndarray) -> np.ndarray:
    return np.full(len(series), series.shape[1], dtype=np.int64)


@pytest.mark.parametrize(
    ("policy", "row", "wanted"),
    [
        ("interpolate", [1, NAN, NAN, 4], [1, 2, 3, 4]),
        ("interpolate", [NAN, NAN, 5, 7, NAN], [5, 5, 5, 7, 7]),
        ("forward", [1, NAN, NAN, 4], [1, 1, 1, 4]),
        ("forward", [NAN, 2, NAN, 3, NAN], [2, 2, 2, 3, 3]),
        ("mask", [NAN, 2, NAN], [NAN, 2, NAN]),
    ],
)
def test_a_gap_is_filled_as_the_policy_says(policy: str, row: list[float], wanted: list[float]) -> None:
    series, filled = fill_missing(windows(row), np.array([len(row)]), policy)  # type: ignore[arg-type]
    np.testing.assert_array_equal(series[0, :, 0], wanted)
    if policy == "mask":
        assert filled is None
    else:
        assert filled is not None
        assert filled[:, 0].tolist() == np.isnan(row).astype(int).tolist()


def test_codes_are_repeated_where_numbers_are_interpolated() -> None:
    series = np.array([[[0, 0], [NAN, NAN], [2, 2]]], dtype=np.float32)
    fill_missing(series, full(series), "interpolate", categorical=(1,))
    assert series[0].tolist() == [[0, 0], [1, 0], [2, 2]]


def test_padding_is_neither_filled_nor_filled_from() -> None:
    series = windows([1, NAN, 0, 0], [NAN, 3, 4, NAN])
    _, filled = fill_missing(series, np.array([2, 4]), "interpolate")
    assert series[:, :, 0].tolist() == [[1, 1, 0, 0], [3, 3, 4, 4]]
    assert filled is not None
    assert filled[:, 0].tolist() == [1, 1, 0, 1]


def test_nothing_missing_leaves_nothing_to_count() -> None:
    series = windows([1, 2], [3, 4])
    for policy in ("reject", "interpolate", "forward", "mask"):
        assert fill_missing(series, full(series), policy)[1] is None  # type: ignore[arg-type]


def test_reject_says_where_the_first_missing_value_stands() -> None:
    series = windows([1, 2], [NAN, 4])
    with pytest.raises(
        DataError, match=r"sample 102 of 2 steps lacks one at step 1, channel 'heart': choose"
    ):
        fill_missing(series, full(series), "reject", channels=("heart",), first=100)


@pytest.mark.parametrize("policy", ["interpolate", "forward"])
def test_a_channel_without_any_known_value_in_a_window_is_refused(policy: str) -> None:
    series = windows([1, NAN, 3], [NAN, NAN, 5])
    with pytest.raises(DataError, match=r"at least one known value.* 1 hold none, the first: sample 2, "):
        fill_missing(series, np.array([3, 2]), policy)  # type: ignore[arg-type]


gappy = st.lists(st.one_of(st.none(), st.integers(-100, 100)), min_size=3, max_size=8).filter(
    lambda row: any(value is not None for value in row)
)


@settings(max_examples=150, deadline=None)
@given(st.lists(gappy, min_size=1, max_size=6))
def test_interpolation_is_that_of_numpy_for_every_window(rows: list[list[int | None]]) -> None:
    longest = max(map(len, rows))
    series = np.zeros((len(rows), longest, 1), dtype=np.float32)
    for place, row in enumerate(rows):
        series[place, : len(row), 0] = [NAN if value is None else value for value in row]
    raw = series.copy()
    lengths = np.array([len(row) for row in rows])
    fill_missing(series, lengths, "interpolate")
    for place, length in enumerate(lengths):
        row = raw[place, :length, 0]
        known = np.flatnonzero(~np.isnan(row))
        wanted = np.interp(np.arange(length), known, row[known])
        np.testing.assert_allclose(series[place, :length, 0], wanted, rtol=1e-6, atol=1e-5)
        assert not series[place, length:].any()


def test_blocks_give_what_one_piece_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    series = rng.normal(size=(500, 7, 3)).astype(np.float32)
    series[rng.random(series.shape) < 0.2] = NAN
    series[:, 3] = 1
    whole, counts = fill_missing(series.copy(), full(series), "interpolate", (2,))
    monkeypatch.setattr("core.data.dataset.CHUNK_CELLS", 100)
    pieces, again = fill_missing(series.copy(), full(series), "interpolate", (2,))
    np.testing.assert_array_equal(whole, pieces)
    np.testing.assert_array_equal(counts, again)


def test_a_missing_category_gets_a_name_of_its_own():
    series = np.array([[[0.0], [np.nan], [1.0]], [[1.0], [0.0], [np.nan]]], np.float32)
    named = name_gaps(series, np.array([3, 2]), {0: ("idle", "run")})
    assert named == {0: ("idle", "run", "missing")}
    assert series[0, :, 0].tolist() == [0, 2, 1]
    assert np.isnan(series[1, 2, 0])  # padding is nobody's value
    assert name_gaps(series[:, :1], np.array([1, 1]), {0: ("idle", "run")}) == {0: ("idle", "run")}
