"""Verbs that compute a further modality from a dataset."""

from collections.abc import Mapping
from typing import Any

from core.arrays import Progress
from core.data import Dataset
from core.data.derived import derive_spectrogram as derive
from core.data.spectrogram import SpectrogramSettings
from core.registry import validated
from core.store import Store
from core.verbs.opening import dataset_id, opened


def derive_spectrogram(
    dataset: str | Dataset,
    settings: Mapping[str, Any] | SpectrogramSettings | None = None,
    *,
    name: str | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Return a dataset of the same samples with a spectrogram of their channels as a further modality.

    The same spectrogram of the same data is made once.

    Args:
        dataset: The dataset, its id, the beginning of its id, or its name.
        settings: Settings of the spectrogram: channels, window, overlap, window_type, scaling,
            sampling_rate, detrend; `core.data.spectrogram.SpectrogramSettings` describes them.
        name: What to call the new dataset.
        store: The store; the one that HEED_HOME names unless given.
        progress: Called now and then with how far it is, from 0 to 1, and what is being done.

    Returns:
        The new dataset; `modalities["spectrogram"]` holds the values, by frame and by channel and frequency.

    Raises:
        SettingsError: If the settings don't fit the dataset.
        LimitError: If the spectrogram would hold more than a dataset may.

    Example:
        >>> import core
        >>> dataset = core.make("bundled", {"name": "GunPoint"})
        >>> derived = core.derive_spectrogram(dataset, {"window": 32})
        >>> found = derived.modalities["spectrogram"]
        >>> found.series.shape, found.channels[1]
        ((200, 8, 17), 'hand x 0.03125 cycles/step')
    """
    place = opened(store)
    given = settings if isinstance(settings, SpectrogramSettings) else None
    wanted = given or validated(SpectrogramSettings, dict(settings or {}))
    return derive(place, dataset_id(dataset, place), wanted, name=name, progress=progress)
