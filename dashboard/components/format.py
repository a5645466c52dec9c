"""Numbers, times and names as the dashboard writes them."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

NOTHING = "-"
OUTCOMES = {"TP": "true positive", "TN": "true negative", "FP": "false positive", "FN": "false negative"}
OWN_OUTCOMES = {"right": "TP", "wrong": "FN"}  # with what else they are called; see `outcome_codes`
STATES = {
    "queued": "waiting",
    "starting": "starting",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share in percent: 94.7 %."""
    return NOTHING if _missing(share) else f"{100 * float(share or 0):.{digits}f} %"


def accuracy(share: float | None, interval: Sequence[float] | None = None, samples: int | None = None) -> str:
    """Return an accuracy with its interval and n: 94.7 % (95 % CI 89.8-97.3, n = 150)."""
    if _missing(share):
        return NOTHING
    facts = []
    if interval is not None and len(interval) == 2 and not any(_missing(end) for end in interval):
        facts.append(f"95 % CI {100 * interval[0]:.1f}-{100 * interval[1]:.1f}")
    if samples is not None:
        facts.append(f"n = {count(samples)}")
    return percent(share) + (f" ({', '.join(facts)})" if facts else "")


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with so many significant digits, without an exponent where it is readable."""
    if _missing(value):
        return NOTHING
    value = float(value or 0)
    if value and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.{digits - 1}e}"
    decimals = digits if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: int | None) -> str:
    """Return a count as figures and commands write it: 12,345."""
    return NOTHING if value is None else f"{value:,}"


def counted(value: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun: 1 sample, 2 samples."""
    return f"{count(value)} {noun if value == 1 else plural or noun + 's'}"


def file_size(value: int) -> str:
    """Return a file's size: 640 bytes, 12.3 kB, 4.0 MB, 1.2 GB."""
    if value < 1000:
        return counted(value, "byte")
    for unit, scale in (("kB", 1e3), ("MB", 1e6)):
        if value < 1000 * scale:
            return f"{value / scale:.1f} {unit}"
    return f"{value / 1e9:.1f} GB"


def duration(seconds: float | None) -> str:
    """Return a time span in words that are short: 0.4 s, 50 s, 3 min 20 s, 2 h 5 min."""
    if _missing(seconds):
        return NOTHING
    seconds = max(0.0, float(seconds or 0))
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def when(moment: datetime | str | None) -> str:
    """Return a moment as date and minute in universal time: 2026-11-21 23:05."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return NOTHING if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago something was: just now, 5 min ago, 3 h ago, yesterday's date."""
    if moment is None:
        return NOTHING
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h ago"
    return f"{moment:%Y-%m-%d}"


def short_id(identifier: str) -> str:
    """Return the first characters of an id, enough to tell it apart: #a41c."""
    return f"#{identifier[:4]}"


def clipped(text: str, longest: int = 40) -> str:
    """Return a text cut in the middle so that both ends stay readable."""
    if len(text) <= longest:
        return text
    tail = longest // 3
    return f"{text[: longest - tail - 1]}\u2026{text[-tail:]}"


def _missing(value: float | None) -> bool:
    return value is None or not math.isfinite(value)
