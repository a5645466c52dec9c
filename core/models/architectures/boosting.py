"""What attention itself tells of the class: boosted trees on features of a run's attention."""

from collections.abc import Callable
from typing import Annotated, Self

import numpy as np
from pydantic import Field

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask
from core.errors import SettingsError
from core.models.family import MODELS, ReferenceClassifier, ReferenceMaterial
from core.models.linear import in_chunks, require_two_classes
from core.models.settings import ADVANCED


@MODELS.register("boosting")
class Boosting(ReferenceClassifier):
    """Boosted trees on another run's attention: what is learnt from where it looks and what it sees there.

    Features of each attention layer of the run, over a sample's own length: weight in equal
    shares of the sample, weight in its thirds, entropy, largest weight, largest by mean weight, place of the
    largest, and the mean of each channel weighted by attention. The run must have learnt from the same
    dataset and the same split, or its attention would have seen what it is tested on.

    Source: scikit-learn's HistGradientBoostingClassifier, after Ke et al. (2017), LightGBM.
    """

    run: Annotated[
        str, Field(max_length=64, description="Id of a run with attention, of the same dataset and split")
    ] = ""
    shares: Annotated[
        int,
        Field(
            ge=1,
            le=256,
            description="Equal shares of a sample whose weight is a feature",
            json_schema_extra=ADVANCED,
        ),
    ] = 12
    trees: Annotated[
        int, Field(ge=1, le=1000, description="Number of boosting rounds", json_schema_extra=ADVANCED)
    ] = 100
    learning_rate: Annotated[
        float, Field(gt=0.0, le=1.0, description="What each round adds", json_schema_extra=ADVANCED)
    ] = 0.1
    leaf: Annotated[
        int, Field(ge=1, le=1000, description="Samples a leaf has at least", json_schema_extra=ADVANCED)
    ] = 5

    @property
    def attending_run(self) -> str:
        """Id of the run whose attention it learns from."""
        if not self.run:
            raise SettingsError("boosting learns from the attention of a run: name its id in the setting run")
        return self.run

    def attending_to(self, run: str) -> Self:
        """Return these settings with the id of the run."""
        return self.model_copy(update={"run": run})

    def fit(self, material: ReferenceMaterial) -> Callable[[IntArray], DoubleArray]:
        """Learn from the training rows and return what gives probabilities (n, K) of any rows."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        if not material.attention:
            raise SettingsError("boosting needs the attention of a run; got none")
        require_two_classes(material)
        trees = HistGradientBoostingClassifier(
            max_iter=self.trees,
            learning_rate=self.learning_rate,
            min_samples_leaf=self.leaf,
            early_stopping=False,
            random_state=material.seed % 2**32,
        ).fit(self._features(material, material.train), material.targets[material.train])

        def answer(rows: IntArray) -> DoubleArray:
            chances = np.zeros((len(rows), material.classes))
            chances[:, trees.classes_] = trees.predict_proba(self._features(material, rows))
            return chances

        return answer

    def _features(self, material: ReferenceMaterial, wanted: IntArray) -> DoubleArray:
        return in_chunks(lambda rows: self._told(material, rows), wanted)

    def _told(self, material: ReferenceMaterial, rows: IntArray) -> DoubleArray:
        series, lengths = material.read(rows), material.lengths[rows]
        columns = [
            attention_features(np.asarray(weights[rows]), series, lengths, self.shares)
            for _, weights in sorted(material.attention.items())
        ]
        return np.concatenate(columns, axis=1)


def attention_features(
    weights: FloatArray, series: FloatArray, lengths: IntArray, shares: int = 12
) -> DoubleArray:
    """Return what the attention of one layer says of each sample (n, shares + 3 + 4 + C).

    Args:
        weights: Attention by step (n, T).
        series: What it was given to (n, T, C).
        lengths: Number of valid steps (n,).
        shares: Number of equal shares of a sample.
    """
    valid = length_mask(lengths, weights.shape[1])
    held = np.where(valid, weights, 0.0).astype(np.float64)
    held /= np.maximum(held.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)  # (n, T)
    logs = np.log(held, out=np.zeros_like(held), where=held > 0)
    entropy = -(held * logs).sum(axis=1) / np.log(np.maximum(lengths, 2))
    largest = held.max(axis=1)
    told = np.stack([entropy, largest, largest * lengths, held.argmax(axis=1) / lengths], axis=1)  # (n, 4)
    attended = np.einsum("nt,ntc->nc", held, np.where(valid[:, :, None], series, 0.0))
    return np.concatenate(
        [_portions(held, lengths, shares), _portions(held, lengths, 3), told, attended], axis=1
    )


def _portions(weights: DoubleArray, lengths: IntArray, parts: int) -> DoubleArray:
    """Return the weight in equal parts of each sample (n, parts); a step across a border is shared out."""
    sums = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)  # (n, T + 1)
    borders = lengths[:, None] * np.linspace(0.0, 1.0, parts + 1)  # (n, parts + 1)
    before = np.minimum(borders.astype(np.int64), weights.shape[1] - 1)
    rows = np.arange(len(weights))[:, None]
    below = sums[rows, before] + (borders - before) * weights[rows, before]
    portions: DoubleArray = np.diff(below, axis=1)
    return portions
