"""The process of one row: `python -m benchmarks.child ROW REPEAT MATERIAL RESULT`."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

from benchmarks.material import Material, make
from benchmarks.measure import NotInstalledError
from benchmarks.rows import named

PREPARE = "prepare"


def answer(name: str, repeat: int, material: Material) -> dict[str, Any]:
    """Measure a row, or make what the rows work on."""
    if name == PREPARE:
        made = make(material.home)
        return {"dataset": made.dataset, "run": made.run}
    try:
        return named(name).measure(material, repeat).plain()
    except NotInstalledError as error:
        return {"error": str(error)}


def main(name: str, repeat: str, material: str, result: str) -> None:
    """Write what was found to a file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and browsers are ended
    found = answer(name, int(repeat), Material(**json.loads(material)))
    Path(result).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
