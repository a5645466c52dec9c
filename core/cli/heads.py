"""What `heed attend --heads` tells: every head in numbers, every reading with what it says or why not."""

from typing import Any

from core.attention.closed import ClosedHeads
from core.attention.heads import HeadType
from core.attention.run_heads import RunHeads
from core.attention.run_readings import RunReadings
from core.cli.output import table
from core.errors import LimitError
from core.store import Store
from core.verbs.heads import closed, heads, rollout
from core.verbs.selection import Samples

THROUGH_LAYERS = frozenset({"rollout", "flow"})
MOST_POSITIONS, SHOWN_POSITIONS = 10, 3


def told_by_head(run: str, samples: Samples, store: Store) -> tuple[dict[str, Any], list[Any]]:
    """Return the keys `heads`, `readings` and `head_samples` of the document, and tables that tell them."""
    found = heads(run, samples, store)
    read = [rollout(run, samples, one.layer.name, store=store) for one in found.layers]
    try:
        shut: ClosedHeads | None = closed(run, samples, store)
    except LimitError:
        shut = None
    plain = heads_plain(found, shut)
    document = {
        "heads": plain,
        "readings": [entry for one in read for entry in readings_plain(one)],
        "head_samples": len(found.samples),
    }
    rows = [
        (
            one["layer"],
            one["head"],
            ", ".join(one["types"]),
            one["entropy"],
            one["keys"],
            one["largest"],
            *_shut(one),
        )
        for one in plain
    ]
    headers = [
        "layer",
        "head",
        "types",
        "entropy>",
        "keys in use>",
        "largest>",
        "change if closed>",
        "turned>",
    ]
    refused = [(one.title, one.reason) for one in read[0].refused]
    offered = {}  # those that go through all layers are told once
    for one in read:
        for profile in one.profiles:
            layer = "all" if profile.reading.key in THROUGH_LAYERS else one.layer.name
            offered[layer, profile.reading.title] = _top_steps(one, profile.reading.key)
    title = f"heads over {len(found.samples)} samples"
    return document, [
        table(headers, rows, title=title),
        table(["layer", "reading", "top steps (share)"], [(*of, told) for of, told in offered.items()]),
        *([table(["not offered", "why"], refused)] if refused else []),
    ]


def heads_plain(found: RunHeads, shut: ClosedHeads | None) -> list[dict[str, Any]]:
    """Return one entry a head; `closed` is null where its maps are too large to close heads one by one."""
    entries = []
    for one in found.layers:
        for place, profile in enumerate(one.profiles):
            without = shut.of(one.layer.name, profile.head) if shut else None
            entries.append(
                {
                    "layer": one.layer.name,
                    "head": profile.head,
                    "types": list(profile.names),
                    "entropy": profile.entropy,
                    "entropy_deviation": profile.entropy_deviation,
                    "keys": profile.keys,
                    "largest": profile.largest,
                    "measures": {kind.name: _measure(kind) for kind in profile.types},
                    "pairs": [
                        {
                            "query": pair.query,
                            "key": pair.key,
                            "query_label": one.queries.labels[pair.query],
                            "key_label": one.keys.labels[pair.key],
                            "weight": pair.weight,
                        }
                        for pair in (one.pairs[place] if one.pairs else ())
                    ],
                    "closed": None if without is None else {"change": without.change, "flips": without.flips},
                }
            )
    return entries


def readings_plain(found: RunReadings) -> list[dict[str, Any]]:
    """Return every reading of a layer with its weights and the positions that matter most, or why not."""
    valid = [
        {
            "layer": found.layer.name,
            "reading": profile.reading.key,
            "valid": True,
            "reason": profile.reading.reason,
            "weights": [float(value) for value in profile.values],
            "top": [
                {"rank": one.rank, "step": one.step, "label": one.label, "weight": one.weight}
                for one in found.ranked(profile.reading.key, MOST_POSITIONS)
            ],
        }
        for profile in found.profiles
    ]
    return valid + [
        {
            "layer": found.layer.name,
            "reading": one.key,
            "valid": False,
            "reason": one.reason,
            "weights": None,
            "top": [],
        }
        for one in found.refused
    ]


def _top_steps(found: RunReadings, key: str) -> str:
    return ", ".join(f"{one.label} ({one.weight:.3f})" for one in found.ranked(key, SHOWN_POSITIONS))


def _measure(kind: HeadType) -> dict[str, Any]:
    measured = {"value": kind.value, "uniform": kind.null, "strength": kind.strength, "least": kind.least}
    return {**measured, "lag": kind.lag} if kind.name == "diagonal" else measured


def _shut(entry: dict[str, Any]) -> tuple[Any, Any]:
    without = entry["closed"]
    return ("", "") if without is None else (without["change"], without["flips"])
