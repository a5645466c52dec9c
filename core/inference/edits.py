"""Edits of one sample's signal or attention: what they are, and how they are written in a link.

An edit reads ``kind=value@first-end:channels`` for the signal and ``kind=value@first-end/layer`` for
attention; edits in order are separated by ";"::

    mean@10-20:0,2;donor=45@5-9     the channels 0 and 2 at their mean from step 10 up to, not including, 20;
                                    then steps 5 to 8 of all channels as in sample 45
    head_off=1/self_1;zero@30-40    head 1 of the layer self_1 off, steps 30 to 39 unseen by the first layer

Without an interval an edit is of all steps, without channels of all that it suits, without a layer of the
first one. Names are written as in URLs where they hold signs of the grammar.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from core.errors import SettingsError

MOST_EDITS = 40
LARGEST = 10**9

# What stands behind "=": nothing, a number, a class.
SIGNAL: Mapping[str, str] = {
    "interpolate": "",
    "mean": "",
    "class_mean": "class",
    "donor": "sample",
    "noise": "seed",
    "shift": "steps",
}
ATTENTION: Mapping[str, str] = {"uniform": "", "zero": "", "step": "step", "head_off": "head"}
KINDS = (*SIGNAL, *ATTENTION)
WITHOUT_INTERVAL = frozenset({"uniform", "step", "head_off"})

_SHAPE = re.compile(
    r"(?P<kind>[a-z_]+)(=(?P<value>[^=@:/;]*))?(@(?P<steps>[^=@:/;]*))?"
    r"(:(?P<channels>[^=@:/;]*))?(/(?P<layer>[^=@:/;]*))?"
)
RULE = "an edit must read kind=value@first-end:channels, as mean@10-20:0,2 or head_off=1/time"


@dataclass(frozen=True)
class Edit:
    """One change of a sample's signal, or of where a layer looks.

    Attributes:
        kind: Of the signal: "interpolate" (a straight line between the neighbours), "mean" (the channel's
            training mean), "class_mean" (mean of the training samples of a class at the same steps), "donor"
            (another sample's values), "noise" (normal, of the channel's training mean and deviation), "shift"
            (what stood so many steps before). Of attention: "uniform", "zero" (steps without weight, the rest
            renormalised), "step" (all weight on one step), "head_off".
        value: Class, sample, seed, steps, step or head; "" where the kind takes none.
        start: First step of the interval; None for the beginning.
        stop: End of the interval, the first step that is not changed any more; None for the sample's end.
        channels: Indices of the channels; empty for all that the kind suits.
        layer: Name of the attention layer; "" for the first.
    """

    kind: str
    value: str = ""
    start: int | None = None
    stop: int | None = None
    channels: tuple[int, ...] = ()
    layer: str = ""

    def __post_init__(self) -> None:
        """Hold the edit to its kind.

        Raises:
            SettingsError: If something is there that the kind does not take, or lacks.
        """
        if self.kind not in KINDS:
            raise SettingsError(f"kinds of edits are {', '.join(KINDS)}; got {self.kind!r:.60}")
        self._check_value()
        self._check_interval()
        if self.channels and self.on_attention:
            raise SettingsError(f"{self.kind} changes attention and takes no channels; got {self.text!r:.80}")
        if self.layer and not self.on_attention:
            raise SettingsError(f"{self.kind} changes the signal and takes no layer; got {self.text!r:.80}")

    @property
    def on_attention(self) -> bool:
        """Whether it intervenes in attention; else it changes the signal."""
        return self.kind in ATTENTION

    @property
    def number(self) -> int:
        """The value as a number; 0 where there is none."""
        return int(self.value or 0)

    @property
    def text(self) -> str:
        """The edit as it is written, in its usual form."""
        value = f"={quote(self.value, safe='')}" if self.value else ""
        interval = "" if self.start is None else f"@{self.start}-{self.stop}"
        channels = f":{','.join(map(str, self.channels))}" if self.channels else ""
        return f"{self.kind}{value}{interval}{channels}" + (
            f"/{quote(self.layer, safe='')}" if self.layer else ""
        )

    def _check_value(self) -> None:
        wanted = {**SIGNAL, **ATTENTION}[self.kind]
        if bool(self.value) != bool(wanted):
            said = f"needs a {wanted}, as {self.kind}=1" if wanted else "takes no value"
            raise SettingsError(f"{self.kind} {said}; got {self.value!r:.60}")
        if wanted in {"", "class"}:
            return
        sign = "-?" if wanted == "steps" else ""
        if not re.fullmatch(rf"{sign}[0-9]{{1,9}}", self.value, re.ASCII):
            whole = "a whole number" if wanted == "steps" else "a number from 0"
            raise SettingsError(f"{wanted} of {self.kind} must be {whole}; got {self.value!r:.60}")

    def _check_interval(self) -> None:
        if (self.start is None) != (self.stop is None):
            raise SettingsError(f"an interval has a first step and an end; got {self.start} and {self.stop}")
        if self.start is None or self.stop is None:
            if self.kind == "zero":
                raise SettingsError("zero needs the steps that get no weight, as zero@10-20; got none")
            return
        if self.kind in WITHOUT_INTERVAL:
            raise SettingsError(f"{self.kind} takes no interval; got {self.start}-{self.stop}")
        if not 0 <= self.start < self.stop <= LARGEST:
            raise SettingsError(
                f"an interval goes from its first step up to a later one that it leaves out, as 10-20; "
                f"got {self.start}-{self.stop}"
            )


def parse_edits(text: str) -> tuple[Edit, ...]:
    """Return the edits of a text, in order; none for an empty one.

    Raises:
        SettingsError: If the text is not in the form of edits, or holds more than MOST_EDITS.
    """
    pieces = [piece.strip() for piece in text.split(";")] if text.strip() else []
    if len(pieces) > MOST_EDITS:
        raise SettingsError(f"there may be at most {MOST_EDITS} edits; got {len(pieces)}")
    return tuple(parse_edit(piece) for piece in pieces)


def parse_edit(text: str) -> Edit:
    """Return the edit of a text; SettingsError says what is wrong with it."""
    found = _SHAPE.fullmatch(text)
    if found is None or any(found[name] == "" for name in ("value", "steps", "channels", "layer")):
        raise SettingsError(f"{RULE}; got {text!r:.80}")
    start, stop = _interval(found["steps"])
    return Edit(
        found["kind"],
        unquote(found["value"] or ""),
        start,
        stop,
        _channels(found["channels"]),
        unquote(found["layer"] or ""),
    )


def edits_text(edits: tuple[Edit, ...]) -> str:
    """Return edits as one text, which `parse_edits` reads."""
    return ";".join(edit.text for edit in edits)


def _interval(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text, re.ASCII)
    if found is None:
        raise SettingsError(f"an interval must read first-end, as 10-20; got {text!r:.60}")
    return int(found[1]), int(found[2])


def _channels(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    pieces = text.split(",")
    if not all(re.fullmatch(r"[0-9]{1,6}", piece, re.ASCII) for piece in pieces):
        raise SettingsError(f"channels must be numbers from 0, as 0,2; got {text!r:.60}")
    return tuple(sorted({int(piece) for piece in pieces}))
