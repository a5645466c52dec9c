"""UMAP where umap-learn is installed, else something that takes and gives the same."""

import sys
import types

import numpy as np
import pytest

from core.attention import embedding
from core.attention.near import has_umap


class UmapLike:
    """Takes what UMAP of umap-learn 0.5 takes, and writes of each epoch where it is told to."""

    def __init__(self, *, n_components, n_neighbors, init, random_state, n_jobs, tqdm_kwds):
        assert (n_components, n_jobs, tqdm_kwds["disable"]) == (2, 1, False)
        assert isinstance(random_state, int)
        self.neighbours, self.start, self.told = n_neighbors, init, tqdm_kwds

    def fit_transform(self, states):
        assert 2 <= self.neighbours < len(states) or len(states) == 2
        assert self.start.shape == (len(states), 2)
        assert (np.ptp(self.start, axis=0) > 0).all()  # it is scaled by that
        for epoch in (0, 100, 200):
            self.told["file"].write("\r" + self.told["bar_format"].format(n=epoch, total=200))
            self.told["file"].flush()
        return self.start


def have_umap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let UMAP be had: the real one where it is installed."""
    if not has_umap():
        monkeypatch.setattr(embedding, "has_umap", lambda: True)
        package = types.ModuleType("umap")
        package.UMAP = UmapLike
        monkeypatch.setitem(sys.modules, "umap", package)
