"""Quiet notices, and what happens when a callback fails."""

import logging
import secrets
from typing import Any

import dash

from core.errors import HeedError
from dashboard.components.ids import Id

logger = logging.getLogger("heed.dashboard")


def notice(text: str, href: str = "", link: str = "", kind: str = "info") -> dict[str, Any]:
    """Return a notice for ``Output(Id.NOTICE, "data", allow_duplicate=True)``.

    Args:
        text: What happened, one sentence.
        href: Where more is to be seen.
        link: The words of that link.
        kind: "info", "success" or "error"; an error stays until it is closed.
    """
    return {"key": secrets.token_hex(4), "text": text[:500], "href": href, "link": link, "kind": kind}


def notify(text: str, href: str = "", link: str = "", kind: str = "info") -> None:
    """Show a notice from inside a regular callback, beside whatever it returns."""
    dash.set_props(Id.NOTICE, {"data": notice(text, href, link, kind)})


def reference_of(error: BaseException) -> str:
    """Log an error with its traceback and return the reference number by which it is found again."""
    reference = secrets.token_hex(3)
    logger.error("callback failed, reference %s", reference, exc_info=error, extra={"reference": reference})
    return reference


def sentence(error: BaseException) -> str:
    """Return what the user is told of an error: its text if the user can mend it, else a reference number."""
    if isinstance(error, HeedError):
        text = str(error)
        return text[:1].upper() + text[1:]
    return f"Something went wrong inside Heed. The log has it under reference {reference_of(error)}."


def on_error(error: Exception) -> None:
    """Show a notice for an error that a callback let through; its outputs stay as they are."""
    notify(sentence(error), kind="error")
