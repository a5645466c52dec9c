"""One architecture a file; the family finds them by itself."""
