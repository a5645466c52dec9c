"""Places in a plane by who is near whom: t-SNE and UMAP, seeded, telling how far they are."""

import contextlib
import importlib
import io
import re
import sys
import warnings
from importlib import metadata
from typing import Any

import numpy as np

from core.arrays import DoubleArray, FloatArray, Progress
from core.errors import SettingsError

TSNE_STEPS = 1000
UMAP_PACKAGE = "umap-learn"  # another package, called umap, has a module of the same name
UMAP_MISSING = f"UMAP needs the package {UMAP_PACKAGE}, which is not installed: pip install {UMAP_PACKAGE}"
UMAP_LOADED, UMAP_BEGUN = 0.2, 0.6  # share of the time: it compiles itself first
OFF_LINE = 1e-4  # of the spread


def has_umap() -> bool:
    """Tell whether UMAP is installed."""
    try:
        metadata.distribution(UMAP_PACKAGE)
    except metadata.PackageNotFoundError:
        return False
    return True


def breadth(method: str, perplexity: float) -> str:
    """Return in words how many neighbours of a sample count."""
    return f"perplexity {perplexity:.3g}" if method == "tsne" else f"{int(max(2, perplexity))} neighbours"


def tsne(states: DoubleArray, perplexity: float, seed: int, tell: Progress) -> DoubleArray:
    """Return places by t-SNE (n, 2); what `tell` raises ends it."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    model = TSNE(
        n_components=2, perplexity=perplexity, init="pca", learning_rate="auto", max_iter=TSNE_STEPS,
        random_state=seed, verbose=2,
    )  # fmt: skip
    # Its threads wait for each other at each of many small steps: on a busy machine two are slower than one.
    # It has no other way to say how far it is, or to be stopped, than what it prints.
    with contextlib.redirect_stdout(_Listener(tell, "t-SNE")), threadpool_limits(1):
        found: DoubleArray = model.fit_transform(states if states.shape[1] > 1 else _off_line(states, seed))
    return found


def umap(states: DoubleArray, perplexity: float, seed: int, tell: Progress) -> DoubleArray:
    """Return places by UMAP (n, 2), begun along the first two axes; what `tell` raises ends it.

    Raises:
        SettingsError: If UMAP is installed and does not load.
    """
    tell(0.02, "loading UMAP")
    try:
        make = _loaded_umap()
    except ImportError as error:
        raise SettingsError(f"UMAP needs {UMAP_PACKAGE} to load, which fails: {error!s:.200}") from None
    tell(UMAP_LOADED, "finding neighbours")
    listener = _Listener(tell, "UMAP", begun=UMAP_BEGUN)
    model = make(
        n_components=2, n_neighbors=int(max(2, perplexity)), random_state=seed, n_jobs=1,
        init=_off_line(states, seed),  # its own start is another each time for a few unconnected samples
        tqdm_kwds={"disable": False, "file": listener, "bar_format": "Iteration {n} of {total}"},
    )  # fmt: skip
    return np.asarray(model.fit_transform(states), np.float64)


def _loaded_umap() -> Any:
    """Return the class of the package, which loads TensorFlow too, for what we don't use, where it may."""
    unused: dict[str, Any] = {} if "tensorflow" in sys.modules else {"tensorflow": None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # that it may not
        sys.modules.update(unused)
        try:
            return importlib.import_module("umap").UMAP
        finally:
            for name in unused:
                del sys.modules[name]


def in_a_plane(placed: DoubleArray) -> FloatArray:
    """Return the first two coordinates (n, 2); a second that there is not is 0."""
    found = np.zeros((len(placed), 2), np.float32)
    found[:, : placed.shape[1]] = placed[:, :2]
    return found


def _off_line(placed: DoubleArray, seed: int) -> FloatArray:
    """Return the first two coordinates (n, 2) with a little noise, without which a line stays one."""
    found = in_a_plane(placed)
    noise = np.random.default_rng(seed).normal(scale=OFF_LINE * (found.std() or 1.0), size=found.shape)
    return found + noise.astype(np.float32)


class _Listener(io.TextIOBase):
    """Takes what a method writes as it goes on, and turns it into progress; t-SNE writes every 50 steps."""

    def __init__(self, tell: Progress, name: str, begun: float = 0.1) -> None:
        self._tell = tell
        self._name = name
        self._begun = begun

    def write(self, text: str) -> int:
        step = re.search(r"Iteration (\d+)(?: of (\d+))?", text)
        if step:
            done, steps = int(step[1]), int(step[2] or TSNE_STEPS)
            fraction = self._begun + (1 - self._begun) * min(1.0, done / steps)
            self._tell(fraction, f"{self._name}, step {done} of {steps}")
        elif "neighbors" in text:
            self._tell(0.05, "finding neighbours")
        return len(text)
