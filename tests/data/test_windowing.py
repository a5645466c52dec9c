import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import windowing
from core.data.windowing import cut_rows, cut_windows, plan_pieces, plan_windows, require_fitting, windows_of
from core.errors import LimitError

SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=6)


def offsets_of(sizes: list[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def by_hand(sizes: list[int], length: int, stride: int, horizon: int) -> list[tuple[int, int]]:
    """Return piece and first row of every window, one after the other."""
    found, start = [], 0
    for piece, size in enumerate(sizes):
        first = 0
        while first + length + horizon <= size:
            found.append((piece, start + first))
            first += stride
        start += size
    return found


@settings(max_examples=200, deadline=None)
@given(SIZES, st.integers(1, 12), st.integers(1, 15), st.integers(0, 5))
def test_windows_are_those_that_one_would_cut_by_hand(
    sizes: list[int], length: int, stride: int, horizon: int
) -> None:
    plan = plan_windows(offsets_of(sizes), length, stride, horizon)
    wanted = by_hand(sizes, length, stride, horizon)
    assert list(zip(plan.pieces.tolist(), plan.firsts.tolist(), strict=True)) == wanted
    assert plan.short.tolist() == [piece for piece, size in enumerate(sizes) if size < length + horizon]


@settings(max_examples=100, deadline=None)
@given(SIZES.filter(lambda sizes: max(sizes) >= 5), st.integers(1, 5), st.integers(1, 7))
def test_cutting_copies_the_rows_of_each_window_whatever_the_size_of_blocks(
    sizes: list[int], length: int, stride: int
) -> None:
    rows = np.arange(3 * sum(sizes), dtype=np.float32).reshape(-1, 3)
    plan = plan_windows(offsets_of(sizes), length, stride)
    for block in (1, 100, 2**20):
        windowing._BLOCK_BYTES = block
        found = cut_windows(rows, plan, np.zeros((len(plan.firsts), length, 3), dtype=np.float32))
        for number, first in enumerate(plan.firsts):
            np.testing.assert_array_equal(found[number], rows[first : first + length])


def test_pieces_as_they_are_get_padding_and_short_ones_are_left_out() -> None:
    plan = plan_pieces(offsets_of([3, 1, 2]), least=2)
    found = cut_windows(np.arange(1, 7, dtype=np.float32)[:, None], plan, np.zeros((2, 3, 1), np.float32))
    assert found[:, :, 0].tolist() == [[1, 2, 3], [5, 6, 0]]
    assert plan.short.tolist() == [1]
    dates = cut_rows(np.arange(10, 16), plan, np.zeros((2, 3), np.int64))
    assert dates.tolist() == [[10, 11, 12], [14, 15, 0]]


@pytest.mark.parametrize(
    ("size", "length", "stride", "horizon", "incomplete"),
    [
        (10, 5, 5, 0, 0),
        (11, 5, 5, 0, 1),
        (12, 5, 1, 0, 0),
        (12, 5, 1, 3, 3),
        (20, 5, 7, 0, 0),
        (22, 5, 7, 0, 1),
    ],
)
def test_windows_that_lack_rows_are_counted(
    size: int, length: int, stride: int, horizon: int, incomplete: int
) -> None:
    assert plan_windows(offsets_of([size]), length, stride, horizon).incomplete == incomplete


def test_too_many_windows_are_refused_with_a_stride_that_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windowing, "SAMPLES", 100)
    sizes = np.array([400, 300])
    require_fitting(sizes, 10, 8, 10)
    with pytest.raises(
        LimitError, match=r"a stride of 1 gives 682 windows of 10 values: a stride of 7"
    ) as caught:
        require_fitting(sizes, 10, 1, 10)
    assert "at most 100 windows" in str(caught.value)
    assert windows_of(sizes, 10, 7).sum() <= 100 < windows_of(sizes, 10, 6).sum()
    monkeypatch.setattr(windowing, "CELLS", 1000)
    with pytest.raises(LimitError, match="choose shorter windows"):
        require_fitting(sizes, 10, 1, 800)
