"""What the page Data says of a dataset."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from core.data.manifest import DatasetManifest
from core.models.manifest import RunManifest
from dashboard.components.cards import facts, link_button
from dashboard.components.format import clipped, count, counted, short_id, when
from dashboard.components.view import ViewState
from dashboard.pages.data.origin import file_words

CLASSES_NAMED = 8
RUNS_NAMED = 4
NOTICES_SHOWN = 5
LONG = 64
MISSING = {
    "interpolate": "filled by interpolation within the sample",
    "forward": "filled with the last value known",
    "mask": "left as they are",
}


def about(manifest: DatasetManifest, runs: int, view: ViewState) -> list[Any]:
    """Return what is known of a dataset, and the next steps."""
    least, most = manifest.lengths
    unit = "" if manifest.step_name == "step" else f", each one {manifest.step_name}"
    steps = f"{count(manifest.steps)}{unit}"
    if least != most:
        steps += f", samples have {count(least)} to {count(most)}"
    pairs = [
        ("Samples", count(manifest.samples)),
        ("Steps", steps),
        ("Channels", _roomy(_named(manifest.channels))),
        ("Classes", _roomy(_classes(manifest))),
        *((name, _roomy(said)) for name, said in _further(manifest)),
        ("Parts", _roomy(_parts(manifest))),
        ("From", _roomy(_origin(manifest.origin))),
        ("Made", f"{when(manifest.created)} UTC"),
        ("Runs", counted(runs, "run")),
        ("SHA-256", html.Code(manifest.sha256[:16], title=manifest.sha256)),
    ]
    notices = [str(found) for found in manifest.origin.get("notices", ())][:NOTICES_SHOWN]
    words = [html.P(manifest.description, className="card-line")] if manifest.description else []
    told = [html.Ul([html.Li(found) for found in notices], className="notices")] if notices else []
    steps_next = (
        [link_button("Train a model on it", view.href("/train"), primary=True)] if manifest.labelled else []
    )
    augment = link_button("Augment it first", view.href("/augment"))
    score = link_button("Score it with a run", view.href("/data", section="score"))
    steps_next = [*steps_next, augment, score]
    return [*words, facts(pairs), *told, html.Div(steps_next, className="form-actions")]


def losing(runs: Sequence[RunManifest]) -> str:
    """Say which runs can't be looked at while their dataset is gone."""
    named = [f"{clipped(run.name or run.model)} {short_id(run.id)}" for run in runs[:RUNS_NAMED]]
    more = f" and {len(runs) - RUNS_NAMED} more" if len(runs) > RUNS_NAMED else ""
    gone = f"{counted(len(runs), 'run')} of it can't be looked at while it is gone"
    return f"{gone}: {', '.join(named)}{more}."


def _roomy(text: str) -> Any:
    """Give a long text the whole line."""
    return html.Span(text, className="is-long") if len(text) > LONG else text


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(clipped(name) for name in names[:CLASSES_NAMED])
    more = f" and {len(names) - CLASSES_NAMED} more" if len(names) > CLASSES_NAMED else ""
    return f"{count(len(names))} ({shown}{more})"


def _classes(manifest: DatasetManifest) -> str:
    if not manifest.classes:
        return "none: this dataset has no labels; a run can score it, nothing can be trained on it"
    names = next(iter(manifest.classes.values()))
    return _named(names)


def _further(manifest: DatasetManifest) -> list[tuple[str, str]]:
    """Return what not every dataset has."""
    every = dict.fromkeys(manifest.targets_per_step, ", one for every step")
    targets = [
        f"{clipped(name)} ({len(names)} classes{every.get(name, '')})"
        for name, names in manifest.classes.items()
    ]
    several = len(targets) > 1 or bool(manifest.targets_per_step)
    categories = [f"{clipped(name)} ({len(names)})" for name, names in manifest.categories.items()]
    modalities = [
        f"{clipped(name)} ({count(steps)} frames x {count(channels)} values)"
        for name, (steps, channels) in manifest.modalities.items()
    ]
    known = [
        ("Targets", _some(targets) if several else ""),
        ("Channels of categories", _some(categories)),
        ("Missing values", MISSING.get(manifest.nan_policy, "")),
        ("Entities", "named for each sample" if manifest.has_entities else ""),
        ("Dates", "each step has its own" if manifest.has_timestamps else ""),
        ("Truth", "known: the steps and channels that decide the class" if manifest.has_truth else ""),
        ("About the samples", _some([clipped(name) for name in manifest.metadata])),
        ("Further modalities", _some(modalities)),
    ]
    return [(name, said) for name, said in known if said]


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - CLASSES_NAMED} more" if len(texts) > CLASSES_NAMED else ""
    return ", ".join(texts[:CLASSES_NAMED]) + more


def _parts(manifest: DatasetManifest) -> str:
    if not manifest.has_parts:
        return "no published split; the section Split and leaks says how samples are divided"
    named = [f"{count(size)} {part}" for part, size in manifest.parts.items() if size]
    return ", ".join(named) + " (published split)"


def _origin(origin: Mapping[str, Any]) -> str:
    if origin.get("source"):
        settings = origin.get("settings") or {}
        said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings.items())
        return f"{origin['source']} ({said})" if said else str(origin["source"])
    if origin.get("derived"):
        parent = origin.get("from")
        source = parent.get("name", "another dataset") if isinstance(parent, Mapping) else "another dataset"
        return f"{clipped(str(source), 80)}, with a {origin['derived']}"
    if origin.get("reader"):
        return file_words(origin)
    return "unknown"
