"""The row about more windows than memory should hold: a training that reads them from disk."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.material import Material, environment
from benchmarks.measure import Measured, Side, in_turn

MANY, FEW = 400_000, 100_000
STEPS = 100
_CHUNK = 50_000


def peak(material: Material, repeat: int) -> Measured:
    """Measure the most memory of a process that trains one epoch on windows of a file."""
    home = Path(material.home) / "streaming"
    home.mkdir(exist_ok=True)
    seconds: dict[int, float] = {}

    def trained(windows: int, held: bool) -> float:
        series = home / f"{windows}.npy"
        if not series.exists():
            write_windows(series, windows)
        command = [sys.executable, "-m", "benchmarks.streaming", str(series), str(int(held))]
        done = subprocess.run(
            command, env=environment(material.home), capture_output=True, check=True, text=True
        )
        found = json.loads(done.stdout.splitlines()[-1])
        seconds[windows] = found["seconds"]
        return float(found["peak"])

    sides = [
        Side(f"Heed, {MANY:,} windows from disk", lambda _: trained(MANY, held=False)),
        Side(f"{FEW:,} windows from disk", lambda _: trained(FEW, held=False)),
        Side(f"{MANY:,} windows held in memory", lambda _: trained(MANY, held=True)),
    ]
    found = in_turn(sides, repeat, warm=0)
    pace = 0.7 * MANY / seconds[MANY]
    found.notes = f"VmHWM of one epoch, {STEPS} steps, small model; {pace:,.0f} windows a second"
    return found


def write_windows(path: Path, windows: int) -> None:
    """Write noise around a level that is the class, without holding it in memory."""
    rng = np.random.default_rng(0)
    series = np.lib.format.open_memmap(path, "w+", np.float32, (windows, STEPS, 1))
    for start in range(0, windows, _CHUNK):
        rows = slice(start, min(start + _CHUNK, windows))
        levels = (np.arange(windows)[rows] % 2).astype(np.float32) - 0.5
        noise = rng.standard_normal((rows.stop - start, STEPS, 1), dtype=np.float32)
        series[rows] = noise + levels[:, None, None]
    series.flush()


def train(path: str, held: bool) -> dict[str, float]:
    """Train one epoch on the windows of a file and tell the most memory that it took, in MB."""
    from core.data import Dataset
    from core.data.splits import SplitSettings, make_split
    from core.jobs import material
    from core.models.family import architecture
    from core.training import TrainSettings
    from core.training.fitting import fit, one_thread, seed_everything

    one_thread()
    seed_everything(0)
    if held:
        material.MOST_IN_MEMORY = 10**12
    series: Any = np.load(path, mmap_mode="r")
    samples = len(series)
    dataset = Dataset(
        series=series,
        lengths=np.full(samples, STEPS),
        targets={"label": np.arange(samples) % 2},
        classes={"label": ("a", "b")},
        channels=("x",),
        sample_ids=np.arange(samples).astype(str),
        step_labels=tuple(map(str, range(STEPS))),
        parts=np.full(samples, -1, np.int8),
        name="many",
    )
    split = make_split(dataset, SplitSettings(), "label")
    made = material.make_material(dataset, split, material.Recipe(("label",)))
    part = architecture("attention-lstm", {"units": 4, "attention_size": 4})
    model = part.build(made.shape())
    arrays = made.arrays(part.attention_layers(made.shape()))
    started = time.perf_counter()
    fit(model, arrays, TrainSettings(epochs=1, batch_size=256), 0)
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text()
    most = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return {"peak": int(most.split()[1]) / 1024, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(train(sys.argv[1], bool(int(sys.argv[2])))))
