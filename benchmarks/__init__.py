"""Speed and memory beside the alternatives, measured in turn on one machine: `python -m benchmarks`."""
