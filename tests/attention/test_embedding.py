import sys
import types
from importlib import metadata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attention import embedding
from core.attention.embedding import (
    EmbeddingSettings,
    fit_rows,
    laid_out,
    methods,
    principal,
    spread_over_classes,
)
from core.attention.near import has_umap
from core.errors import DataError, SettingsError
from tests.attention.umap_like import have_umap


def cloud(samples: int, dimensions: int, seed: int = 0) -> np.ndarray:
    spread = np.random.default_rng(seed).normal(size=(samples, dimensions))
    return (spread * np.arange(dimensions, 0, -1) ** 2).astype(np.float32)


def test_axes_and_shares_of_variance_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    states = cloud(60, 6)
    placed, shares = principal(states, states, 4)
    theirs = PCA(4).fit(states.astype(np.float64))
    np.testing.assert_allclose(shares, theirs.explained_variance_ratio_, rtol=1e-6)
    np.testing.assert_allclose(np.abs(placed), np.abs(theirs.transform(states)), atol=1e-3)


def test_many_dimensions_give_nearly_the_same_axes(monkeypatch):
    states = cloud(80, 12)
    exact, shares = principal(states, states, 2)
    monkeypatch.setattr(embedding, "EXACT_DIMENSIONS", 4)
    nearly, others = principal(states, states, 2)
    np.testing.assert_allclose(nearly, exact, atol=0.05 * np.abs(exact).max())
    np.testing.assert_allclose(others, shares, rtol=0.02)


def test_new_samples_are_placed_along_the_axes_of_others():
    training = np.array([[0, 0, 0], [2, 0, 0], [4, 0, 0], [2, 1, 0]], np.float32)
    found = laid_out(training, np.array([[2, 0.25, 9], [5, 0.25, -9]], np.float32), EmbeddingSettings())
    np.testing.assert_allclose(found.positions, [[0, 0], [3, 0]], atol=1e-5)
    assert found.variance[0] > 0.9


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 30), st.integers(1, 8), st.integers(0, 99))
def test_shares_of_variance_fall_and_sum_to_one_at_most(samples, dimensions, seed):
    states = cloud(samples, dimensions, seed)
    found = laid_out(states, states, EmbeddingSettings())
    assert found.positions.shape == (samples, 2)
    assert np.isfinite(found.positions).all()
    assert (np.diff(found.variance) <= 1e-9).all()
    assert 0 < found.variance.sum() <= 1 + 1e-9


def test_the_order_of_samples_does_not_bear_on_their_places():
    states, order = cloud(40, 5), np.random.default_rng(1).permutation(40)
    one = laid_out(states, states, EmbeddingSettings()).positions
    other = laid_out(states[order], states[order], EmbeddingSettings()).positions
    np.testing.assert_allclose(other, one[order], atol=1e-3)


def test_tsne_is_seeded_tells_how_far_it_is_and_keeps_groups_together():
    states = np.concatenate([cloud(20, 4), cloud(20, 4, 1) + 400])
    told: list[tuple[float, str]] = []
    asked = EmbeddingSettings(method="tsne")
    one = laid_out(states, states, asked, lambda fraction, words: told.append((fraction, words)))
    other = laid_out(states, states, asked)
    np.testing.assert_array_equal(one.positions, other.positions)
    assert one.perplexity == 13
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert any("step 50 of 1000" in words for _, words in told)
    first, second = one.positions[:20].mean(axis=0), one.positions[20:].mean(axis=0)
    apart = np.linalg.norm(first - second)
    assert apart > 2 * one.positions[:20].std()


@pytest.mark.parametrize(
    ("states", "method", "words"),
    [
        (np.ones((5, 3)), "pca", "all training samples are alike"),
        (np.ones((1, 3)), "pca", "at least 2 samples; got 1"),
        (cloud(4, 3), "tsne", "at least 5 samples; got 4"),
    ],
)
def test_too_few_samples_or_equal_ones_are_refused(states, method, words):
    with pytest.raises(DataError, match=words):
        laid_out(states, states, EmbeddingSettings(method=method))


def test_umap_says_how_it_is_had_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(embedding, "has_umap", lambda: False)
    assert methods() == ("pca", "tsne")
    with pytest.raises(SettingsError, match="pip install umap-learn"):
        laid_out(cloud(9, 2), cloud(9, 2), EmbeddingSettings(method="umap"))


def test_umap_is_had_where_its_package_is_and_not_one_of_the_same_module(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", types.ModuleType("umap"))
    assert has_umap() == ("umap-learn" in {one.name for one in metadata.distributions()})
    monkeypatch.setattr(metadata, "distribution", lambda name: {"umap-learn": 1}[name])
    assert has_umap()


@pytest.mark.parametrize("dimensions", [1, 2, 60])
@pytest.mark.parametrize("samples", [5, 9, 40])
def test_umap_is_seeded_and_tells_how_far_it_is(monkeypatch, samples, dimensions):
    have_umap(monkeypatch)
    states, told = cloud(samples, dimensions), []
    asked = EmbeddingSettings(method="umap", seed=7)
    one = laid_out(states, states, asked, lambda fraction, words: told.append((fraction, words)))
    other = laid_out(states, states, asked)
    np.testing.assert_array_equal(one.positions, other.positions)
    assert np.isfinite(one.positions).all()
    assert one.perplexity == min(30, samples - 1)
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert "loading UMAP" in dict(map(reversed, told))
    assert told[-1][1].startswith("UMAP, step")
    assert sys.modules.get("tensorflow", "none") is not None


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_a_layout_ends_where_its_listener_says_so(monkeypatch, method):
    have_umap(monkeypatch)

    class Stop(Exception):  # noqa: N818 - no error
        pass

    def tell(_fraction: float, words: str) -> None:
        if "step" in words:
            raise Stop

    states = cloud(12, 3)
    with pytest.raises(Stop):
        laid_out(states, states, EmbeddingSettings(method=method, seed=7), tell)


def test_umap_that_does_not_load_is_told(monkeypatch):
    monkeypatch.setattr(embedding, "has_umap", lambda: True)
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(SettingsError, match="UMAP needs umap-learn to load, which fails"):
        laid_out(cloud(9, 2), cloud(9, 2), EmbeddingSettings(method="umap"))


def test_one_number_a_sample_is_laid_out_in_a_plane():
    states = cloud(12, 1)
    found = laid_out(states, states, EmbeddingSettings(method="tsne"))
    assert (np.ptp(found.positions, axis=0) > 0).all()


def test_classes_keep_about_their_share_where_not_all_samples_are_laid_out():
    codes = np.array([0] * 900 + [1] * 90 + [2] * 10)
    rows = spread_over_classes(codes, 100)
    assert np.bincount(codes[rows]).tolist() == pytest.approx([90, 9, 1], abs=1)
    assert (np.diff(rows) > 0).all()
    assert spread_over_classes(codes[:50], 100).tolist() == list(range(50))


def test_axes_are_found_from_as_many_samples_as_memory_holds():
    rows = np.arange(50_000)
    assert len(fit_rows(rows, 10)) == 20_000
    assert len(fit_rows(rows, 60_000)) == 1000
    assert fit_rows(rows[:3], 10).tolist() == [0, 1, 2]
