"""Numbers as findings say them."""

from core.data.leaking.report import Probe


def percent(share: float) -> str:
    """Return a share in percent; what is small but not nothing is not rounded to nothing."""
    if 0 < share < 0.0005:
        return "less than 0.1 %"
    return f"{100 * share:.1f} %"


def part_of(count: int, samples: int, what: str) -> str:
    """Return a count with its whole and share: 12 of 200 test windows (6.0 %)."""
    share = f" ({percent(count / samples)})" if samples else ""
    return f"{count:,} of {samples:,} {what}{share}"


def reached(probe: Probe) -> str:
    """Return an accuracy with its interval, n and the majority rate beside it."""
    low, high = probe.interval
    return (
        f"{percent(probe.accuracy)} of test windows (95 % CI {100 * low:.1f}-{100 * high:.1f}, "
        f"n = {probe.samples:,}; always guessing the most frequent class: {percent(probe.majority)})"
    )


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: 1 test, 2 tests."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def p_value(p: float) -> str:
    """Return a p-value with two digits, never as 0."""
    return "< 0.0001" if p < 1e-4 else f"= {p:.2g}"


def named(names: list[str], most: int = 3) -> str:
    """Return a few names and how many more there are."""
    shown = ", ".join(f"{name:.60}" for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
