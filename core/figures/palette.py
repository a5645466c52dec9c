"""Colours of every figure, one meaning each, and the template that gives all figures one look."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import plotly.graph_objects as go

from core.errors import SettingsError

ThemeName = Literal["light", "dark"]

OUTCOME_COLOURS = ("#0072B2", "#56B4E9", "#D55E00", "#E69F00", "#0072B2", "#E69F00")
"""Of TP, TN, FP, FN, and of right and wrong."""
CLASS_COLOURS = (
    "#332288",
    "#44AA99",
    "#CC6677",
    "#DDCC77",
    "#117733",
    "#88CCEE",
    "#882255",
    "#AA4499",
    "#999933",
)
CLASS_COLOURS_DARK = (
    "#8F84D9",
    "#5DC2B0",
    "#E08C9A",
    "#E8DC9B",
    "#4FB374",
    "#A9DCF5",
    "#C66E9B",
    "#CF7DC2",
    "#BDBD66",
)
MAGMA = (
    "#000004",
    "#140E36",
    "#3B0F70",
    "#641A80",
    "#8C2981",
    "#B73779",
    "#DE4968",
    "#F7705C",
    "#FE9F6D",
    "#FECF92",
    "#FCFDBF",
)
DIVERGING, DIVERGING_DARK = ("#2166AC", "#F7F7F7", "#B2182B"), ("#6BAED6", "#23282E", "#F4685E")
DASHES = ("solid", "9px,4px", "3px,3px", "9px,3px,3px,3px", "15px,4px", "15px,3px,3px,3px")
FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial,'
    " sans-serif"
)
TITLE_SIZE, TEXT_SIZE = 18, 13
LEAST_CONTRAST = 3.0


@dataclass(frozen=True)
class Theme:
    """The colours of one theme.

    Attributes:
        name: "light" or "dark".
        ground: Behind the figure, as the card's ground.
        text: Titles, labels, outlines.
        muted: Subtitles and lines that only help.
        grid: Grid lines.
        accent: Single-colour marks without a meaning of their own.
        attention: Bars and areas of attention, one tone of the attention scale.
        classes: Colours of the classes in order.
    """

    name: ThemeName
    ground: str
    text: str
    muted: str
    grid: str
    accent: str
    attention: str
    classes: tuple[str, ...]

    @property
    def attention_scale(self) -> list[list[float | str]]:
        """The sequential scale from 0 to the largest weight."""
        colours = MAGMA[::-1] if self.name == "light" else MAGMA
        return [[place / (len(colours) - 1), colour] for place, colour in enumerate(colours)]

    @property
    def diverging_scale(self) -> list[list[float | str]]:
        """The scale of what is signed, centred on zero: red positive, blue negative."""
        low, middle, high = DIVERGING if self.name == "light" else DIVERGING_DARK
        colours = (low, mixed(low, middle, 0.5), middle, mixed(high, middle, 0.5), high)
        return [[place / 4, colour] for place, colour in enumerate(colours)]

    @property
    def share_scale(self) -> list[list[float | str]]:
        """The scale of shares, from none on the ground to much in the accent."""
        return [[0.0, self.ground], [0.02, mixed(self.ground, self.accent, 0.25)], [1.0, self.accent]]

    def of_class(self, code: int) -> str:
        """Return the colour of a class; more classes than colours begin again, the unknown is muted."""
        return self.muted if code < 0 else self.classes[code % len(self.classes)]

    def of_outcome(self, code: int) -> str:
        """Return the colour of an outcome; the unknown is muted."""
        return self.muted if code < 0 else OUTCOME_COLOURS[code]

    def of_run(self, place: int) -> str:
        """Return the colour of a run's curve: the accent, then the classes' colours that need no outline."""
        strong = [colour for colour in self.classes if self.outline(colour) is None]
        unlike = [self.accent, *strong[1:], strong[0]]  # the first is near the accent
        return unlike[place % len(unlike)]

    def outline(self, colour: str) -> str | None:
        """Return the colour of the outline that a mark needs against the ground; None if it needs none."""
        return self.text if contrast(colour, self.ground) < LEAST_CONTRAST else None

    def text_on(self, colour: str) -> str:
        """Return black or white, whichever is read better on a colour."""
        return max(("#000000", "#FFFFFF"), key=lambda text: contrast(text, colour))


LIGHT = Theme("light", "#FFFFFF", "#1F2328", "#59636E", "#E6E9ED", "#2F5DA8", "#B73779", CLASS_COLOURS)
DARK = Theme("dark", "#1A2029", "#E6EAEE", "#A3ADB8", "#343B43", "#8AB4F8", "#F7705C", CLASS_COLOURS_DARK)
THEMES = {"light": LIGHT, "dark": DARK}


def theme_of(name: str) -> Theme:
    """Return a theme by its name; SettingsError if there is none."""
    if name not in THEMES:
        raise SettingsError(f"theme must be light or dark; got {name!r:.40}")
    return THEMES[name]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def faded(colour: str, opacity: float) -> str:
    """Return a colour with an opacity, as browsers write it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour that lies a share of the way from one to the other."""
    pairs = [(int(one[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(start + share * (end - start)):02X}" for start, end in pairs)


@cache
def template(name: ThemeName) -> go.layout.Template:
    """Return the look of all figures: light grid, no frame, the system's own font."""
    theme = theme_of(name)
    axis = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zeroline": False,
        "ticks": "",
        "ticklabelstandoff": 4,  # labels of both axes keep apart where they meet
        "automargin": True,
        "tickfont": {"size": TEXT_SIZE, "color": theme.text},
        "title": {"font": {"size": TEXT_SIZE, "color": theme.text}, "standoff": 8},
    }
    bar = {"title": {"font": {"size": TEXT_SIZE}}}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": TEXT_SIZE, "color": theme.text},
            "title": {
                "font": {"size": TITLE_SIZE, "color": theme.text, "weight": 600},
                "subtitle": {"font": {"size": TEXT_SIZE, "color": theme.muted}},
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "pad": {"l": 16},
            },
            "paper_bgcolor": theme.ground,
            "plot_bgcolor": theme.ground,
            "colorway": list(theme.classes),
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "hoverlabel": {
                "font": {"family": FONT, "size": TEXT_SIZE, "color": theme.text},
                "bgcolor": theme.ground,
                "bordercolor": theme.muted,
                "align": "left",
            },
            "legend": {"font": {"size": TEXT_SIZE}, "bgcolor": "rgba(0,0,0,0)", "itemsizing": "constant"},
            "annotationdefaults": {"font": {"size": TEXT_SIZE}, "showarrow": False},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": theme.muted, "activecolor": theme.accent},
        },
        data={"heatmap": [{"colorbar": bar}], "scatter": [{"marker": {"colorbar": bar}}]},
    )


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
