"""The texts and tables of the page Modalities."""

from typing import Any

import numpy as np
from dash import html

from core.attention.pair_groups import PairTest
from core.attention.pair_guide import Check
from core.attention.pair_reports import GROUPS, LIMITS, VALUES
from core.attention.run_heads import LayerHeads
from core.attention.run_modalities import RunModalities
from core.models.family import head_name
from core.models.manifest import RunManifest
from core.verbs.modalities import ReadSample
from dashboard.components.cards import folded, head_row, outcome_badge
from dashboard.components.format import clipped, number, percent
from dashboard.services.modalities import Place

ANSWERS = {True: "\u2713", False: "\u2717", None: "\u2013"}
DIGITS = 2


def place_words(place: Place) -> str:
    """Return where the sample stands in the selection."""
    name = clipped(place.sample_id, 24)
    if place.rank is None:
        return f"sample {name}, not among the {place.total:,} shown"
    return f"sample {name}, {place.rank + 1:,} of {place.total:,}"


def verdict(run: RunManifest, reading: ReadSample) -> list[Any]:
    """Return prediction and outcome of the sample in view in one line."""
    chances = reading.sample.probabilities
    likeliest = int(np.argmax(chances))
    told = {True: "right", False: "wrong", None: "class unknown"}[reading.guide.correct]
    return [
        outcome_badge(told),
        " predicted ",
        html.Strong(clipped(run.classes[likeliest], 24)),
        f" ({percent(float(chances[likeliest]))})",
    ]


def guide(reading: ReadSample) -> list[Any]:
    """Return how the sample in view reads, with its checklist and its report."""
    found = reading.guide
    kind = {True: "correct predictions", False: "incorrect predictions", None: "predictions of unknown class"}
    return [
        html.Ul([html.Li(said) for said in found.sentences], className="guide-words"),
        html.Table(
            [
                html.Caption(f"Checklist for {kind[found.correct]}"),
                html.Thead(head_row(("", "Question", "Rests on", ""))),
                html.Tbody([_check(check) for check in found.checks]),
            ],
            className="plain-table guide-table",
        ),
        folded("As plain text", html.Pre(reading.text, className="plain-text")),
    ]


def _check(check: Check) -> html.Tr:
    mark = html.Td([html.Span(ANSWERS[check.holds], **{"aria-hidden": "true"}), f" {check.answer}"])
    return html.Tr(
        [mark, html.Td(check.question), html.Td(check.numbers), html.Td(check.meaning, className="muted")]
    )


def sentences(found: RunModalities) -> list[Any]:
    """Return what may be said of the alignment, with its measures."""
    values = found.overall.values
    names = (
        ("Pearson", "pearson"),
        ("Spearman", "spearman"),
        ("Jensen-Shannon (0 alike)", "jsd"),
        ("Pearson, even marginals", "sinkhorn"),
        (f"Information, {clipped(found.pair.a, 16)} asks", "information_ab"),
        (f"Information, {clipped(found.pair.b, 16)} asks", "information_ba"),
        ("Lags against each other", "lag_agreement"),
    )
    asked = len(found.samples)
    of = "" if asked == found.total else f" Asked were {asked:,} samples, spread over {found.total:,}."
    return [
        html.P([html.Strong("Mean over heads. "), found.overall.sentence + of]),
        html.Dl(
            [html.Div([html.Dt(name), html.Dd(number(values[key], DIGITS))]) for name, key in names],
            className="facts",
        ),
        *(html.P(text, className="small muted") for text in LIMITS),
    ]


def tests(found: RunModalities) -> html.Table:
    """Return the tests between groups as a table."""
    head = ("Groups", "Value", "Finding", "Effect", "p (Holm)", "Test", "n")
    rows = [_test(test, found) for test in found.groups.tests]
    return html.Table(
        [html.Thead(head_row(head)), html.Tbody(rows)],
        className="plain-table",
    )


def _test(test: PairTest, found: RunModalities) -> html.Tr:
    names = [clipped(name, 20) for name in found.groups.names]
    made = np.isfinite(test.p)
    interval = f" ({test.low:.2f} to {test.high:.2f})" if np.isfinite(test.low) else ""
    kind = "Cliff's delta" if len(test.counts) == 2 else "epsilon squared"
    cells = (
        GROUPS[test.by],
        VALUES[test.value].format(a=names[0], b=names[1]),
        test.verdict,
        f"{kind} {test.effect:.2f}{interval}" if made else "-",
        number(test.p_adjusted, DIGITS) if made else "-",
        test.test or "-",
        " and ".join(map(str, test.counts)) if len(test.counts) <= 4 else str(sum(test.counts)),
    )
    return html.Tr([html.Td(cell) for cell in cells])


def directions(found: RunModalities) -> html.Table:
    """Return the statistics of both directions, overall and by head."""
    head = ("", "Mean", "SD", "Largest", "Entropy", "Below 0.1", "Keys in use")
    rows: list[Any] = []
    for row in found.spread_rows():
        if row["head"] is None:
            title = f"{clipped(row['queries'], 20)} looks at {clipped(row['keys'], 20)}"
            rows.append(html.Tr(html.Th(title, colSpan=len(head), scope="rowgroup")))
        cells = (
            number(row["mean"]),
            number(row["std"]),
            number(row["max"]),
            f"{row['entropy']:.2f}",
            percent(row["sparsity"], 0),
            f"{row['keys_in_use']:.1f}",
        )
        numbers = [html.Td(cell, className="number") for cell in cells]
        rows.append(html.Tr([html.Td(head_name(row["head"])), *numbers]))
    return html.Table(
        [html.Thead(head_row(head, head)), html.Tbody(rows)],
        className="plain-table whole-words",
    )


def heads(found: RunModalities) -> html.Table:
    """Return what single heads do: kind of map, entropy, alignment, pairs with the largest weights."""
    head = ("Head", "Kind of map", "Entropy", "Alignment", "Largest weights")
    rows = [row for layer in (found.ab, found.ba) for row in _layer_rows(found, layer)]
    return html.Table(
        [html.Thead(head_row(head)), html.Tbody(rows)],
        className="plain-table",
    )


def _layer_rows(found: RunModalities, layer: LayerHeads) -> list[Any]:
    title = f"{clipped(layer.layer.queries, 20)} looks at {clipped(layer.layer.keys, 20)}"
    rows: list[Any] = [html.Tr(html.Th(title, colSpan=5, scope="rowgroup"))]
    for profile, pairs in zip(layer.profiles, layer.pairs, strict=True):
        aligned = found.heads[1 + profile.head]
        largest = ", ".join(
            f"{clipped(layer.queries.labels[pair.query], 14)} at {clipped(layer.keys.labels[pair.key], 14)}"
            f" ({pair.weight:.2f})"
            for pair in pairs[:3]
        )
        cells = (
            str(profile.head),
            ", ".join(profile.names) or "no kind stands out",
            f"{profile.entropy:.2f} \u00b1 {profile.entropy_deviation:.2f}",
            f"{number(aligned.alignment, DIGITS)}, {aligned.word}",
            largest,
        )
        rows.append(html.Tr([html.Td(cell) for cell in cells]))
    return rows
