"""What stands where on the page Augment."""

from typing import Any

from dash import dcc, html

from core.errors import HeedError
from dashboard.components.cards import card, column, empty_state, grid, link_button
from dashboard.components.controls import view_control
from dashboard.components.forms import problem_line
from dashboard.components.notices import sentence
from dashboard.components.theory import theory
from dashboard.components.view import ViewState
from dashboard.pages.augment import fields, words
from dashboard.pages.augment.charts import LINES, SPECTRA, USES, VALUES
from dashboard.pages.augment.ids import Id
from dashboard.services import augmentation, library
from dashboard.services.augmentation import Recipe

OFFERED = 3


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    list_of = augmentation.recipe(view.augment)
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE, hidden=not missing),
            html.Div(
                [
                    grid(
                        column(_list(list_of), width=5),
                        column(LINES.card(controls=[_channel(), _walk()]), _kept_apart(), width=7),
                        class_name="augment-grid",
                    ),
                    grid(VALUES.card(width=6), SPECTRA.card(width=6)),
                    grid(html.Section(_theory(), className="sheet span-12")),
                ],
                id=Id.BODY,
                hidden=bool(missing),
            ),
            dcc.Store(id=Id.LIST_ASKED),
            dcc.Store(id=Id.DRAWN, data={**drawn(list_of), "first": True}),
            dcc.Store(id=Id.SEEN),
            dcc.Store(id=Id.MOVED),
            dcc.Store(id=Id.POINTS),
            dcc.Store(id=Id.PLACE_ASKED),
            dcc.Store(id=Id.WALK),
            dcc.Store(id=Id.WORDS_ASKED),
            dcc.Store(id=Id.WORDS_SPEC, data={"uses": list(USES)}),
        ]
    )


def actions() -> list[Any]:
    """Return the primary action: on to Train with the list."""
    return [link_button("Train with these", "/train", primary=True, id=Id.TRAIN)]


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the page when there is nothing to augment; else nothing."""
    try:
        library.dataset(view.dataset)
    except HeedError as error:
        known = library.datasets().entries[:OFFERED]
        if not known:
            said, title = words.NOTHING_YET, "Data comes first"
        elif view.dataset is None:
            said, title = "Choose a dataset in the bar above, or bring another one.", "No dataset is chosen"
        else:
            said, title = f"{sentence(error)}.", "This dataset is not here"
        steps = [
            link_button(f"Use {entry.name}", view.href("/augment", dataset=entry.id), primary=not place)
            for place, entry in enumerate(known)
        ]
        make = link_button("Make series", view.href("/data", source="synthetic"), primary=not steps)
        load = link_button("Load a file", view.href("/data", source="file"))
        return [empty_state(said, *(steps or [make]), load if not steps else make, title=title)]
    return []


def items(list_of: Recipe) -> list[Any]:
    """Return the list of augmentations, or what to do while it is empty."""
    if not list_of.wishes:
        return [html.Li(words.EMPTY, className="muted augment-none")]
    total = len(list_of.wishes)
    return [fields.item(place, wish, total) for place, wish in enumerate(list_of.wishes)]


def drawn(list_of: Recipe) -> dict[str, Any]:
    """Return what the browser must know of the list as it is drawn, to write it down as text again."""
    return {
        "text": list_of.text,
        "items": [
            {
                "name": wish.name,
                "settings": [
                    [setting.name, augmentation.written(setting.default)] for setting in wish.about.settings
                ],
            }
            for wish in list_of.wishes
        ],
    }


def _list(list_of: Recipe) -> Any:
    offers = [_offer(f"+ {about.title}", about.name, about.summary) for about in augmentation.offered()]
    preset = _offer("Noise + scaling", augmentation.NOISE_AND_SCALING, words.PRESET)
    return card(
        "Augmentations, in order",
        html.Div([preset, *offers], id=Id.OFFERS, className="augment-offers", role="group", **OFFERS_LABEL),
        problem_line(Id.PROBLEM.removesuffix("-problem")),
        html.Ol(items(list_of), id=Id.LIST, className="augment-list"),
        line=words.LIST_LINE,
    )


OFFERS_LABEL = {"aria-label": "Add an augmentation"}


def _offer(text: str, added: str, summary: str) -> html.Button:
    return html.Button(
        text,
        type="button",
        className="button chip",
        title=summary,
        **{"data-augment": "add", "data-added": added},
    )


def _channel() -> Any:
    control = dcc.Dropdown(id=Id.CHANNEL, options=[], placeholder="first channel", clearable=True)
    named = html.Label("Channel", htmlFor=Id.CHANNEL, className="context-label")
    return html.Div(
        [named, view_control("channel", control)], id=Id.CHANNEL_FIELD, className="context-item", hidden=True
    )


def _walk() -> html.Div:
    def step(text: str, deed: str, key: str) -> html.Button:
        return html.Button(
            text,
            type="button",
            className="button quiet",
            title=f"{deed.capitalize()} sample: {key}",
            **{"data-augment": deed, "aria-keyshortcuts": key},
        )

    again = html.Button(
        "Another draw", type="button", className="button quiet", title=words.AGAIN, **{"data-augment": "draw"}
    )
    return html.Div(
        [
            step("\u2190 Previous", "previous", "["),
            step("Next \u2192", "next", "]"),
            again,
            html.Span(id=Id.PLACE, className="small muted", role="status"),
        ],
        className="walk",
    )


def _kept_apart() -> Any:
    return card(
        "Do copies still lie where their class lies?", html.Div(id=Id.WORDS, className="augment-words")
    )


def _theory() -> Any:
    return theory("The idea: why varied copies, and when they are right", *words.IDEAS, closing=words.CLOSING)
