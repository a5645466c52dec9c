"""What the page Embedding says in words."""

from typing import Any

import numpy as np
from dash import html

from core.attention.embedding import METHOD_NAMES
from core.attention.inputs import OUTCOME_NAMES
from core.attention.near import breadth
from core.attention.sample_map import SampleMap
from dashboard.components.cards import facts, link_button
from dashboard.components.format import OUTCOMES as OUTCOME_WORDS
from dashboard.components.format import clipped, count, counted, duration, percent
from dashboard.components.view import ViewState
from dashboard.services.embedding import Focus, Standing

NEAR = "Who lies near whom is what to look at."


def takes(standing: Standing) -> str:
    """Return what a map would be and how long it takes to make."""
    samples = counted(standing.total, "sample")
    if standing.shown < standing.total:
        samples = f"{count(standing.shown)} of {samples}, spread evenly over the classes"
    return f"{standing.words}: {samples}, about {duration(max(1.0, round(standing.seconds)))}."


def nobody(sample: int | None = None) -> Any:
    """Say that no sample is focused, or that the focused one is not on the map."""
    text = "Click a point to look at its sample."
    if sample is not None:
        text = f"Sample {count(sample)} is not on this map. {text}"
    return html.P(text, className="small muted")


def focused(found: SampleMap, focus: Focus, view: ViewState) -> list[Any]:
    """Say what the focused sample is, with links to where more is to be seen of it."""
    place = int(np.searchsorted(found.embedding.samples, focus.sample))
    classes = found.labels.classes
    actual, predicted = int(found.actual[place]), int(found.predicted[place])
    outcome = int(found.labels.outcomes[focus.sample])
    name = OUTCOME_NAMES[outcome] if outcome >= 0 else "unknown"
    pairs = [
        ("Sample", html.Span(clipped(found.embedding.sample_ids[place], 30), title=f"number {focus.sample}")),
        ("Class", clipped(classes[actual], 30) if actual >= 0 else "unknown"),
        ("Predicted", clipped(classes[predicted], 30)),
        ("Outcome", html.Span(name, title=OUTCOME_WORDS.get(name, ""))),
        ("Confidence", percent(float(found.confidence[place]))),
        ("Selected", "yes" if found.selected[place] else "no: the filter leaves it out"),
    ]
    links = [
        link_button("Open on Sample", view.href("/sample", sample=focus.sample), primary=True),
        link_button("Attention", view.href("/attention", sample=focus.sample)),
        link_button("Gallery of the selected", view.href("/gallery")),
    ]
    return [facts(pairs), html.Div(links, className="form-actions")]


def notes(found: SampleMap) -> list[Any]:
    """Say what the map shows, of how many samples, and what to be careful about."""
    embedding = found.embedding
    layout, method = embedding.layout, embedding.settings.method
    said = [f"{counted(embedding.dimensions, 'number')} a sample, laid out in two dimensions."]
    if method == "pca":
        shares = [percent(float(share)) for share in layout.variance]
        more = f"; a third would hold {shares[2]}" if len(shares) > 2 else ""
        both = percent(float(layout.variance[:2].sum()))
        fitted = counted(embedding.fitted, "training sample")
        said.append(f"The axes hold {' and '.join(shares[:2])} of the variance, together {both}{more}.")
        said.append(f"They are found from {fitted}.")
    else:
        said.append(f"{METHOD_NAMES[method]} with {breadth(method, layout.perplexity)}. {NEAR}")
    if len(embedding.samples) < embedding.total:
        shown = f"{count(len(embedding.samples))} of {counted(embedding.total, 'sample')}"
        said.append(f"{shown} are laid out, spread evenly over the classes.")
    said.append(f"{counted(int(found.selected.sum()), 'sample')} of these are selected.")
    lines = [html.P(text, className="small") for text in said]
    return lines + [html.P(f"{sentence_of(note)}.", className="small muted") for note in embedding.notes]


def sentence_of(text: str) -> str:
    """Return a text with a capital first."""
    return text[:1].upper() + text[1:]
