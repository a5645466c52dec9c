"""Child processes with limits, in which foreign files are parsed."""

from core.confine.limits import Limits
from core.confine.parent import run_confined

__all__ = ["Limits", "run_confined"]
