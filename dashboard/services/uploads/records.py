"""What is told of an upload: announced, arrived, refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from core.errors import HeedError, LimitError

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class QuotaError(LimitError):
    """An owner's uploads are too many, or too large together."""

    kind = "quota"


class OffsetError(HeedError):
    """A piece does not continue what is there, or somebody else is writing.

    Attributes:
        received: How many bytes are there.
        busy: Whether another request is writing at this moment.
    """

    kind = "offset"

    def __init__(self, words: str, received: int, busy: bool = False) -> None:
        super().__init__(words)
        self.received = received
        self.busy = busy


class PieceError(HeedError):
    """A piece did not arrive whole, or not as it was sent; it can be sent again."""

    kind = "piece"


class Announced(BaseModel):
    """What is known of an upload from its start, and the hash once it is whole."""

    model_config = ConfigDict(frozen=True)

    token: str
    owner: str
    name: str
    size: int
    modified: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Arrived:
    """How far an upload is."""

    announced: Announced
    received: int
    whole: bool


@dataclass(frozen=True)
class Piece:
    """Bytes that are coming in: where they belong, how many they are, their hash if it was said."""

    offset: int
    length: int
    read: Callable[[int], bytes]
    sha256: str = ""


def tidy_file_name(name: str) -> str:
    """Return a file's name as it may be shown: no folders, no hidden characters, at most 120 characters."""
    last = _HIDDEN.sub("", name.replace("\\", "/")).rsplit("/", 1)[-1].strip(" .")
    stem, dot, ending = last.rpartition(".")
    suffix = (dot + ending)[:12] if stem else ""
    return ((stem or last)[: 120 - len(suffix)] + suffix) or "file"
