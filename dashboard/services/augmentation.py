"""What the page Augment asks: which augmentations there are, what a list of them does to a dataset's samples.

A list stands in the view as text: each augmentation as `heed train --augment` takes it, NAME:k=v,k=v, with
defaults left out, split by ";".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from core.augmentation.family import AUGMENTATIONS, Augmentation
from core.errors import SettingsError
from core.figures.text import clean
from core.registry import PartDescription

MOST = 12
BETWEEN = ";"
NOISE_AND_SCALING = "gaussian-noise;amplitude-scaling"


@dataclass(frozen=True)
class Wish:
    """One augmentation of a list.

    Attributes:
        name: Its name in the family.
        part: The augmentation itself.
    """

    name: str
    part: Augmentation

    @property
    def about(self) -> PartDescription:
        """What the family says of it."""
        return described(self.name)

    @property
    def settings(self) -> dict[str, Any]:
        """All of its settings as plain values."""
        return self.part.model_dump(mode="json")

    @property
    def text(self) -> str:
        """Return it as `heed train --augment` takes it, defaults left out."""
        defaults = {setting.name: setting.default for setting in self.about.settings}
        given = [f"{k}={written(v)}" for k, v in self.settings.items() if v != defaults.get(k)]
        return f"{self.name}:{','.join(given)}" if given else self.name

    @property
    def words(self) -> str:
        """Return it in few words: its title and what differs from the defaults."""
        _, _, given = self.text.partition(":")
        pieces = [piece.replace("_", " ").replace("=", " ", 1) for piece in given.split(",") if piece]
        return f"{self.about.title} ({', '.join(pieces)})" if pieces else self.about.title


@dataclass(frozen=True)
class Recipe:
    """A list of augmentations, as far as a text could be understood.

    Attributes:
        wishes: The augmentations in their order.
        problems: What was left out, and why, in sentences.
    """

    wishes: tuple[Wish, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the list as text, defaults left out."""
        return BETWEEN.join(wish.text for wish in self.wishes)

    @property
    def parts(self) -> tuple[Augmentation, ...]:
        """The augmentations themselves."""
        return tuple(wish.part for wish in self.wishes)

    def plain(self) -> list[dict[str, Any]]:
        """Return the list as a training takes it."""
        return [{"name": wish.name, "settings": wish.settings} for wish in self.wishes]


def offered() -> tuple[PartDescription, ...]:
    """Return all augmentations of the family."""
    return tuple(described(name) for name in AUGMENTATIONS.names())


@cache
def described(name: str) -> PartDescription:
    """Return what the family says of an augmentation; the forms' schemas take milliseconds to make."""
    return AUGMENTATIONS.describe(name)


@lru_cache(64)
def recipe(text: str) -> Recipe:
    """Return the list that a text describes; what can't be understood is left out and said."""
    wishes: list[Wish] = []
    problems: list[str] = []
    for piece in filter(None, (piece.strip() for piece in text.split(BETWEEN))):
        try:
            wish = _wish(piece)
        except SettingsError as error:
            problems.append(f"{clean(piece.partition(':')[0], 40)} was left out: {clean(error, 300)}")
            continue
        if len(wishes) < MOST:
            wishes.append(wish)
        else:
            problems.append(f"{wish.about.title} was left out: a list holds at most {MOST} augmentations")
    return Recipe(tuple(wishes), tuple(problems[:MOST]))


def words_of(plain: Mapping[str, Any]) -> str:
    """Return an augmentation of a run in few words; only its name if the family no longer knows it."""
    try:
        return Wish(str(plain["name"]), AUGMENTATIONS.create(str(plain["name"]), plain["settings"])).words
    except (SettingsError, KeyError):
        return clean(plain.get("name", "unknown"), 40)


def written(value: Any) -> str:
    """Return a setting's value as it stands in a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _wish(piece: str) -> Wish:
    name, _, rest = piece.partition(":")
    settings: dict[str, str] = {}
    for pair in filter(None, rest.split(",")):
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise SettingsError(f"settings must be written name=value; got {pair!r:.80}")
        if key.strip() in settings:
            raise SettingsError(f"a setting must be named once; {key!r:.80} came twice")
        settings[key.strip()] = value
    return Wish(name.strip(), AUGMENTATIONS.create(name.strip(), settings))
