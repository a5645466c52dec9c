"""What a dataset may hold at most; the same numbers stand in the documentation."""

UPLOAD_BYTES = 2 * 1024**3
COLUMNS = 4_096
CLASSES = 1_000
CELLS = 200_000_000
SAMPLES = 5_000_000
METADATA = 64
MODALITIES = 8
NPZ_MEMBERS = 64
NPZ_RATIO = 200
LINE_CHARACTERS = 4 * 1024**2

# Longest texts: the name of a dataset; a channel, class, group or sample id; a description.
NAME_CHARACTERS = 120
LABEL_CHARACTERS = 300
DESCRIPTION_CHARACTERS = 4_000

# Of the confined child that parses a file.
CHILD_BYTES = 2 * 1024**3
CHILD_SECONDS = 60
