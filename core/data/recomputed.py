"""Derived modalities of a series that was changed after its dataset was made."""

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.data.dataset import Dataset, Modality
from core.data.spectrogram import SpectrogramPlan, SpectrogramSettings, spectrograms
from core.errors import DataError

NEEDED = ("settings", "channels", "frequencies", "times", "hop", "floors")


def recomputed_modality(
    dataset: Dataset, name: str, series: FloatArray, lengths: IntArray
) -> tuple[FloatArray, IntArray]:
    """Return a derived modality (n, frames, C) and its lengths (n,) as it would be of other series.

    Args:
        dataset: The dataset that has the modality.
        name: The modality.
        series: Raw series (n, T, C) with the channels of the dataset.
        lengths: Their valid steps (n,).

    Raises:
        DataError: If it is not known how the modality was derived.
    """
    modality = dataset.modalities[name]
    plan, floors = _plan(dataset, modality)
    return spectrograms(plan, series, lengths, floors), plan.lengths(lengths)


def _plan(dataset: Dataset, modality: Modality) -> tuple[SpectrogramPlan, DoubleArray]:
    origin = modality.origin
    lacking = [key for key in NEEDED if key not in origin]
    if origin.get("kind") != "spectrogram" or lacking:
        raise DataError("a modality can be computed anew if it is a spectrogram that was made here")
    settings = SpectrogramSettings.model_validate(origin["settings"])
    names = tuple(origin["channels"])
    if settings.window is None or any(channel not in dataset.channels for channel in names):
        raise DataError("a spectrogram can be computed anew from the channels it was made of; they are gone")
    plan = SpectrogramPlan(
        channels=np.array([dataset.channels.index(channel) for channel in names], np.int64),
        names=names,
        window=settings.window,
        hop=int(origin["hop"]),
        frequencies=np.asarray(origin["frequencies"], np.float64),
        times=np.asarray(origin["times"], np.float64),
        settings=settings,
    )
    return plan, np.asarray(origin["floors"], np.float64)
