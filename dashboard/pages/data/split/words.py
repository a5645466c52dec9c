"""How the section Split and leaks says what was found."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.data.leaks import Drift, Finding, LeakReport, Probe
from core.data.manifest import DatasetManifest
from dashboard.components.cards import button, folded, link_button
from dashboard.components.format import accuracy, clipped, count, counted, number, percent
from dashboard.components.view import ViewState
from dashboard.pages.data.split.ids import REPAIR
from dashboard.services.leaks import Change, Examined, kinds_for

MARKS = {
    "leak": ("\u2717", "These flatter a model"),
    "caution": ("!", "Look at this"),
    "ok": ("\u2713", "Nothing found"),
    "untested": ("\u2013", "Not testable here"),
}
PARTS = {"train": "Training", "validation": "Validation", "test": "Test", "left out": "Left out"}
PROBED = {"all channels": "all channels together", "position": "values at their steps"}
CLASSES_SHOWN, TESTS_SHOWN, PROBES_SHOWN = 24, 8, 8
WHAT = {"mean": "mean", "deviation": "deviation", "missing": "missing share"}


def kinds(manifest: DatasetManifest) -> str:
    """Say what can't be asked of a dataset, and why."""
    there = kinds_for(manifest)
    lacks = []
    if "entity" not in there:
        lacks.append("names no entities")
    if "time" not in there:
        lacks.append("does not say when its windows were recorded")
    if not lacks:
        return "This dataset can be split in every way."
    unable = " or by ".join(kind for kind in ("entity", "time") if kind not in there)
    return f"It can't be split by {unable}: it {' and '.join(lacks)}."


def parts(found: Examined, view: ViewState, labelled: bool) -> list[Any]:
    """Return how the split was made, its classes by part, and the next steps."""
    report = found.report
    shown = [name for name, size in report.sizes.items() if size or name != "left out"]
    total = sum(report.sizes.values())
    rows = [
        [clipped(name, 40), *(_share(counts[part], report.sizes[part]) for part in shown)]
        for name, counts in list(report.balance.items())[:CLASSES_SHOWN]
    ]
    rows.append(["All", *(_share(report.sizes[part], total) for part in shown)])
    table = _table(["Class", *(PARTS[name] for name in shown)], rows)
    said: list[Any] = [html.P(f"{report.split_words}.", className="split-words")]
    said.append(table)
    if report.balance:
        line = "Of a class: its share of the part. Of all: the part's share of the samples."
        said.append(html.P(line, className="card-line"))
    if len(report.balance) > CLASSES_SHOWN:
        said.append(html.P(f"{len(report.balance) - CLASSES_SHOWN} more classes.", className="card-line"))
    if labelled:
        said.append(_next(found, view))
    return said


def findings(report: LeakReport) -> list[Any]:
    """Return the answers by what they ask for: leaks first, then cautions, what is well, what is untested."""
    told = []
    for severity, (mark, heading) in MARKS.items():
        chosen = [finding for finding in report.findings if finding.severity == severity]
        if not chosen:
            continue
        lines = html.Ul([_finding(finding, mark) for finding in chosen], role="list")
        quiet = severity in {"ok", "untested"}
        title = f"{heading} ({len(chosen)})"
        body = folded(title, lines, is_open=severity == "ok") if quiet else html.Div([html.H3(title), lines])
        told.append(html.Div(body, className=f"finding-list is-{severity}"))
    notes = [html.P(note, className="card-line") for note in report.notes]
    return [*told, *notes]


def changed(found: Sequence[Change]) -> Any:
    """Return what a repair changed, before and after beside each other."""
    if not found:
        return html.P("Nothing that was counted is different.", className="card-line")
    return _table(["", "Before", "After"], [[one.title, one.before, one.after] for one in found])


def drift(found: Drift) -> list[Any]:
    """Return what the tests of drift say together, and the strongest of them."""
    said: list[Any] = [html.P(found.words)]
    if not found.tests:
        return said
    rows = [
        [
            clipped(test.channel, 40),
            WHAT[test.what],
            f"{test.effect:+.2f}",
            f"{test.statistic:.2f}",
            "< 0.0001" if test.p_adjusted < 1e-4 else number(test.p_adjusted, 2),
        ]
        for test in found.tests[:TESTS_SHOWN]
    ]
    left = len(found.tests) - len(rows)
    more = f"; {counted(left, 'test')} with larger p not shown" if left else ""
    line = (
        "Effect: difference of the means, test - training, in deviations of training. D: largest difference "
        f"of the two distributions (Kolmogorov and Smirnov), p after Holm{more}. "
        f"{counted(found.train, 'training sample')}, {counted(found.test, 'test sample')}."
    )
    table = _table(["Channel", "What", "Effect", "D", "Adjusted p"], rows, texts=2)
    return [*said, table, html.P(line, className="card-line")]


def probes(found: Sequence[Probe]) -> list[Any]:
    """Return what simple models reach, the best channels first."""
    if not found:
        return []
    together = [probe for probe in found if probe.what in PROBED]
    single = [probe for probe in found if probe.what not in PROBED]
    shown = [*together, *sorted(single, key=lambda probe: -probe.accuracy)[:PROBES_SHOWN]]
    rows = [
        [
            PROBED.get(probe.what) or clipped(probe.name, 40) + " (column)" * (probe.what == "metadata"),
            accuracy(probe.accuracy, probe.interval, probe.samples),
        ]
        for probe in shown
    ]
    left = len(single) - min(len(single), PROBES_SHOWN)
    line = f"Always guessing the most frequent class of training: {percent(found[0].majority)}."
    if left:
        line += f" {counted(left, 'weaker one')} not shown."
    return [_table(["From", "Right"], rows), html.P(line, className="card-line")]


def repair_words(finding: Finding) -> str:
    """Return what the button of a repair says."""
    if finding.repair is None:
        return ""
    if finding.repair.purge:
        return "Use a purged split"
    return {"entity": "Split by entity", "time": "Split by time"}.get(finding.repair.kind, "Split otherwise")


def _finding(finding: Finding, mark: str) -> Any:
    told: list[Any] = [html.Strong(finding.title), html.Span(finding.words)]
    if finding.repair is not None:
        told.append(
            html.Div(
                button(repair_words(finding), {"type": REPAIR, "kind": finding.kind}), className="repair"
            )
        )
    return html.Li(
        [
            html.Span(mark, className="finding-mark", **{"aria-hidden": "true"}),
            html.Div(told, className="finding-words"),
        ]
    )


def _next(found: Examined, view: ViewState) -> Any:
    train = view.href("/train", split=found.split.id)
    return html.Div(
        [
            link_button("Train on this split", train),
            link_button("Train a control with permuted labels", train),
            html.Span(
                "The control learns from shuffled labels: over a few seeds it must end at chance.",
                className="field-help",
            ),
        ],
        className="form-actions split-next",
    )


def _share(size: int, whole: int) -> str:
    return f"{count(size)} ({percent(size / whole, 0)})" if whole else count(size)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> html.Div:
    """Return a table whose first columns are texts and whose others are numbers."""
    head = [
        html.Th(title, scope="col", className="" if place < texts else "number")
        for place, title in enumerate(titles)
    ]
    body = [
        html.Tr(
            [
                html.Th(cells[0], scope="row", className="row-name"),
                *(
                    html.Td(text, className="" if place < texts else "number")
                    for place, text in enumerate(cells[1:], 1)
                ),
            ]
        )
        for cells in rows
    ]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="plain-table split-table")
    return html.Div(table, className="table-scroll")
