import subprocess
import sys

import numpy as np
import pytest

from core.attention.effects import cliffs_delta, rank_biserial
from core.attention.rank_tests import kruskal_wallis, mann_whitney, wilcoxon
from core.attention.row_ranks import row_ranks

LARGE = """
import sys
import numpy as np
from core.attention.beside import agreement_of
from core.attention.rows import OrderedRows
from core.attention.spreads import GroupSpread, contrast_spreads
from core.attention.statistics import attention_statistics
from core.results import Provenance

rng = np.random.default_rng(0)
weights = np.round(rng.dirichlet(np.ones(5), 60), 2).astype(np.float32)
lengths, rows = np.full(60, 5), np.arange(60)
spread = GroupSpread(attention_statistics(weights, lengths), rng.random(60))
for paired in (False, True):
    contrast_spreads([spread, spread], ("a", "b"), rng, Provenance("x"), paired=paired)
agreement_of(*(OrderedRows.of(block, rows, lengths) for block in (weights, weights[::-1])))
assert "scipy.stats" not in sys.modules
"""


@pytest.mark.parametrize("rounded", [None, 1, 0])
@pytest.mark.parametrize("sizes", [(2, 3), (8, 40), (9, 9), (300, 41)])
def test_p_of_two_groups_is_that_of_scipy(sizes: tuple[int, int], rounded: int | None) -> None:
    from scipy.stats import mannwhitneyu

    for seed in range(5):
        a, b = drawn(seed, sizes, rounded)
        p = mannwhitneyu(a, b).pvalue
        assert mann_whitney(a, b, cliffs_delta(a, b)[0]) == pytest.approx(p, rel=1e-12, abs=0)


@pytest.mark.parametrize("greater", [False, True])
@pytest.mark.parametrize("rounded", [None, 1, 0])
@pytest.mark.parametrize("size", [1, 6, 50, 51, 400])
def test_p_of_pairs_is_that_of_scipy(size: int, rounded: int | None, greater: bool) -> None:
    from scipy.stats import wilcoxon as of_scipy

    for seed in range(5):
        differences, _ = drawn(seed, (size, 1), rounded)  # rounded, some are 0
        moved = differences[differences != 0]
        p = of_scipy(moved, alternative="greater" if greater else "two-sided").pvalue if len(moved) else 1.0
        found = wilcoxon(differences, rank_biserial(differences)[0], greater=greater)
        assert found == pytest.approx(p, rel=1e-12, abs=0)


@pytest.mark.parametrize("rounded", [None, 1, 0])
def test_p_of_several_groups_is_that_of_scipy(rounded: int | None) -> None:
    from scipy.stats import kruskal

    groups = [drawn(seed, (size, 1), rounded)[0] for seed, size in enumerate((3, 20, 150))]
    assert kruskal_wallis(groups) == pytest.approx(tuple(kruskal(*groups)), rel=1e-12, abs=0)


def test_pairs_that_never_differ_are_no_evidence() -> None:
    assert wilcoxon(np.zeros(99), 0.0) == 1.0


@pytest.mark.parametrize("shortest", [None, 1])
@pytest.mark.parametrize("rounded", [None, 1])
def test_ranks_of_rows_are_those_of_scipy(rounded: int | None, shortest: int | None) -> None:
    from scipy.stats import rankdata

    rng = np.random.default_rng(0)
    block = rng.random((30, 12)).astype(np.float32)
    if rounded is not None:
        block = np.round(block, rounded)
        block[3], block[4, :2] = 0.5, (-0.0, 0.0)
    lengths = np.full(30, 12) if shortest is None else rng.integers(shortest, 13, 30)
    mask = None if shortest is None else np.arange(12) < lengths[:, None]
    found = row_ranks(block, mask)
    for row, length in enumerate(lengths):
        assert (found[row, :length] == rankdata(block[row, :length])).all()


def test_large_groups_are_held_against_each_other_without_the_statistics_of_scipy() -> None:
    subprocess.run([sys.executable, "-c", LARGE], check=True, timeout=60)


def drawn(seed: int, sizes: tuple[int, int], rounded: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return two groups of values, the first a little larger, with ties if they are rounded."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0.2, 1, sizes[0]), rng.normal(0, 1, sizes[1])
    return (a, b) if rounded is None else (np.round(a, rounded), np.round(b, rounded))
