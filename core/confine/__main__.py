"""Entry of the confined child; started by `run_confined` only."""

from core.confine.child import main

main()
