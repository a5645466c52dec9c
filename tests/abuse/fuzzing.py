"""Many files through one reader, in a process that may take no more than a confined child."""

import shutil
import signal
from pathlib import Path
from typing import Any

from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.errors import HeedError
from core.store.files import write_json
from tests.abuse.files import mutants

SECONDS = 5  # of one file


def read_mutants(kind: str, count: int, first: int, out: Path) -> None:
    """Read mutants of a kind of file and write down how each ended; runs confined.

    Anything but a dataset or one of our errors is written down with the number of the mutant.
    """
    found: dict[str, Any] = {"read": 0, "refused": 0, "seen": 0, "memory": 0, "wrong": {}}
    for number, content in enumerate(mutants(kind, count, first), first):
        place = out / "desk"
        place.mkdir()
        path = place / f"mutant.{kind}"
        path.write_bytes(content)
        signal.alarm(SECONDS)
        try:
            _look_and_read(kind, path, found)
        except HeedError:
            found["refused"] += 1
        except MemoryError:
            found["memory"] += 1  # a confined child that ends so is told as a limit
        except Exception as error:  # noqa: BLE001 - to find any other is what this is for
            found["wrong"][number] = f"{type(error).__name__}: {error}"[:300]
        finally:
            signal.alarm(0)
            shutil.rmtree(place)
    found["megabytes"] = peak_megabytes()
    write_json(out / "found.json", found)


def peak_megabytes() -> int:
    """Return the largest resident set of this process; getrusage counts that of its parent too."""
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) // 1024


def _look_and_read(kind: str, path: Path, found: dict[str, Any]) -> None:
    """Look at a file, then read it with the settings that were guessed and with missing values kept."""
    seen = READERS.create(kind).inspect(path)
    found["seen"] += 1
    (path.parent / "out").mkdir()
    reader = READERS.create(kind, {**seen.settings, "missing": "mask"})
    sound(reader.read(path, Desk(path.parent / "out")))
    found["read"] += 1
