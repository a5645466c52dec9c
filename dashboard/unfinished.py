"""Libraries that a thread is still importing, as Plotly sees them.

Pandas with what it brings takes 60 MB, and few workers ever need it: they import it for the first table that
leaves. Meanwhile other threads draw. Plotly uses of pandas whatever stands in ``sys.modules``, also the half
that is there so far, and fails. What is drawn then holds nothing of pandas, so for Plotly it is absent.
Narwhals, which Plotly asks as well, does the same (its ``dependencies`` module).
"""

from types import ModuleType
from typing import Any

import plotly.io._json
from _plotly_utils import basevalidators, optional_imports, utils

ASKING = (basevalidators, utils, plotly.io._json)
_whole: dict[str, ModuleType] = {}


def whole_module(name: str, should_load: bool = True) -> ModuleType | None:
    """Return a library as Plotly's own function does, None while it is being imported.

    Args:
        name: Its name.
        should_load: Whether to import what is not there.
    """
    if name in _whole:  # asked thousands of times for a figure
        return _whole[name]
    found: Any = optional_imports.get_module(name, should_load)
    if found is None or getattr(getattr(found, "__spec__", None), "_initializing", False):
        return None
    _whole[name] = found
    return _whole[name]


def hide_unfinished() -> None:
    """Let Plotly see libraries only once they are imported."""
    for module in ASKING:
        module.get_module = whole_module
