"""Modalities guessed from names: channels whose names begin alike were recorded by one kind of sensor."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST_CHANNELS = 2  # of a group, beside "other"
MOST_GROUPS = 20
OTHER = "other"

_BEGINNING = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Grouping:
    """Channel indices by modality, and what was noticed; empty where names say nothing."""

    groups: Mapping[str, tuple[int, ...]]
    notices: tuple[str, ...] = ()


def guess_groups(channels: Sequence[str]) -> Grouping:
    """Return groups of channels whose names share their first word: acc_x, acc_y and gyr_x, gyr_y.

    There must be at least two words with two channels each; what is left over is the group "other".
    """
    found: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for place, name in enumerate(channels):
        beginning = _BEGINNING.match(name)
        if beginning:
            key = beginning[0].casefold()
            names.setdefault(key, beginning[0])
            found.setdefault(key, []).append(place)
    groups = {names[key]: tuple(places) for key, places in found.items() if len(places) >= LEAST_CHANNELS}
    if not LEAST_CHANNELS <= len(groups) <= MOST_GROUPS:
        return Grouping({})
    taken = {place for places in groups.values() for place in places}
    rest = tuple(place for place in range(len(channels)) if place not in taken)
    if rest:
        groups[OTHER if OTHER not in groups else "others"] = rest
    listed = ", ".join(f"{name:.40} ({len(places)})" for name, places in groups.items())
    return Grouping(groups, (f"channels were grouped by the beginning of their names: {listed}"[:300],))
