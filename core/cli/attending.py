"""What `heed attend` tells of groups, findings and channels, as plain values."""

import math
from typing import Any

from core.attention import PATTERNS
from core.attention.channels import ChannelAttention
from core.attention.findings import SUBJECTS, AttentionFindings
from core.attention.run_findings import GroupedAttention
from core.cli.output import table


def groups_plain(groups: tuple[GroupedAttention, ...]) -> list[dict[str, Any]]:
    """Return one entry per group that has samples."""
    return [
        _group(grouped, code, name)
        for grouped in groups
        for code, name in enumerate(grouped.profile.names)
        if grouped.profile.counts[code]
    ]


def groups_table(groups: tuple[GroupedAttention, ...]) -> Any:
    """Return the table of groups: how many samples each has, and its medians."""
    told = groups_plain(groups)
    medians = ("entropy", "concentration", "peak", "weights")
    rows = [
        (one["by"], one["group"], one["samples"], *(one[f"{name}_quartiles"][1] for name in medians))
        for one in told
    ]
    return table(
        ["by", "group", "samples>", *(f"{name}>" for name in medians)], rows, title="groups, medians"
    )


def _group(grouped: GroupedAttention, code: int, name: str) -> dict[str, Any]:
    profile = grouped.profile
    return {
        "by": grouped.by,
        "group": name,
        "samples": int(profile.counts[code]),
        "axis": profile.axis.name,
        "mean_weights": [_number(value) for value in profile.mean[code]],
        "low": [_number(value) for value in profile.low[code]],
        "high": [_number(value) for value in profile.high[code]],
        "present": [int(count) for count in profile.present[code]],
        "patterns": dict(zip(PATTERNS, map(int, grouped.patterns.counts[code]), strict=True)),
        **{
            f"{found.measure}_quartiles": [_number(value) for value in found.quartiles[code]]
            for found in grouped.distributions
        },
        "distributions": [
            {
                "measure": found.measure,
                "logarithmic": found.logarithmic,
                "counted": int(found.counted[code]),
                "edges": [float(edge) for edge in found.edges],
                "shares": [float(share) for share in found.shares[code]],
            }
            for found in grouped.distributions
        ],
    }


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
