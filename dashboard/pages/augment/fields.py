"""The list of augmentations as it can be changed: each with its settings, sliders where they help."""

import math
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from core.errors import SettingsError
from core.registry import Setting, title_of
from dashboard.components.format import number
from dashboard.services.augmentation import Wish, written

STEPS = 100  # of a slider, about
CLOSE, WIDE = 10, 2.5  # how far a slider goes, in defaults: of small ones and of others
SHARE = "share"


def item(place: int, wish: Wish, total: int) -> html.Li:
    """Return one augmentation of the list with its settings."""
    about = wish.about
    settings = sorted(about.settings, key=lambda setting: setting.name == SHARE)
    first, last = place == 0, place == total - 1
    return html.Li(
        [
            html.Div(
                [
                    html.H3(f"{place + 1}. {about.title}"),
                    html.Div(
                        [
                            _deed("\u2191", "up", place, f"Move {about.title} up", first),
                            _deed("\u2193", "down", place, f"Move {about.title} down", last),
                            _deed("Remove", "remove", place, f"Remove {about.title}", False),
                        ],
                        className="augment-deeds",
                    ),
                ],
                className="augment-head",
            ),
            html.P(about.summary, className="small muted"),
            html.Div(
                [_field(place, wish, setting) for setting in settings],
                className="augment-fields",
                role="group",
            ),
        ],
        className="augment-item",
        **{"aria-label": about.title},
    )


def field_id(place: int, name: str, part: str = "value") -> dict[str, Any]:
    """Return the id of a control; a part is "value" or "slider"."""
    return {"augment": part, "field": name, "place": place}


def _deed(words: str, deed: str, place: int, label: str, off: bool) -> html.Button:
    return html.Button(
        words,
        type="button",
        className="button quiet",
        disabled=off,
        title=label,
        **{"aria-label": label, "data-augment": deed, "data-place": str(place)},
    )


def _field(place: int, wish: Wish, setting: Setting) -> html.Div:
    value = wish.settings[setting.name]
    label = setting.title or title_of(setting.name.replace("_", "-"))
    help_text = "" if setting.description.lower() == label.lower() else setting.description
    named = html.Span([label, html.Span(_bounds(setting), className="field-bounds")], className="field-label")
    below = [html.Span(help_text[:1].upper() + help_text[1:], className="field-help")] if help_text else []
    control = html.Label([named, _control(place, setting, value)], className="field-control")
    slid = _slider(place, wish, setting, value, label)
    return html.Div([control, *slid, *below], className="field")


def _control(place: int, setting: Setting, value: Any) -> Any:
    identifier = field_id(place, setting.name)
    if setting.kind in {"choice", "flag"}:
        choices = setting.choices or ("true", "false")
        options = [{"label": title_of(choice), "value": choice} for choice in choices]
        return dbc.Select(id=identifier, options=options, value=written(value))
    keys = {"integer": "numeric", "number": "decimal"}.get(setting.kind, "text")
    return dbc.Input(
        id=identifier, type="text", inputMode=keys, value=written(value), maxLength=40, autoComplete="off"
    )


def _slider(place: int, wish: Wish, setting: Setting, value: Any, label: str) -> list[Any]:
    """Return a slider for a number that has an upper bound, over the range that is used most."""
    if setting.kind not in {"integer", "number"} or setting.maximum is None:
        return []
    whole = setting.kind == "integer"
    low, high = float(setting.minimum or 0), _reach(setting, float(value))
    step = 1.0 if whole else _round((high - low) / STEPS)
    if not whole and not _allowed(wish, setting, low):
        low += step
    slider = dbc.Input(
        id=field_id(place, setting.name, "slider"),
        type="range",
        min=low,
        max=high,
        step=step,
        value=value,
        className="form-range",
    )
    hidden = html.Span(f"{label}, slider", className="visually-hidden")
    return [html.Label([hidden, slider], className="field-slider")]


def _reach(setting: Setting, value: float) -> float:
    """Return where a slider ends: a bound far above the default would leave no room for what is usual."""
    most = float(setting.maximum or 0)
    default = float(setting.default or 0)
    usual = default * (CLOSE if default < 0.5 else WIDE)
    end = min(most, _round(usual)) if usual else most
    return max(end, value)


def _round(value: float) -> float:
    """Return a number with one digit that counts, of 1, 2 and 5 the nearest from below."""
    unit = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return float(f"{max(times for times in (1, 2, 5) if times * unit <= value * (1 + 1e-9)) * unit:.12g}")


def _allowed(wish: Wish, setting: Setting, value: float) -> bool:
    """Return whether a bound itself may be chosen."""
    try:
        type(wish.part).model_validate({setting.name: value})
    except (SettingsError, ValueError):
        return False
    return True


def _bounds(setting: Setting) -> str:
    if setting.minimum is None or setting.maximum is None:
        return ""
    return f"{number(setting.minimum, 7)} to {number(setting.maximum, 7)}"
