"""Train sequence models, read their attention, and test whether it may be believed."""

import os

# onnxruntime opens connections and writes below the home directory unless this precedes its first import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
