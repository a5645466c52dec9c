"""The rows of the table, in the order of what users wait for."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import exploring, heads, heatmap, reading, serving, streaming, training, windows
from benchmarks.material import Material
from benchmarks.measure import Measured


@dataclass(frozen=True)
class Target:
    """What Heed must reach; every bound that is given must hold.

    Attributes:
        words: The target as the table says it.
        ratio: Largest ratio of medians, Heed by the first alternative.
        most: Largest median of Heed's.
        p95: Largest 95th percentile of Heed's.
    """

    words: str
    ratio: float | None = None
    most: float | None = None
    p95: float | None = None


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: What `--only` calls it.
        what: What is measured, in words.
        target: What Heed must reach.
        repeat: Repetitions unless `--repeat` says otherwise.
        measure: Measures it, in a process of its own.
        unit: "s", "MB" or "kB".
    """

    name: str
    what: str
    target: Target
    repeat: int
    measure: Callable[[Material, int], Measured]
    unit: str = "s"


ROWS = (
    Row(
        "slider",
        "move the sample slider of the attention page, server time",
        Target("<= 1/20, p95 <= 50 ms", ratio=1 / 20, p95=0.05),
        40,
        reading.slider,
    ),
    Row(
        "prediction",
        "one prediction with attention and hidden states",
        Target("<= 1/50", ratio=1 / 50),
        40,
        reading.prediction,
    ),
    Row(
        "test-set",
        "attention for a whole test set",
        Target("<= 1/1.5", ratio=1 / 1.5),
        25,
        reading.test_set,
    ),
    Row(
        "many-heads",
        "attention for a whole test set, cross-modal, 8 heads in each direction",
        Target("<= 1/5", ratio=1 / 5),
        25,
        reading.many_heads,
    ),
    Row(
        "heatmap-open",
        "open the heatmap of 1,000,000 samples x 100 steps, server time, nothing remembered",
        Target("<= 1 s", most=1.0),
        7,
        heatmap.opened,
    ),
    Row(
        "heatmap-zoom",
        "zoom into 60,000 of its rows and 70 steps, beside a tenth as many samples",
        Target("<= 1.2", ratio=1.2),
        25,
        heatmap.zoomed,
    ),
    Row(
        "heatmap-share",
        "open it in % of each length, samples of 50 to 100 steps, server time, nothing remembered",
        Target("<= 1 s", most=1.0),
        7,
        heatmap.shared,
    ),
    Row(
        "heatmap-order",
        "put its 1,000,000 maps in the order of their similarity, once a run, in a job",
        Target("<= 10 s", most=10.0),
        3,
        heatmap.clustered,
    ),
    Row(
        "heatmap-payload",
        "what the open heatmap of 1,000,000 samples sends, not compressed",
        Target("<= 300 kB", most=300.0),
        3,
        heatmap.payload,
        unit="kB",
    ),
    Row(
        "interactions",
        "what one does on the attention page of 100,000 samples, p95 from event to last answer",
        Target("<= 300 ms", most=0.3),
        5,
        exploring.interactions,
    ),
    Row(
        "heads",
        "types and entropy of 12 x 12 heads of 512 x 512, one sample (32 of 512 queries, evenly chosen)",
        Target("<= 25 ms", most=0.025),
        15,
        heads.summary,
    ),
    Row(
        "windows",
        "windows from a table of 60,000 rows, 500 entities, 20 channels",
        Target("<= 0.2 s, <= 1/10", ratio=1 / 10, most=0.2),
        7,
        windows.windows,
    ),
    Row(
        "click",
        "click on Train to first epoch, warm runner",
        Target("<= 2 s", most=2.0),
        7,
        training.click,
    ),
    Row("training", "training one model", Target("<= 1.05", ratio=1.05), 5, training.one),
    Row(
        "four",
        "four equal trainings: two seeds of two models",
        Target("<= 1/1.5", ratio=1 / 1.5),
        3,
        training.four,
    ),
    Row(
        "streaming",
        "most memory of a training on 400,000 windows of 100 steps",
        Target("<= 1,500 MB", most=1500.0),
        3,
        streaming.peak,
        unit="MB",
    ),
    Row(
        "memory",
        "memory of a web worker, idle",
        Target("<= 200 MB", most=200.0),
        3,
        serving.memory,
        unit="MB",
    ),
    Row("start", "server start to first answer", Target("<= 2 s", most=2.0), 7, serving.start),
    Row(
        "page",
        "page open to chart painted, empty browser cache",
        Target("<= 1.5", ratio=1.5),
        9,
        serving.page,
    ),
)


def named(name: str) -> Row:
    """Return a row; KeyError if there is none of that name."""
    return {row.name: row for row in ROWS}[name]
