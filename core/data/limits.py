"""What a dataset may hold at most; the same numbers stand in the documentation."""

FILE_BYTES = 20 * 1024**3  # that lies on this machine; what comes through the browser is smaller
COLUMNS = 4_096
CLASSES = 1_000
CELLS = 200_000_000
SAMPLES = 5_000_000
STEPS = 1_000_000
METADATA = 64
MODALITIES = 8
NPZ_MEMBERS = 64
NPZ_RATIO = 200
LINE_CHARACTERS = 4 * 1024**2

# Longest texts: the name of a dataset; a channel, class, group or sample id; a description.
NAME_CHARACTERS = 120
LABEL_CHARACTERS = 300
DESCRIPTION_CHARACTERS = 4_000

# Of the confined child that parses a file: a minute of the processor, and a second more for each so many
# bytes; on the clock three times as much, since trainings may run beside it.
CHILD_BYTES = 2 * 1024**3
CHILD_SECONDS = 60
CHILD_PACE = 10 * 1024**2
CLOCK = 3
CHILD_FILE_BYTES = 4 * 1024**3

# Of the confined child that looks at a file first.
PREVIEW_BYTES = 3 * 1024**3 // 2
PREVIEW_SECONDS = 15
PREVIEW_PACE = 200 * 1024**2
PREVIEW_FILE_BYTES = 16 * 1024**2
