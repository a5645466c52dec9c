"""Families of parts: one file each, found by themselves, described by their own settings."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from core.errors import SettingsError


class Part(BaseModel):
    """What every part is: frozen settings with bounds and descriptions; its methods do the work."""

    model_config = ConfigDict(frozen=True, extra="forbid")


P = TypeVar("P", bound=Part)
S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True)
class Setting:
    """One setting of a part, as forms and options are drawn from it."""

    name: str
    kind: str  # "integer", "number", "flag", "choice", "text", "list"
    default: Any
    required: bool
    description: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    advanced: bool = False
    title: str = ""  # label of a form; "" for the name in words


@dataclass(frozen=True)
class PartDescription:
    """A part as `heed parts` and the pages show it."""

    family: str
    name: str
    title: str
    summary: str
    settings: tuple[Setting, ...]


class Registry(Generic[P]):
    """The parts of one family, by name.

    Args:
        family: What the family is called, in the singular, for messages.
        package: Dotted name of the package whose modules hold the parts; they are imported at first use.
    """

    def __init__(self, family: str, package: str) -> None:
        self.family = family
        self._package = package
        self._parts: dict[str, type[P]] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[type[P]], type[P]]:
        """Return a decorator that makes a class the part of this name."""

        def keep(part: type[P]) -> type[P]:
            if (
                self._parts.setdefault(name, part) is not part
                and self._parts[name].__module__ != part.__module__
            ):
                raise RuntimeError(f"two parts of the family {self.family} are called {name}")
            return part

        return keep

    def names(self) -> tuple[str, ...]:
        """Return the names of all parts in alphabetical order."""
        self._load()
        return tuple(sorted(self._parts))

    def part(self, name: str) -> type[P]:
        """Return the class of a part; SettingsError if there is none of this name."""
        self._load()
        if name not in self._parts:
            raise SettingsError(f"{self.family} must be one of {', '.join(self.names())}; got {name!r:.80}")
        return self._parts[name]

    def create(self, name: str, settings: Mapping[str, Any] | None = None) -> P:
        """Return a part with the given settings, validated; SettingsError says the rule and what came."""
        return validated(self.part(name), settings or {})

    def name_of(self, part: P) -> str:
        """Return the name under which a part was registered."""
        self._load()
        return next(name for name, kind in self._parts.items() if kind is type(part))

    def describe(self, name: str) -> PartDescription:
        """Return what forms, options and lists show of a part."""
        part = self.part(name)
        summary = (part.__doc__ or "").strip().splitlines()[0]
        return PartDescription(self.family, name, title_of(name), summary, describe_settings(part))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def _load(self) -> None:
        if self._loaded:
            return
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        self._loaded = True


_INITIALS = {"lstm", "gru", "cnn", "csv", "npy", "npz", "json", "png"}


def title_of(name: str) -> str:
    """Return a part's name in words: attention-lstm becomes Attention LSTM."""
    words = [
        {"bilstm": "BiLSTM"}.get(word, word.upper() if word in _INITIALS else word)
        for word in name.split("-")
    ]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def validated(model: type[S], values: Mapping[str, Any]) -> S:
    """Return settings made from plain values; strings as they come from a shell or a form are understood.

    Raises:
        SettingsError: With one sentence per mistake: the setting, its rule, what came.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        known = ", ".join(model.model_fields) or "none"
        raise SettingsError("; ".join(_sentence(problem, known) for problem in error.errors()[:5])) from None


def describe_settings(model: type[BaseModel]) -> tuple[Setting, ...]:
    """Return the settings of a model in the order of its fields."""
    schema = model.model_json_schema()
    return tuple(
        _describe(name, field, schema["properties"][name], schema.get("$defs", {}))
        for name, field in model.model_fields.items()
    )


def _describe(name: str, field: FieldInfo, schema: dict[str, Any], definitions: dict[str, Any]) -> Setting:
    if "$ref" in schema:
        schema = {**definitions[schema["$ref"].rsplit("/", 1)[-1]], **schema}
    if "anyOf" in schema:
        plain = next(option for option in schema["anyOf"] if option.get("type") != "null")
        schema = {**plain, **schema}
    kinds = {"integer": "integer", "number": "number", "boolean": "flag", "array": "list"}
    choices = tuple(str(choice) for choice in schema.get("enum", ()))
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Setting(
        name=name,
        kind="choice" if choices else kinds.get(str(schema.get("type")), "text"),
        default=None if field.is_required() else field.get_default(call_default_factory=True),
        required=field.is_required(),
        description=field.description or "",
        minimum=schema.get("minimum", schema.get("exclusiveMinimum")),
        maximum=schema.get("maximum", schema.get("exclusiveMaximum")),
        choices=choices,
        advanced=bool(extra.get("advanced", False)),
        title=field.title or "",
    )


def _sentence(problem: Any, known: str) -> str:
    where = ".".join(str(step) for step in problem["loc"]) or "settings"
    came = f"{problem.get('input')!r:.80}"
    if problem["type"] == "extra_forbidden":
        return f"there is no setting {where:.80}; known settings: {known}"
    if problem["type"] == "missing":
        return f"{where} must be given"
    rule = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{where} must be {rule}; got {came}"
