"""Rows about the heatmap of attention over a million samples of 100 steps: open, zoom, payload."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.material import Material
from benchmarks.measure import Measured, Side, in_turn, timed

SAMPLES, STEPS = 1_000_000, 100
FEWER = 100_000
KILOBYTE = 1e3


def opened(material: Material, repeat: int) -> Measured:
    """Open the heatmap: choose and order the samples, read all weights, draw, as JSON; nothing remembered."""
    heatmap, views = _page(material)

    def heed(samples: int) -> Callable[[int], None]:
        def once(_: int) -> None:
            _forget()
            _sent(heatmap, views[samples])

        return once

    sides = [
        Side("Heed, 1,000,000 samples", timed(heed(SAMPLES))),
        Side("Heed, 100,000 samples", timed(heed(FEWER))),
    ]
    return in_turn(sides, repeat, warm=1)


def zoomed(material: Material, repeat: int) -> Measured:
    """Zoom into places and steps, another zoom each time; the same of a tenth as many samples beside it."""
    heatmap, views = _page(material)

    def heed(samples: int) -> Callable[[int], None]:
        _sent(heatmap, views[samples])

        def once(turn: int) -> None:
            first = 1000 + 37 * (turn + 3)
            _sent(heatmap, {**views[samples], "rows": f"{first}-{first + 59_999}", "steps": "20-89"})

        return once

    sides = [
        Side("Heed, 1,000,000 samples", timed(heed(SAMPLES))),
        Side("Heed, 100,000 samples", timed(heed(FEWER))),
    ]
    return in_turn(sides, repeat, warm=2)


def payload(material: Material, repeat: int) -> Measured:
    """Count what the open heatmap of a million samples sends, as JSON that is not compressed."""
    heatmap, views = _page(material)
    sides = [Side("Heed", lambda _: len(_sent(heatmap, views[SAMPLES])) / KILOBYTE)]
    return in_turn(sides, repeat, warm=0)


def _sent(heatmap: Any, view: dict[str, Any]) -> str:
    from plotly.io.json import to_json_plotly

    return str(to_json_plotly(heatmap.update({"view": view, "theme": "light"})))


def _forget() -> None:
    from core.attention import stored
    from dashboard.services import attention, library, samples

    library.answers.clear()
    attention.forget()
    samples.forget()
    stored.forget()


def _page(material: Material) -> tuple[Any, dict[int, dict[str, Any]]]:
    """Return the chart as a web worker has it, and a view of a run of each size, made once."""
    os.environ["HEED_HOME"] = str(material.home)
    from dashboard.app import application  # noqa: F401 - the pages as a web worker has them
    from dashboard.pages.attention.overview.charts import HEATMAP

    known = Path(material.home) / "heatmap.json"
    if not known.is_file():
        known.write_text(json.dumps({samples: _published(samples) for samples in (FEWER, SAMPLES)}))
    return HEATMAP, {int(samples): view for samples, view in json.loads(known.read_text()).items()}


def _published(samples: int) -> dict[str, str]:
    """Publish a dataset without values and a run with drawn attention and predictions."""
    from core.attention import attention_statistics
    from core.attention.stored import as_table, statistics_file
    from core.data import Dataset, publish_dataset
    from core.models.family import AttentionLayer
    from core.models.manifest import RunManifest
    from dashboard.services import library

    rng = np.random.default_rng(0)
    actual = rng.integers(0, 2, samples)
    parts = np.full(samples, 2, np.int8)
    lengths = np.full(samples, STEPS)
    data = publish_dataset(
        library.store(),
        Dataset(
            series=np.zeros((samples, STEPS, 1), np.float32),
            lengths=lengths,
            targets={"label": actual},
            classes={"label": ("no", "yes")},
            channels=("x",),
            sample_ids=np.arange(samples).astype(str),
            step_labels=tuple(map(str, range(STEPS))),
            parts=parts,
            name=f"{samples} samples",
        ),
    )
    chance = np.clip(0.5 + 0.3 * (2 * actual - 1) + 0.2 * rng.normal(size=samples), 0.001, 0.999)
    weights = rng.random((samples, STEPS), np.float32) ** 8
    weights /= weights.sum(axis=1, keepdims=True)
    manifest = RunManifest(
        model="attention-lstm", seed=0, dataset=data.id, dataset_sha256=data.sha256, settings={}, training={},
        epochs=1, best_epoch=1, seconds=1.0, parameters=1, target="label", classes=("no", "yes"),
        channels=("x",), steps=STEPS, hashes={"data": data.sha256, "onnx": "0" * 64},
        attention_layers=(AttentionLayer(name="time", kind="pooled", heads=1, shape=(1, STEPS)),),
    )  # fmt: skip
    with library.store().runs.publish(manifest) as staging:
        staging.save_array("parts.npy", parts)
        staging.save_array(
            "probabilities_label.npy", np.stack([1 - chance, chance], axis=1).astype(np.float32)
        )
        staging.save_array("attention_time.npy", weights)
        staging.save_array(statistics_file("time"), as_table(attention_statistics(weights, lengths)))
    return {"dataset": data.id, "run": manifest.id}
