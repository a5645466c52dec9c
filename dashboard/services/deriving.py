"""What the section Spectrogram asks: a preview of one sample, and the job that makes it of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.data import Dataset
from core.data.spectrogram import SpectrogramPlan, SpectrogramSettings, plan_spectrogram
from core.errors import NotFoundError, SettingsError
from core.figures import SampleSpectrogram, sample_spectrogram
from core.jobs import JobSpec
from core.jobs.deriving import DeriveRequest
from core.registry import Setting, describe_settings, validated
from dashboard.services import data, jobs, library

CHANNELS = "channels"


@dataclass(frozen=True)
class Derived:
    """A spectrogram that is ordered.

    Attributes:
        dataset: Id of the dataset.
        settings: Settings as a form holds them.
        channels: Names of the channels; all that hold numbers if none is named.
        name: What to call the new dataset, "" for its own name.
        nonce: Tells one click from another.
    """

    dataset: str | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    channels: Sequence[str] = ()
    name: str = ""
    nonce: str = ""


def form_settings() -> tuple[Setting, ...]:
    """Return the settings of a spectrogram but the channels, which are chosen from a list."""
    return tuple(setting for setting in describe_settings(SpectrogramSettings) if setting.name != CHANNELS)


def read(text: str) -> dict[str, Any]:
    """Return the settings that a view holds as k=v,k=v; what can't be understood is left out."""
    known = {setting.name for setting in form_settings()}
    pairs = (piece.partition("=") for piece in text.split(","))
    return {name: value for name, sign, value in pairs if sign and value and name in known}


def written(given: Mapping[str, Any]) -> str:
    """Return settings as a view holds them: those that are not the usual ones.

    Raises:
        SettingsError: If one is wrong.
    """
    chosen = validated(SpectrogramSettings, given).model_dump(mode="json", exclude={CHANNELS})
    usual = SpectrogramSettings().model_dump(mode="json")
    return ",".join(f"{name}={_short(value)}" for name, value in chosen.items() if value != usual[name])


def plan(identifier: str | None, given: Mapping[str, Any], channels: Sequence[str]) -> SpectrogramPlan:
    """Return what a spectrogram of a dataset would be; a HeedError says why there can be none."""
    settings = validated(SpectrogramSettings, {**given, CHANNELS: tuple(channels)})
    return plan_spectrogram(data.opened(identifier), settings)


def channels_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the names of the channels that hold numbers."""
    return tuple(name for name in dataset.channels if name not in dataset.categories)


def preview(identifier: str | None, text: str, sample: int | None, channel: str) -> SampleSpectrogram:
    """Return the spectrogram of one channel of one sample, with the settings that a view holds."""
    dataset = data.opened(identifier)
    known = channels_of(dataset)
    chosen = channel if channel in known else next(iter(known), "")
    place = sample or 0
    if place >= dataset.samples:
        raise NotFoundError(f"there is no sample {place}: the dataset has {dataset.samples:,}, from 0 on")
    settings = validated(SpectrogramSettings, {**read(text), CHANNELS: (chosen,) if chosen else ()})
    deviations = data.statistics(identifier).moments["std"]
    return sample_spectrogram(dataset, settings, deviations, sample=place, channel=chosen)


def derive(order: Derived) -> str:
    """Submit a job that makes a dataset with the spectrogram; return its id.

    Raises:
        SettingsError: If a setting is wrong; nothing is submitted then.
        LimitError: If it would hold more than a dataset may.
    """
    manifest = library.dataset(order.dataset)
    planned = plan(manifest.id, order.settings, order.channels)
    name = order.name.strip()
    if len(name) > 300:
        raise SettingsError(f"a name must have at most 300 characters; got {len(name)}")
    request = DeriveRequest(
        dataset=manifest.id,
        settings=planned.settings,
        name=name or None,
    )
    spec = JobSpec(
        kind="derive",
        payload=request.model_dump(mode="json"),
        title=f"Spectrogram of {manifest.name}"[:300],
        queue="quick",
        nonce=order.nonce,
    )
    return jobs.submit(spec)[0]


def _short(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
