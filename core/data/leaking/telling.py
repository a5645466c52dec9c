"""Findings about single things that tell the label: one channel, one column, values at fixed steps."""

from core.data.dataset import Dataset
from core.data.leaking.phrases import named, percent, reached
from core.data.leaking.probes import ChannelProbes, Sides, probe_channels, probe_metadata, probe_position
from core.data.leaking.report import Finding, Probe, Severity

# A gain is the share reached of what lies above always guessing the most frequent class.
FAR = 0.9  # gain from which a channel or column is far above chance
SURELY = 0.75  # gain that the lower end of its interval must reach, too
CLOSE = 0.05  # accuracy by which a channel may fall short of all channels
LABEL_ITSELF = 0.98  # gain from which a channel that never moves is the label in disguise
HALF = 0.5  # gain from which values at fixed steps are worth a word
MOST_KEPT = 50
NO_LABELS = "Untested: there is no label for each window."


def telling(dataset: Dataset, both: Sides | None) -> tuple[list[Finding], list[Probe]]:
    """Return the findings about channels, metadata and position, with the probes behind them."""
    if both is None:
        return [
            Finding("channels", "untested", "One channel that tells the label", NO_LABELS),
            Finding("metadata", "untested", "One column that tells the label", NO_LABELS),
            Finding("position", "untested", "Values at fixed steps that tell the label", NO_LABELS),
        ], []
    channels = probe_channels(dataset, both)
    position = probe_position(dataset, both)
    columns = probe_metadata(dataset, both)
    best = max(channels.together.accuracy, position.accuracy)
    findings = [
        _channels(dataset, channels, best),
        _metadata(columns),
        _position(position, dataset.channel_count),
    ]
    probes = [*_best(channels.single), *_best(columns), channels.together, position]
    return findings, probes


def _channels(dataset: Dataset, found: ChannelProbes, best: float) -> Finding:
    kind, title = "channels", "One channel that tells the label"
    if len(found.single) < 2:
        words = "Untested: there is one channel only, and it is all there is."
        return Finding(kind, "untested", title, words)
    ranked = _best(found.single)
    samples = ranked[0].samples
    together = f"all channels together {percent(best)}"
    disguised = [probe.name for probe in ranked if _is_label(probe, found, dataset)]
    moving = [probe for probe in found.single if probe.name not in disguised]
    far = [probe for probe in moving if _far(probe)]
    close = [probe for probe in ranked if probe.name in disguised]
    if 2 * len(far) <= len(moving):
        close += [probe for probe in _best(tuple(far)) if probe.accuracy >= best - CLOSE]
    if not close:
        words = (
            f"No channel stands out. The best one, {ranked[0].name:.60}, alone tells the label of "
            f"{reached(ranked[0])}; {together}."
        )
        if len(found.single) < dataset.channel_count:
            words += f" {len(found.single):,} of {dataset.channel_count:,} channels were asked."
        return Finding(kind, "ok", title, words, 0, 0.0, samples)
    first, *others = close
    words = (
        f"A simple model that sees {first.name:.60} alone tells the label of {reached(first)}; {together}. "
    )
    if others:
        words += f"So do {named([probe.name for probe in others])}. "
    severity: Severity = "leak" if disguised else "caution"
    if disguised:
        words += (
            f"{named(disguised)} does not move within a window: it seems to be the label in disguise. "
            if len(disguised) == 1
            else f"{named(disguised)} do not move within a window: they seem to be the label in disguise. "
        )
    words += "Ask whether it would be known before the label is; if not, load the data without it."
    return Finding(kind, severity, title, words, len(close), len(close) / len(found.single), samples)


def _metadata(columns: tuple[Probe, ...]) -> Finding:
    kind, title = "metadata", "One column that tells the label"
    if not columns:
        return Finding(kind, "untested", title, "Untested: the data has no further columns.")
    ranked = _best(columns)
    far = [probe for probe in ranked if _far(probe)]
    if not far:
        words = f"No column stands out. The best one, {ranked[0].name:.60}, alone tells the label of "
        return Finding(kind, "ok", title, f"{words}{reached(ranked[0])}.", 0, 0.0, ranked[0].samples)
    words = (
        f"The column {far[0].name:.60} alone tells the label of {reached(far[0])}. A model does not see it, "
        "but classes may have been recorded in different ways (another place, another day), which a model "
        "may learn in place of the classes."
    )
    if len(far) > 1:
        words += f" So may {named([probe.name for probe in far[1:]])}."
    return Finding(kind, "caution", title, words, len(far), len(far) / len(columns), far[0].samples)


def _position(probe: Probe, channels: int) -> Finding:
    kind, title = "position", "Values at fixed steps that tell the label"
    words = f"Ridge regression on the values at their steps tells the label of {reached(probe)}. "
    if probe.interval[0] <= probe.majority:
        words += "That is no better than guessing: where a value stands does not decide the label."
        return Finding(kind, "ok", title, words, None, None, probe.samples)
    if probe.gain < HALF:
        words += (
            "That is better than guessing, and leaves most to be learnt from how values follow each other."
        )
        return Finding(kind, "ok", title, words, None, None, probe.samples)
    what = "values" if channels == 1 else "values of channels"
    words += (
        f"That is no leak by itself: it says that {what} at fixed steps decide, without any sense of order. "
        "A model may get far without any, so read attention over time with care."
    )
    return Finding(kind, "caution", title, words, None, None, probe.samples)


def _far(probe: Probe) -> bool:
    low = (probe.interval[0] - probe.majority) / max(1e-9, 1 - probe.majority)
    return probe.gain >= FAR and low >= SURELY


def _is_label(probe: Probe, found: ChannelProbes, dataset: Dataset) -> bool:
    still = probe.name in found.steady or probe.name in dataset.categories
    return still and probe.gain >= LABEL_ITSELF and probe.interval[0] > probe.majority


def _best(probes: tuple[Probe, ...]) -> list[Probe]:
    return sorted(probes, key=lambda probe: -probe.accuracy)[:MOST_KEPT]
