from types import SimpleNamespace
from typing import Any

import pytest

from core.data import make_dataset
from core.data.manifest import DatasetManifest
from core.errors import NotFoundError, SettingsError
from core.jobs.context import Cancelled
from core.jobs.deriving import run_derive_job
from core.jobs.kinds import function_of
from core.store import Store


def context(store: Store, stopped: bool = False) -> Any:
    """Return what the job uses of a context."""
    told: list[tuple[float, str]] = []

    def stop() -> None:
        if stopped:
            raise Cancelled

    return SimpleNamespace(
        store=store,
        spec=SimpleNamespace(owner="ana"),
        told=told,
        report=lambda *given: told.append(given),
        stop_if_cancelled=stop,
    )


def test_a_spectrogram_is_made_for_the_owner_of_the_job(store: Store) -> None:
    source = make_dataset(store, "synthetic", {"samples": 30, "timesteps": 40})
    desk = context(store)
    job = function_of("derive")
    result = job(desk, {"dataset": source.id, "settings": {"window": 16}})
    manifest = store.datasets.read(result["dataset"], DatasetManifest)
    assert (manifest.owner, manifest.samples, manifest.modalities) == ("ana", 30, {"spectrogram": (4, 9)})
    assert desk.told[-1] == (1.0, f"made {manifest.name}")
    assert job(desk, {"dataset": source.id, "settings": {"window": 16}}) == result


def test_a_cancelled_job_leaves_nothing(store: Store) -> None:
    source = make_dataset(store, "synthetic", {"samples": 30, "timesteps": 40})
    with pytest.raises(Cancelled):
        run_derive_job(context(store, stopped=True), {"dataset": source.id})
    assert store.datasets.ids() == (source.id,)
    assert list(store.tmp.iterdir()) == []


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"dataset": "nothere00000"}, NotFoundError),
        ({"dataset": "nothere00000", "modality": "wavelet"}, SettingsError),
        ({}, SettingsError),
        ({"dataset": "nothere00000", "settings": {"overlap": 2}}, SettingsError),
    ],
)
def test_a_wrong_order_is_refused_in_words(store: Store, payload: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        run_derive_job(context(store), payload)
