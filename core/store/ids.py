"""Names of directories: made here, and checked here before they ever become part of a path."""

import re
import secrets

from core.errors import NotFoundError

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"

# \Z, since $ would let a trailing newline through.
_ID = re.compile(r"[0-9a-z-]{8,40}\Z")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}\Z")


def new_id() -> str:
    """Return a fresh random id of 12 characters; 62 bits, so ids never meet in practice."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def is_id(text: object) -> bool:
    """Tell whether a value may be an id: 8 to 40 characters of 0-9, a-z and the hyphen."""
    return isinstance(text, str) and _ID.match(text) is not None


def require_id(text: object, kind: str) -> str:
    """Return a value that may be an id; anything else is answered like an id that isn't there."""
    if not is_id(text):
        raise no_such(text, kind)
    return str(text)


def no_such(text: object, kind: str) -> NotFoundError:
    """Return the one answer for a missing, foreign or malformed id."""
    shown = text[:60] if isinstance(text, str) else text
    return NotFoundError(f"there is no {kind} {shown!r:.80}")


def is_file_name(text: str) -> bool:
    """Tell whether a text may name a file of a directory: a plain name that starts with a letter or digit."""
    return _FILE_NAME.match(text) is not None
