"""Commands about the house itself: what parts there are, whether the store is sound, the dashboard."""

import importlib.util
import os
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from core.augmentation.family import AUGMENTATIONS
from core.cli.output import output_of, shown, table
from core.data import READERS, SOURCES
from core.errors import HeedError
from core.jobs.checking import verify_jobs
from core.models.family import MODELS
from core.registry import PartDescription, Registry, Setting, describe_settings
from core.store.verify import verify_store
from core.training import TrainSettings

FAMILIES: dict[str, Registry[Any]] = {
    "sources": SOURCES,
    "readers": READERS,
    "augmentations": AUGMENTATIONS,
    "models": MODELS,
}


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command()(parts)
    application.command()(verify)
    application.command()(serve)


def parts(context: typer.Context) -> None:
    """List data sources, file readers, augmentations and models with their settings."""
    found = {family: [registry.describe(name) for name in registry] for family, registry in FAMILIES.items()}
    training = describe_settings(TrainSettings)
    document: dict[str, Any] = {
        family: [asdict(description) for description in descriptions]
        for family, descriptions in found.items()
    }
    for described in document["models"]:
        described["presets"] = presets(described["name"])
    document["training"] = [asdict(setting) for setting in training]
    headers = ["name", "setting", "default", "rule", "meaning"]
    tables = [
        table(headers, [row for part in descriptions for row in _part_rows(part)], title=family)
        for family, descriptions in found.items()
    ]
    tables.append(
        table(["setting", "default", "rule", "meaning"], list(map(_setting_row, training)), "training")
    )
    output_of(context).answer(document, *tables)


def presets(model: str) -> dict[str, dict[str, Any]]:
    """Return the settings that a model keeps under names."""
    return {name: dict(values) for name, values in MODELS.part(model).presets.items()}


def verify(
    context: typer.Context,
    deep: Annotated[
        bool, typer.Option("--all/--quick", help="Check every file's hash, or only states and leftovers.")
    ] = True,
) -> None:
    """Check the store: hashes, states, leftovers. Exit code 1 if something is wrong."""
    output = output_of(context)
    report = verify_store(output.store, deep=deep)
    rows = [(found.where, found.what) for found in (*report.problems, *verify_jobs(output.store))]
    document = {
        "checked": report.checked,
        "problems": [{"where": where, "what": what} for where, what in rows],
    }
    verdict = f"{report.checked} checked, {len(rows)} problem{'' if len(rows) == 1 else 's'}"
    output.answer(document, *([table(["where", "problem"], rows)] if rows else []), verdict)
    if rows:
        raise typer.Exit(1)


def serve(
    context: typer.Context,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="8050 unless given.")] = None,
) -> None:
    """Serve the dashboard on this machine with the development server."""
    output = output_of(context)
    environment = {**os.environ, "HEED_HOME": str(output.store.root)}
    if port is not None:
        environment["HEED_PORT"] = str(port)
    if importlib.util.find_spec("dashboard") is None:
        raise HeedError("`heed serve` needs the project's folder `dashboard`; it is not installed")
    address = f"http://{environment.get('HEED_BIND', '127.0.0.1')}:{environment.get('HEED_PORT', '8050')}"
    output.answer({"address": address, "process": os.getpid()}, f"Serving {output.store.root} on {address}")
    sys.stdout.flush()
    command = [sys.executable, "-m", "dashboard"]
    os.execve(sys.executable, command, environment)  # noqa: S606 - no shell is wanted


def _part_rows(part: PartDescription) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [(part.name, "", "", "", part.summary)]
    rows += [("", *_setting_row(setting)) for setting in part.settings]
    if part.family == MODELS.family:
        rows += [
            ("", f"--preset {name}", "", "", shown(values)) for name, values in presets(part.name).items()
        ]
    return rows


def _setting_row(setting: Setting) -> tuple[str, str, str, str]:
    rule = setting.kind
    if setting.choices:
        rule = " | ".join(setting.choices)
    elif setting.minimum is not None or setting.maximum is not None:
        rule = f"{setting.kind}, {_bound(setting.minimum)} to {_bound(setting.maximum)}"
    default = "must be given" if setting.required else shown(setting.default)
    return setting.name, default, rule, setting.description


def _bound(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"
