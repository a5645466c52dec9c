"""`python -m core` is the `heed` command."""

from core.cli import main

if __name__ == "__main__":
    main()
