"""The `heed` command: the same verbs as `import core`, for a shell."""

from core.cli.application import main, run

__all__ = ["main", "run"]
