"""A page of samples as plain values that a browser draws on small canvases, a byte a point."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray
from core.attention import Gallery
from core.evaluation import OUTCOME_NAMES, named_outcomes
from core.figures.gallery import channel_ranges, told_scale
from core.figures.palette import Theme, ThemeName, mixed, theme_of
from core.figures.text import clean, number, percent

MOST_POINTS = 120  # across a tile; of more steps each point stands for a few
MISSING = 255
SHADES = 32
NAME = 28


def gallery_tiles(result: Gallery, theme: ThemeName = "light") -> dict[str, Any]:
    """Return what the tiles of a page show, in JSON's values.

    `values` holds smallest and largest value of each point as bytes, (M, D, 2, P), `attention` the largest
    weight, (M, P), both base64; 255 is missing. All tiles share the scale of each channel and of attention,
    `ranges`, by which pages can be brought to one scale.
    """
    look = theme_of(theme)
    points = min(MOST_POINTS, result.series.shape[1])
    largest = float(np.nanmax(result.weights)) if np.isfinite(result.weights).any() else 0.0
    low, high = _envelope(result.series, points)  # (M, P, D)
    scaled = [
        _bytes((np.stack([low[..., place], high[..., place]], axis=1) - least) / (most - least or 1.0))
        for place, (least, most) in enumerate(channel_ranges(result))
    ]  # each (M, 2, P)
    attention = _envelope(result.weights[..., None], points)[1][..., 0]
    places = range(len(result.samples))
    return {
        "points": points,
        "channels": len(result.channels),
        "values": _packed(np.stack(scaled, axis=1)),
        "attention": _packed(_bytes(attention / (largest or 1.0))),
        "tiles": [_tile(result, place) for place in places],
        "shades": _shades(look),
        "colours": [_line(look, code) for code in (*range(len(OUTCOME_NAMES)), -1)],
        "text": look.text,
        "n": len(result.samples),
        "total": result.total,
        "order": result.provenance.parameters.get("order", ""),
        "ranges": _ranges(result, largest),
        "scale": f"{told_scale(result)}, attention 0 to {number(largest)} in every tile",
        "description": _described(result),
    }


def _ranges(result: Gallery, largest: float) -> list[dict[str, Any]]:
    """Return what the bytes 0 and 254 stand for, of each channel and at last of attention."""
    names = ["series"] if len(result.channels) == 1 else [clean(name, 20) for name in result.channels]
    pairs = zip([*names, "attention"], [*channel_ranges(result), (0.0, largest)], strict=True)
    return [
        {"name": name, "low": low, "high": high, "said": [number(low), number(high)]}
        for name, (low, high) in pairs
    ]


def _tile(result: Gallery, place: int) -> dict[str, Any]:
    outcome = int(result.outcomes[place])
    return {
        "sample": int(result.samples[place]),
        "name": clean(result.sample_ids[place], NAME),
        "outcome": outcome,
        "label": tile_heading(result, place),
        "said": tile_classes(result, place),
        "value": _sorted_by(result, place),
        "words": tile_words(result, place),
    }


def tile_heading(result: Gallery, place: int) -> str:
    """Return outcome and confidence of a tile; where two classes leave the outcome open, what was said."""
    sure = f"{100 * result.confidence[place]:.0f} %"
    if int(result.actual[place]) >= 0:
        return f"{OUTCOME_NAMES[result.outcomes[place]]} {sure}"
    said = clean(result.classes[int(result.predicted[place])], 12)
    return f"? {said} {sure}" if len(result.classes) == 2 else f"? {sure}"


def tile_classes(result: Gallery, place: int) -> str:
    """Return the predicted class of a tile and the actual one where it is another; "" of two classes."""
    if len(result.classes) == 2:
        return ""
    actual, said = int(result.actual[place]), int(result.predicted[place])
    named = clean(result.classes[said], 12)
    if actual == said:
        return named
    return f"{named}, actual {'unknown' if actual < 0 else clean(result.classes[actual], 12)}"


def tile_words(result: Gallery, place: int) -> str:
    """Return what a tile shows, in words; the sample's name stands beside it."""
    actual, outcome = int(result.actual[place]), int(result.outcomes[place])
    pieces = [
        f"predicted {clean(result.classes[int(result.predicted[place])], NAME)}",
        f"actual {'unknown' if actual < 0 else clean(result.classes[actual], NAME)}",
        *([OUTCOME_NAMES[outcome]] if outcome >= 0 else []),
        f"confidence {percent(float(result.confidence[place]))}",
        f"margin {result.margin[place]:.3f}",
    ]
    if np.isfinite(result.entropy[place]):
        pieces.append(f"entropy of attention {result.entropy[place]:.3f}")
    if np.isfinite(result.distance[place]):
        pieces.append(f"distance to class mean {result.distance[place]:.3f}")
    weights = result.weights[place]
    if np.nansum(weights) > 0:
        step = result.axis.labels[int(np.nanargmax(weights))]
        pieces.append(f"looks most at {clean(result.axis.name, 12)} {clean(step, 20)}")
    return ", ".join(pieces)


def _sorted_by(result: Gallery, place: int) -> str:
    name = "distance" if result.sort == "typical" else result.sort
    if name not in {"margin", "entropy", "distance"}:
        return ""
    value = float(getattr(result, name)[place])
    return f"{name} {value:.2f}" if np.isfinite(value) else f"no {name}"


def _envelope(values: FloatArray, points: int) -> tuple[FloatArray, FloatArray]:
    """Return smallest and largest of the known values behind each point, (M, P, D) each; NaN without any."""
    starts = (np.arange(points) * values.shape[1]) // points
    known = np.isfinite(values)
    low = np.minimum.reduceat(np.where(known, values, np.inf), starts, axis=1)
    high = np.maximum.reduceat(np.where(known, values, -np.inf), starts, axis=1)
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def _bytes(shares: NDArray[Any]) -> NDArray[np.uint8]:
    missing = ~np.isfinite(shares)
    scaled = np.rint(np.clip(np.where(missing, 0.0, shares), 0, 1) * (MISSING - 1))
    return np.where(missing, MISSING, scaled).astype(np.uint8)


def _packed(values: NDArray[np.uint8]) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def _shades(theme: Theme) -> list[str]:
    """Return the attention scale in so many steps, from none to the largest weight."""
    stops = [str(colour) for _, colour in theme.attention_scale]
    places = np.linspace(0, len(stops) - 1, SHADES)
    return [mixed(stops[int(at)], stops[min(int(at) + 1, len(stops) - 1)], float(at % 1)) for at in places]


def _line(theme: Theme, outcome: int) -> dict[str, Any]:
    colour = theme.of_outcome(outcome)
    return {"line": colour, "outline": theme.outline(colour)}


def _described(result: Gallery) -> str:
    first, last = result.offset + 1, result.offset + len(result.samples)
    there = named_outcomes(result.outcomes).items()
    counts = ", ".join(f"{int(np.sum(result.outcomes == code))} {name}" for code, name in there)
    channels = clean(", ".join(result.channels), 100)
    return f"Samples {first} to {last} of {result.total} with attention: {counts}; {channels}."
