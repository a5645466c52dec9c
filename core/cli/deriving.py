"""`heed data spectrogram`: a dataset with a spectrogram of its channels."""

from typing import Annotated, Any

import typer

from core.cli.data import DatasetArgument, data, document_of
from core.cli.loading import progress_bar
from core.cli.options import NameOption, pairs, settings_of
from core.cli.output import facts, output_of
from core.data.spectrogram import SpectrogramSettings
from core.registry import describe_settings
from core.verbs.deriving import derive_spectrogram

SETTINGS = ", ".join(setting.name for setting in describe_settings(SpectrogramSettings))
SpectrogramOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="K=V", help=f"A setting: {SETTINGS}. Repeatable.")
]


def add_to(_application: typer.Typer) -> None:
    """Add the command of this module to those about data."""
    data.command()(spectrogram)


def spectrogram(
    context: typer.Context,
    dataset: DatasetArgument,
    settings: SpectrogramOption = None,
    name: NameOption = None,
) -> None:
    """Make a dataset of the same samples with a spectrogram of their channels as a further modality."""
    output = output_of(context)
    given = settings_of(SpectrogramSettings, pairs(settings))
    with progress_bar() as progress:
        made = derive_spectrogram(dataset, given, name=name, store=output.store, progress=progress)
    found = made.modalities["spectrogram"]
    chosen: dict[str, Any] = dict(made.origin["settings"])
    described = {
        "name": "spectrogram",
        "frames": int(found.series.shape[1]),
        "frequencies": len(found.origin["frequencies"]),
        "channels": list(found.origin["channels"]),
        "lengths": [int(found.lengths.min()), int(found.lengths.max())],
        "step_name": found.step_name,
        "settings": chosen,
    }
    shown = {
        "dataset": made.id,
        "name": made.name,
        "from": made.origin["from"]["name"],
        "spectrogram": f"{described['frames']} frames x {described['frequencies']} frequencies of "
        f"{len(found.origin['channels'])} channels",
        "settings": chosen,
    }
    notices = [f"Note: {notice}" for notice in made.notices]
    output.answer({**document_of(made), "modality": described}, facts(shown), *notices)
