"""Where jobs are handed to, behind Dash's background managers."""

from dashboard.background.manager import RunnerManager, hand_over

__all__ = ["RunnerManager", "hand_over"]
