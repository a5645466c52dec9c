"""What stands on the command line: settings as k=v, parts with settings, lists of seeds."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from core.registry import Setting, describe_settings

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="K=V", help="A setting; `heed parts` lists them. Repeatable."),
]
NameOption = Annotated[str | None, typer.Option("--name", help="A name to find it by.")]
ClassOption = Annotated[
    str,
    typer.Option("--class", metavar="NAME", help="Of more than two: outcomes are this one against the rest."),
]
LayerOption = Annotated[str, typer.Option("--layer", help="Attention layer; the first unless given.")]
NOTHING = frozenset({"", "none", "null"})
MOST_SEEDS = 100
_SEEDS = re.compile(r"(-?\d{1,10})(?:\s*-\s*(\d{1,10}))?\Z", re.ASCII)


def pairs(texts: Sequence[str] | None, option: str = "--set") -> dict[str, str]:
    """Return k=v texts as a dictionary; wrong usage if one has no "=" or a name comes twice."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name:
            raise typer.BadParameter(f"{option} takes name=value; got {text!r:.80}")
        if name in found:
            raise typer.BadParameter(f"{option} names each setting once; {name!r:.80} came twice")
        found[name] = value
    return found


def settings_of(model: type[BaseModel], texts: dict[str, str]) -> dict[str, Any]:
    """Return texts from a shell as their model reads them: lists split, "none" as nothing.

    What the settings may be is checked by the model itself.
    """
    known = {setting.name: setting for setting in describe_settings(model)}
    return {name: _value(text, known[name]) if name in known else text for name, text in texts.items()}


def part_with_settings(text: str) -> tuple[str, dict[str, str]]:
    """Return the name and the settings of NAME:k=v,k=v."""
    name, _, rest = text.partition(":")
    if not name.strip():
        raise typer.BadParameter(f"--augment takes NAME:k=v,k=v; got {text!r:.80}")
    return name.strip(), pairs([piece for piece in rest.split(",") if piece], "--augment")


def seed_list(text: str) -> tuple[int, ...]:
    """Return the seeds of 0,1,2 or 0-4."""
    seeds: tuple[int, ...] = ()
    for piece in text.split(","):
        found = _SEEDS.match(piece.strip())
        if not found:
            raise typer.BadParameter(
                f"--seeds takes whole numbers split by commas, or from-to; got {text!r:.80}"
            )
        first, last = int(found[1]), int(found[2] or found[1])
        # One more than there may be is enough to tell that there are too many.
        seeds += tuple(range(first, min(last, first + MOST_SEEDS) + 1))
    if len(set(seeds)) != len(seeds):
        raise typer.BadParameter(f"--seeds names each seed once; got {text!r:.80}")
    if not seeds or min(seeds) < 0 or len(seeds) > MOST_SEEDS:
        raise typer.BadParameter(f"--seeds takes 1 to {MOST_SEEDS} numbers from 0 up; got {text!r:.80}")
    return seeds


def _value(text: str, setting: Setting) -> Any:
    if setting.default is None and text.strip().lower() in NOTHING and not setting.required:
        return None
    if setting.kind != "list":
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise typer.BadParameter(f"{setting.name} takes a list like 1,2,3; got {text!r:.80}") from None
    return [piece.strip() for piece in text.split(",") if piece.strip()]
