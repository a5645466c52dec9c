"""Samples in a plane: PCA, t-SNE or UMAP of whatever is known of each as a row of numbers."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from core.arrays import DoubleArray, FloatArray, IntArray, Progress, require_axes
from core.attention.near import UMAP_MISSING, has_umap, in_a_plane, tsne, umap
from core.data.dataset import spread_rows
from core.errors import DataError, SettingsError
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["pca", "tsne", "umap"]
Space = Literal["hidden", "attention", "series"]
METHODS: tuple[str, ...] = get_args(Method)
METHOD_NAMES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
SPACES: tuple[str, ...] = get_args(Space)
SPACE_NAMES = {"hidden": "hidden states", "attention": "attention maps", "series": "scaled series"}
LEAST = {"pca": 2, "tsne": 5, "umap": 5}
FIRST_COMPONENTS = 50  # what t-SNE and UMAP are given
TOLD_COMPONENTS = 10  # whose share of variance is told
FITTED_ON = 20_000  # training samples at most that axes of PCA are found from
FIT_CELLS = 60_000_000  # values of them at most
EXACT_DIMENSIONS = 1500  # with more, axes of PCA are found by a randomised method


class EmbeddingSettings(BaseModel):
    """How samples are laid out in a plane.

    Attributes:
        method: "pca", "tsne", or "umap" where umap-learn is installed.
        space: What is laid out: "hidden" for the mean states that attention reads, "attention" for the stored
            maps, "series" for the scaled windows, padding counted as 0.
        layer: Attention layer whose maps are meant; "" for the first.
        perplexity: How many neighbours count for each sample in t-SNE and UMAP; less where samples are few.
        most: Most samples that t-SNE and UMAP lay out; of more, so many spread evenly over the classes.
        seed: Seed of what is random.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method = "pca"
    space: Space = "hidden"
    layer: str = Field("", max_length=200)
    perplexity: float = Field(30.0, ge=2, le=200, allow_inf_nan=False)
    most: int = Field(4000, ge=5, le=50_000)
    seed: int = Field(0, ge=0, lt=2**31)

    def relevant(self) -> dict[str, Any]:
        """Return the settings that bear on the answer, as plain values."""
        unused = {"perplexity", "most"} if self.method == "pca" else set()
        return self.model_dump(exclude=unused | (set() if self.space == "attention" else {"layer"}))


@dataclass(frozen=True, eq=False)
class Layout:
    """Places of samples in a plane.

    Attributes:
        positions: Two coordinates a sample (n, 2).
        variance: Share of the training samples' variance along each of the first axes of PCA, largest first;
            of t-SNE and UMAP those of the PCA before it.
        kept: Share of the variance that this first PCA keeps; 1 for PCA itself.
        perplexity: How many neighbours counted; 0 for PCA.
    """

    positions: FloatArray
    variance: DoubleArray
    kept: float = 1.0
    perplexity: float = 0.0


@dataclass(frozen=True, eq=False)
class Embedding:
    """Samples of a run laid out in a plane.

    Attributes:
        settings: How.
        samples: Places of the samples in their dataset, ascending (n,).
        sample_ids: Their names (n,).
        layout: Where they lie.
        dimensions: How many numbers a sample had before.
        fitted: Samples that the axes were found from: training samples for PCA, else those laid out.
        total: Samples that were meant; n of them are laid out.
        notes: What its reader should know, in sentences without the full stop.
        provenance: Where the numbers come from.
    """

    settings: EmbeddingSettings
    samples: IntArray
    sample_ids: tuple[str, ...]
    layout: Layout
    dimensions: int
    fitted: int
    total: int
    provenance: Provenance
    notes: tuple[str, ...] = field(default=())

    @property
    def positions(self) -> FloatArray:
        """Two coordinates a sample (n, 2)."""
        return self.layout.positions

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample: its number, its name, its coordinates."""
        import pandas as pd

        x, y = self.positions.T
        return pd.DataFrame({"sample": self.samples, "id": list(self.sample_ids), "x": x, "y": y})


def methods() -> tuple[str, ...]:
    """Return the methods that can be used here."""
    return tuple(method for method in METHODS if method != "umap" or has_umap())


def require_method(method: str) -> None:
    """Raise SettingsError for UMAP where it is not installed."""
    if method == "umap" and not has_umap():
        raise SettingsError(UMAP_MISSING)


def laid_out(
    fit: FloatArray, states: FloatArray, settings: EmbeddingSettings, progress: Progress | None = None
) -> Layout:
    """Return where samples lie in a plane.

    Args:
        fit: What the axes of PCA are found from (F, D).
        states: What is laid out (n, D).
        settings: How.
        progress: Called now and then with how far it is, from 0 to 1, and what is being done; what it raises
            ends the computation.

    Raises:
        DataError: If samples are too few or all alike.
        SettingsError: If UMAP is asked for and not installed.
    """
    require_axes(states, "N D", "states", {"D": require_axes(fit, "F D", "fit")["D"]})
    require_method(settings.method)
    tell = progress or _silent
    least = LEAST[settings.method]
    if len(fit) < 2 or len(states) < (1 if settings.method == "pca" else least):
        name = METHOD_NAMES[settings.method]
        raise DataError(f"{name} needs at least {least} samples; got {min(len(fit), len(states))}")
    tell(0.0, "finding principal components")
    wanted = 2 if settings.method == "pca" else FIRST_COMPONENTS
    reduced, variance = principal(fit, states, max(wanted, TOLD_COMPONENTS), settings.seed)
    if settings.method == "pca":
        return Layout(in_a_plane(reduced), variance[:TOLD_COMPONENTS])
    reduced = reduced[:, :FIRST_COMPONENTS]
    kept = float(variance[:FIRST_COMPONENTS].sum())
    # Each sample has n - 1 neighbours; t-SNE looks at three times as many as its perplexity says.
    made, times = (tsne, 3) if settings.method == "tsne" else (umap, 1)
    perplexity = min(settings.perplexity, max(1.0, (len(states) - 1) / times))
    positions = made(reduced, perplexity, settings.seed, tell)
    return Layout(in_a_plane(positions), variance[:TOLD_COMPONENTS], kept, perplexity)


def principal(
    fit: FloatArray, states: FloatArray, components: int, seed: int = 0
) -> tuple[DoubleArray, DoubleArray]:
    """Return samples along the principal axes of others, and the share of variance along each.

    Args:
        fit: What the axes are found from (F, D).
        states: What is placed along them (n, D).
        components: Axes at most.
        seed: Seed of the randomised method, used where D is large.

    Raises:
        DataError: If all rows of `fit` are alike.
    """
    count = min(components, *fit.shape)
    values = np.asarray(fit, np.float64 if fit.shape[1] <= EXACT_DIMENSIONS else np.float32)
    if not float(np.ptp(values, axis=0).max(initial=0.0)):
        raise DataError("a map needs samples that differ; in this space all training samples are alike")
    mean = values.mean(axis=0)
    find = _exact_axes if fit.shape[1] <= EXACT_DIMENSIONS else _random_axes
    axes, shares = find(values - mean, count, seed)
    # An axis has no direction of its own: the largest of its parts is taken for positive.
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    placed: DoubleArray = (np.asarray(states, values.dtype) - mean) @ axes.T
    return placed.astype(np.float64), shares


def _exact_axes(centred: DoubleArray, count: int, _seed: int) -> tuple[DoubleArray, DoubleArray]:
    """Return the axes (k, D) and their shares of variance, from the covariances (D, D)."""
    variances, vectors = np.linalg.eigh(centred.T @ centred)
    variances = np.maximum(variances, 0.0)
    return vectors[:, ::-1][:, :count].T.copy(), variances[::-1][:count] / variances.sum()


def _random_axes(centred: FloatArray, count: int, seed: int) -> tuple[DoubleArray, DoubleArray]:
    """Return the axes (k, D) and their shares of variance, nearly, without covariances (D, D)."""
    from sklearn.decomposition import PCA

    found = PCA(count, svd_solver="randomized", random_state=seed).fit(centred)
    return found.components_.copy(), np.asarray(found.explained_variance_ratio_, np.float64)


def spread_over_classes(codes: IntArray, most: int) -> IntArray:
    """Return at most so many places, evenly spread, each class with about its share of them (ascending)."""
    order = np.argsort(np.asarray(codes), kind="stable")
    return np.sort(order[spread_rows(len(order), most)])


def fit_rows(rows: IntArray, dimensions: int) -> IntArray:
    """Return those of the training samples that axes are found from: all, or many spread ones."""
    return rows[spread_rows(len(rows), max(2, min(FITTED_ON, FIT_CELLS // max(1, dimensions))))]


def _silent(_fraction: float, _words: str) -> None:
    """Tell nobody."""
