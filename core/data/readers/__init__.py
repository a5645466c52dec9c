"""File readers: one file each; they run in a confined child only."""
