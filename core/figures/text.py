"""Texts as figures print them: names made harmless and short, numbers with their units."""

import unicodedata

ELLIPSIS = "\u2026"
# Plotly reads a small HTML, LaTeX between dollars, %{...} in hover texts; as entities all are plain signs.
HARMLESS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, format (turns direction), unpaired, private
JOINERS = {"\u200c", "\u200d"}  # belong to words of some languages and to emoji


def clean(text: object, longest: int = 300) -> str:
    """Return a user's text as one line without unseen signs, at most so long, for places that show it raw."""
    kept = "".join(
        " " if sign.isspace() else sign
        for sign in str(text)[: 10 * longest]
        if sign.isspace() or sign in JOINERS or unicodedata.category(sign) not in UNSEEN
    )
    return shorten(" ".join(kept.split()), longest)


def shorten(text: str, longest: int) -> str:
    """Return a text of at most so many signs, with an ellipsis where it was cut."""
    return text if len(text) <= longest else text[: max(1, longest - 1)].rstrip() + ELLIPSIS


def plain(text: object, longest: int = 40) -> str:
    """Return a user's text for a figure: one short line that is neither HTML nor LaTeX nor a placeholder."""
    return "".join(HARMLESS.get(sign, sign) for sign in clean(text, longest))


def percent(share: float) -> str:
    """Return a share as it is read: 94.7 %."""
    return f"{100 * share:.1f} %"


def number(value: float) -> str:
    """Return a number with three digits that count."""
    return f"{value:.3g}"


def counted(count: int, thing: str) -> str:
    """Return a number of things: 1 sample, 150 samples."""
    ending = "es" if thing.endswith(("s", "x")) else "s"
    return f"{count:,} {thing}{'' if count == 1 else ending}"
