"""What stands where in the section Groups."""

from typing import Any

from dashboard.components.cards import grid
from dashboard.components.view import ViewState
from dashboard.pages.attention.groups.charts import BY_CLASS, PATTERNS


def layout(_view: ViewState) -> Any:
    """Return averages, patterns, distributions and findings of groups."""
    return grid(BY_CLASS.card(width=6), PATTERNS.card(width=6))
