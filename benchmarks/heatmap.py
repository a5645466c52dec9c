"""Rows about the heatmap of attention over a million samples of 100 steps: open, zoom, order, payload."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.material import Material
from benchmarks.measure import Measured, Side, in_turn, timed
from benchmarks.published import published

SAMPLES, STEPS = 1_000_000, 100
FEWER = 100_000
SHORTEST = 50  # steps of the shortest of samples that differ in length
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


def shared(material: Material, repeat: int) -> Measured:
    """Open the heatmap on the axis of each sample's own length, of 50 to 100 steps; nothing remembered."""
    heatmap, views = _page(material, SHORTEST)

    def once(_: int) -> None:
        _forget()
        _sent(heatmap, {**views[SAMPLES], "axis": "share"})

    return in_turn([Side("Heed, 1,000,000 samples", timed(once))], repeat, warm=1)


def clustered(material: Material, repeat: int) -> Measured:
    """Put the maps in the order of their similarity, as the job does; neither read nor kept."""
    _, views = _page(material)
    from dashboard.components.view import ViewState
    from dashboard.pages.attention.asking import asked
    from dashboard.services import clustering

    def heed(samples: int) -> Callable[[int], object]:
        planned = clustering.plan(asked(ViewState.parse(views[samples])))
        return lambda _: planned.compute()

    sides = [
        Side("Heed, 1,000,000 samples", timed(heed(SAMPLES))),
        Side("Heed, 100,000 samples", timed(heed(FEWER))),
    ]
    return in_turn(sides, repeat, warm=1)


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


def _page(material: Material, shortest: int | None = None) -> tuple[Any, dict[int, dict[str, Any]]]:
    """Return the chart as a web worker has it, and a view of a run of each size, made once."""
    os.environ["HEED_HOME"] = str(material.home)
    from dashboard.app import application  # noqa: F401 - the pages as a web worker has them
    from dashboard.pages.attention.overview.charts import HEATMAP
    from dashboard.services import library

    known = Path(material.home) / f"heatmap-{shortest}.json"
    if not known.is_file():
        sizes = (FEWER, SAMPLES) if shortest is None else (SAMPLES,)
        made = {samples: published(library.store(), samples, STEPS, shortest) for samples in sizes}
        known.write_text(json.dumps(made))
    return HEATMAP, {int(samples): view for samples, view in json.loads(known.read_text()).items()}
