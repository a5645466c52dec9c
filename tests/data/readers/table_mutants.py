"""Tables of which a few bytes are wrong, and a trial of both readers of tables on any file."""

import io
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.choosing import best_reader
from core.data.desk import Desk
from core.data.families import READERS
from core.data.soundness import sound
from core.errors import HeedError
from core.store.files import write_json

SECONDS = 10  # of one file
READERS_OF_TABLES = ("long", "wide")


def try_table(path: Path, chosen: dict[str, Any]) -> str:
    """Look at a table with each reader and read it as the preview says; return how the readings ended."""
    ended = []
    for name in READERS_OF_TABLES:
        place = Path(mkdtemp(dir=path.parent))
        try:
            ended.append(_look_and_read(path, name, chosen, place))
        except HeedError:
            ended.append("refused")
        finally:
            shutil.rmtree(place)
    return "read" if "read" in ended else "refused"


def _look_and_read(path: Path, name: str, chosen: dict[str, Any], place: Path) -> str:
    known = {key: value for key, value in chosen.items() if key in READERS.part(name).model_fields}
    with suppress(HeedError):
        best_reader(READERS_OF_TABLES, path)
    seen = READERS.create(name, known).inspect(path)
    dataset = sound(READERS.create(name, seen.settings).read(path, Desk(place)))
    if seen.looked == seen.rows and not seen.problems:
        assert (seen.samples, seen.steps, seen.channels) == dataset.series.shape
    return "read"


def text_seeds() -> tuple[bytes, ...]:
    long = "who,day,x,y,label\n" + "".join(
        f"{who},2024-01-{day:02d},{day}.5,{day * 2},{'ab'[day % 2]}\n" for who in "pq" for day in range(1, 9)
    )
    wide = "label,id,0,1,2\n" + "".join(f"{'xy'[row % 2]},s{row},{row},1.5,{row * 2}\n" for row in range(9))
    grid = "a_0;a_1;b_0;b_1;kind\n" + "".join(f"1,5;{row};3;;{'uv'[row % 2]}\n" for row in range(9))
    return (
        long.encode(),
        wide.encode(),
        grid.encode(),
        long.encode("utf-16"),
        wide.replace(",", "\t").encode(),
    )


def parquet_seeds() -> tuple[bytes, ...]:
    found = []
    for options in ({}, {"compression": "zstd", "use_dictionary": False}, {"compression": "none"}):
        long = pa.table(
            {
                "who": ["p"] * 10 + ["q"] * 10,
                "day": pa.array(list(range(10)) * 2, pa.timestamp("s")),
                "x": np.arange(20.0),
                "label": ["a", "b"] * 10,
            }
        )
        wide = pa.table({"label": ["x", "y"] * 5, **{str(step): np.arange(10.0) for step in range(4)}})
        for table in (long, wide):
            content = io.BytesIO()
            pq.write_table(table, content, row_group_size=8, **options)
            found.append(content.getvalue())
    return tuple(found)


SEEDS = {"csv": text_seeds, "parquet": parquet_seeds}


def mutants(kind: str, count: int, first: int) -> Iterator[bytes]:
    """Yield files in which a few bytes were changed, moved, repeated or cut off; the number is the seed."""
    seeds = SEEDS[kind]()
    for number in range(first, first + count):
        rng = np.random.default_rng([number, len(kind)])
        content = bytearray(seeds[int(rng.integers(len(seeds)))])
        for _ in range(int(rng.integers(1, 6 if kind == "csv" else 3))):
            place, size = int(rng.integers(len(content) + 1)), int(rng.integers(1, 9 if kind == "csv" else 2))
            # A Parquet file is full of places: what moves its bytes breaks it at once.
            change = 1 if kind == "parquet" and rng.random() < 0.98 else int(rng.integers(5))
            if change == 0:
                del content[place:]
            elif change == 1:
                content[place : place + size] = rng.bytes(size)
            elif change == 2:
                content[place:place] = content[max(0, place - size) : place]
            elif change == 3:
                del content[place : place + size]
            else:
                content[place:place] = [b"\0", b'"', b"\n", b",", b"\xff", b"9" * 40, b"1e400", b"-"][
                    number % 8
                ]
        yield bytes(content)


def try_mutants(kind: str, count: int, first: int, out: Path) -> None:
    """Try mutants of a kind of file and write down how each ended; runs confined."""
    found: dict[str, Any] = {"read": 0, "refused": 0, "memory": 0, "wrong": {}}
    for number, content in enumerate(mutants(kind, count, first), first):
        path = out / f"mutant.{kind}"
        path.write_bytes(content)
        signal.alarm(SECONDS)
        try:
            found[try_table(path, {"missing": "mask"})] += 1
        except MemoryError:
            found["memory"] += 1  # a confined child that ends so is told as a limit
        except Exception as error:  # noqa: BLE001 - to find any other is what this is for
            found["wrong"][number] = f"{type(error).__name__}: {error}"[:300]
        signal.alarm(0)
    # What getrusage tells of a process begins with the memory of the one that started it.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    found["megabytes"] = int(peak.split()[1]) // 1024
    write_json(out / "found.json", found)
