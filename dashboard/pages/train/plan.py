"""What a training would learn from, in words: target, split with what leaks in it, augmentations as chips."""

from dataclasses import dataclass
from typing import Any

from dash import html

from core.errors import HeedError
from dashboard.components.cards import link_button
from dashboard.components.format import clipped
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.services import augmentation, library, planning
from dashboard.services.augmentation import Recipe
from dashboard.services.planning import SplitPlan

SPLITS = "split"
LISTED_LEAKS = 3
MOST_MODALITIES = 4  # that an architecture reads


@dataclass(frozen=True)
class Planned:
    """The plan of a view as the form shows it.

    Attributes:
        targets: Names of the targets that can be chosen; of one there is no choice.
        note: Which targets have a label for each step, "" for none.
        split: Words about the split.
        folds: Number of folds of the split, 0 for none.
    """

    targets: tuple[str, ...] = ()
    note: str = ""
    split: tuple[Any, ...] = ()
    folds: int = 0


def planned(view: ViewState) -> Planned:
    """Return the plan of a view; what is wrong with it stands in its words."""
    try:
        manifest = library.dataset(view.dataset)
    except HeedError:
        return Planned()
    known = planning.targets(manifest)
    names = ", ".join(clipped(name, 24) for name in manifest.targets_per_step)
    note = f"A label for each step: {names}." if names else ""
    try:
        found = planning.split_plan(manifest, view.split, planning.target_of(manifest, view.target))
    except HeedError as error:
        usual = html.Button(
            "Take the usual split",
            type="button",
            className="button quiet",
            **{"data-view-key": "split", "data-view-value": ""},
        )
        said = [html.P(f"{sentence(error)}.", className="warning"), *([usual] if view.split else [])]
        return Planned(known, note, tuple(said))
    return Planned(known, note, tuple(_split(found, view)), found.folds)


def modalities(view: ViewState) -> tuple[tuple[str, ...], str]:
    """Return the modalities that can be chosen, and what is read without a choice, in words."""
    try:
        found = planning.modalities(library.dataset(view.dataset))
    except HeedError:
        return (), ""
    usual = " and ".join(clipped(name, 24) for name in found.usual)
    return found.names, usual if len(found.usual) <= MOST_MODALITIES else "Choose two to four"


def chips(list_of: Recipe, view: ViewState) -> list[Any]:
    """Return the augmentations as chips that can be removed, and the ways to others."""
    shown = [_chip(list_of, place) for place in range(len(list_of.wishes))]
    preset = _offer("+ Noise and scaling", augmentation.NOISE_AND_SCALING)
    change = link_button("Change them" if shown else "Choose and preview", view.href("/augment"))
    said = [html.Span("None: the originals alone.", className="muted small")]
    drawn = html.Span("Drawn anew in each epoch, from the training samples.", className="muted small")
    return [
        html.Ul(shown, className="chips", **{"aria-label": "Augmentations"}) if shown else html.Div(said),
        *([drawn] if shown else []),
        html.Div([*([] if shown else [preset]), change], className="chips"),
    ]


def _chip(list_of: Recipe, place: int) -> html.Li:
    wish = list_of.wishes[place]
    rest = augmentation.BETWEEN.join(
        other.text for index, other in enumerate(list_of.wishes) if index != place
    )
    remove = html.Button(
        "\u00d7",
        type="button",
        className="chip-remove",
        **{"aria-label": f"Remove {wish.words}", "data-view-key": "augment", "data-view-value": rest},
    )
    return html.Li([wish.words, remove], className="chip-item")


def _offer(words: str, text: str) -> html.Button:
    return html.Button(
        words, type="button", className="button chip", **{"data-view-key": "augment", "data-view-value": text}
    )


def _split(plan: SplitPlan, view: ViewState) -> list[Any]:
    look = html.A("Look at splits on Data", href=view.href("/data", section=SPLITS))
    counts = f" {plan.counts} samples." if plan.counts else ""
    words = plan.words[:1].upper() + plan.words[1:]
    head = html.P([f"{words}.{counts} ", look, "."], className="small")
    if not plan.looked:
        return [head, html.P("The leak guard looks at it when it is trained.", className="small muted")]
    if plan.leaks:
        purge = html.A("Purge or choose another split first", href=view.href("/data", section=SPLITS))
        told = [html.Li(leak) for leak in plan.leaks[:LISTED_LEAKS]]
        return [head, html.Div([html.Ul(told), purge], className="warning", role="note")]
    worth = f"; {plan.cautions} worth a look" if plan.cautions else ""
    return [head, html.P(f"The leak guard found no leak{worth}.", className="small muted")]
