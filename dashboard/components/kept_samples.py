"""Changed samples that are kept with a run: links that open them, and what cohorts hold of them."""

from collections.abc import Callable, Sequence

from dash import html

from core.expressions import one_of
from core.inference.edits import parse_edits
from core.inference.variants import Variant
from dashboard.components.format import clipped, counted
from dashboard.components.view import MAX_LONG_TEXT, ViewState


def kept_samples(
    known: Sequence[Variant], view: ViewState, act: Callable[[Variant], html.Button] | None = None
) -> html.Div:
    """Return changed samples as links, those of the sample in view first, then the last saved ones.

    Args:
        known: The changed samples, at least one.
        view: What is looked at.
        act: Returns the button beside each; none unless given.
    """
    last = known[::-1]
    ordered = [one for own in (True, False) for one in last if (one.sample == view.sample) is own]
    items = [html.Li([_link(one, view), *([act(one)] if act else [])]) for one in ordered]
    return html.Div(
        [
            html.P(f"{counted(len(known), 'changed sample')}, kept with this run", className="small muted"),
            html.Ul(items, className="lineage"),
            html.P(_held(known, view), className="small muted"),
        ],
        className="saved-variants",
    )


def opened(one: Variant, view: ViewState) -> str:
    """Return the link that opens a changed sample."""
    return view.href("/sample", sample=one.sample, edits=one.edits)


def _link(one: Variant, view: ViewState) -> html.Span:
    now = (one.sample, one.edits) == (view.sample, view.edits)
    link = html.A(clipped(one.name, 40), href=opened(one, view), **({"aria-current": "true"} if now else {}))
    edits = counted(len(parse_edits(one.edits)), "edit")
    return html.Span([link, f" (sample {one.sample}, {edits}{'; in view' if now else ''})"])


def _held(known: Sequence[Variant], view: ViewState) -> list[html.A | str]:
    said = "the samples they were made from"
    made_of = one_of("variant", [one.name for one in known])
    fits = len(made_of) <= MAX_LONG_TEXT
    to_them = (
        html.A(said, href=view.href("/attention", where=made_of, part="all", edits="")) if fits else said
    )
    return [
        "Opening one shows it before and after its edits. Charts, filters and cohorts hold ",
        to_them,
        ", never the changed ones.",
    ]
