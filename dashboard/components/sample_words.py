"""One sample's attention in words and numbers, for every page that shows one."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.attention import SampleAttention, describe_sample
from dashboard.components.cards import facts, folded, head_row
from dashboard.components.format import clipped, number, percent

PATTERN_WORDS = {
    "early": "more than half of the weight on the first third",
    "middle": "more than half of the weight on the middle third",
    "late": "more than half of the weight on the last third",
    "evenly distributed": "no third stands out, nearly equal weights",
    "mixed": "no third holds more than half of the weight",
}


def in_words(answer: SampleAttention) -> list[Any]:
    """Return the analysis of one prediction: pattern, statistics, top steps with what stands out there."""
    numbers = answer.statistics
    thirds = " / ".join(f"{100 * share:.0f}" for share in answer.shares) + " %"
    pairs: Sequence[tuple[str, Any]] = (
        ("Confidence", percent(answer.confidence)),
        ("Pattern", html.Span(answer.pattern, title=PATTERN_WORDS.get(answer.pattern, ""))),
        ("Weight by third", thirds),
        ("Largest / mean", f"{number(numbers['max'])} / {number(numbers['mean'])}"),
        ("Concentration", f"{numbers['concentration']:.1f} \u00d7 the mean"),
        ("Entropy (1 = even)", f"{numbers['entropy']:.2f}"),
    )
    step = answer.axis.name
    head = head_row(("", step.capitalize(), "Weight", "Stands out there"))
    rows = [
        html.Tr(
            [
                html.Td(str(rank)),
                html.Td(clipped(top.label, 20)),
                html.Td(number(top.weight)),
                html.Td(
                    ", ".join(
                        f"{clipped(channel.name, 20)} {number(channel.value)} ({channel.deviation:+.1f} SD)"
                        for channel in top.channels
                    )
                    or "-"
                ),
            ]
        )
        for rank, top in enumerate(answer.top, start=1)
    ]
    table = html.Table(
        [
            html.Caption(f"The {len(answer.top)} {step}s with the largest weights"),
            html.Thead(head),
            html.Tbody(rows),
        ],
        className="plain-table",
    )
    standing = any(top.channels for top in answer.top)
    chances = ", ".join(
        f"{clipped(name, 20)} {percent(float(chance))}"
        for name, chance in list(zip(answer.classes, answer.probabilities, strict=True))[:10]
    )
    said = html.P(
        f"Probabilities: {chances}."
        + (" SD: standard deviations from the channel's training mean." if standing else ""),
        className="small muted",
    )
    report = folded("As plain text", html.Pre(describe_sample(answer), className="plain-text"))
    return [html.Div([facts(pairs), said, report]), html.Div(table, className="table-scroll")]
