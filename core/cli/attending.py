"""What `heed attend` tells of groups, findings and channels, as plain values."""

import math
from typing import Any

from core.attention import PATTERNS
from core.attention.channels import ChannelAttention
from core.attention.findings import SUBJECTS, AttentionFindings
from core.attention.run_findings import GroupedAttention


def groups_plain(groups: tuple[GroupedAttention, ...]) -> list[dict[str, Any]]:
    """Return one entry per group that has samples."""
    return [
        {
            "by": grouped.by,
            "group": name,
            "samples": int(grouped.profile.counts[code]),
            "mean_weights": [_number(value) for value in grouped.profile.mean[code]],
            "patterns": dict(zip(PATTERNS, map(int, grouped.patterns.counts[code]), strict=True)),
            **{
                f"{found.measure}_quartiles": [_number(value) for value in found.quartiles[code]]
                for found in grouped.distributions
            },
        }
        for grouped in groups
        for code, name in enumerate(grouped.profile.names)
        if grouped.profile.counts[code]
    ]


def findings_plain(findings: AttentionFindings | None) -> list[dict[str, Any]]:
    """Return findings with their intervals; null where an interval could not be told."""
    return [
        {
            "about": entry.about,
            "name": entry.name,
            "value": _number(entry.value),
            "interval": [_number(entry.low), _number(entry.high)],
            "level": entry.level,
            "reference": entry.reference,
            "samples": entry.samples,
            "text": entry.text,
        }
        for entry in (findings.entries if findings else ())
    ]


def findings_in_words(findings: AttentionFindings | None) -> list[str]:
    """Return findings as the page tells them."""
    return [text for subject in SUBJECTS for text in (findings.in_words(subject) if findings else ())]


def channels_plain(channels: ChannelAttention | None) -> list[dict[str, Any]]:
    """Return channels, the one that deviates most where the model looks first."""
    if channels is None:
        return []
    return [
        {
            "channel": channels.channels[place],
            "where_it_looks": float(channels.looked[place]),
            "everywhere": float(channels.everywhere[place]),
            "interval": [float(channels.low[place]), float(channels.high[place])],
            "samples": channels.samples,
        }
        for place in channels.ranked
    ]


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None
