"""What a condition compares: one value a sample, as numbers, names, texts, truths or memberships."""

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, IntArray
from core.errors import SettingsError

MOST_NAMED = 12
MOST_SEARCHED = 20_000
_TRUE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, eq=False)
class Numbers:
    """A number, or a moment, a sample; not-a-number is no value.

    Attributes:
        values: One number a sample (N,).
    """

    values: NDArray[Any]

    @property
    def known(self) -> BoolArray:
        """Which samples have a number (N,)."""
        values = np.asarray(self.values)
        if values.dtype.kind not in "fmM":
            return np.ones(len(values), np.bool_)
        empty: BoolArray = np.isnan(values) if values.dtype.kind == "f" else np.isnat(values)
        return ~empty


@dataclass(frozen=True, eq=False)
class Names:
    """One of a few names a sample.

    Attributes:
        codes: Index into the names (N,), -1 for none.
        names: The names; "" for a code that no sample has.
        aliases: Further names by their codes.
    """

    codes: IntArray
    names: tuple[str, ...]
    aliases: Mapping[str, int] = field(default_factory=dict)

    @property
    def known(self) -> BoolArray:
        """Which samples have a name (N,)."""
        found: BoolArray = np.asarray(self.codes) >= 0
        return found

    def equal(self, name: str, what: str) -> BoolArray:
        """Return where the samples have a name (N,); SettingsError if there is no such name."""
        found: BoolArray = self.codes == self._code(name, what)
        return found

    def knows(self, name: str) -> bool:
        """Tell whether this is one of the names."""
        return bool(name) and (name in self.names or name in self.aliases)

    def called(self, alias: str) -> str:
        """Return the name that a further name stands for."""
        return self.names[self.aliases[alias]] if alias in self.aliases else alias

    def texts(self) -> NDArray[Any]:
        """Return the name of each sample (N,), "" for none."""
        return np.array([*self.names, ""], dtype=np.str_)[self.codes]

    def _code(self, name: str, what: str) -> int:
        if name and name in self.names:
            return self.names.index(name)
        if name in self.aliases:
            return self.aliases[name]
        alike = [code for code, known in enumerate(self.names) if known.casefold() == name.casefold()]
        if len(alike) == 1:
            return alike[0]
        raise SettingsError(unknown(what, name, filter(None, (*self.names, *self.aliases))))


@dataclass(frozen=True, eq=False)
class Texts:
    """A text a sample, often another one for each; "" is no value.

    Attributes:
        values: One text a sample (N,).
    """

    values: NDArray[Any]

    @property
    def known(self) -> BoolArray:
        """Which samples have a text (N,)."""
        found: BoolArray = np.asarray(self.values) != ""
        return found

    def equal(self, name: str, what: str) -> BoolArray:
        """Return where the samples have a text (N,); SettingsError if none has."""
        found: BoolArray = np.asarray(self.values) == name
        if not found.any():
            raise SettingsError(unknown(what, name, np.unique(self.values[:MOST_SEARCHED]).tolist()))
        return found

    def knows(self, name: str) -> bool:
        """Tell whether some sample has this text."""
        return bool((np.asarray(self.values) == name).any())

    def texts(self) -> NDArray[Any]:
        """Return the text of each sample (N,)."""
        return np.asarray(self.values)


@dataclass(frozen=True, eq=False)
class Truths:
    """Yes or no a sample, or neither.

    Attributes:
        codes: 1 for yes, 0 for no, -1 where it is not known (N,).
    """

    codes: IntArray

    @property
    def known(self) -> BoolArray:
        """Which samples are one or the other (N,)."""
        found: BoolArray = np.asarray(self.codes) >= 0
        return found

    def equal(self, name: str, what: str) -> BoolArray:
        """Return where it is yes, or no, as the name says (N,)."""
        if name.casefold() not in _TRUE:
            raise SettingsError(unknown(what, name, ("true", "false")))
        found: BoolArray = self.codes == int(_TRUE[name.casefold()])
        return found

    def knows(self, name: str) -> bool:
        """Tell whether this is a word for yes or no."""
        return name.casefold() in _TRUE


@dataclass(frozen=True, eq=False)
class Members:
    """What a sample may belong to, to several at once.

    Attributes:
        names: What there is to belong to.
        of: Returns which samples belong to one of the names (N,).
    """

    names: Collection[str]
    of: Callable[[str], BoolArray]
    known = np.True_  # belonging to none is known too

    def equal(self, name: str, what: str) -> BoolArray:
        """Return which samples belong to it (N,)."""
        if name not in self.names:
            raise SettingsError(unknown(what, name, self.names))
        return self.of(name)

    def knows(self, name: str) -> bool:
        """Tell whether there is something of this name to belong to."""
        return name in self.names


Naming = Names | Texts | Truths | Members
Column = Numbers | Naming


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return the message that a field has no such name, with those it has and the nearest."""
    names = list(known)
    listed = ", ".join(clipped(each) for each in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    there = f"one of {listed}{more}" if names else "a name, but there is none here"
    return f"{what} must be {there}; got {clipped(name)!r}{nearest(name, names)}"


def nearest(name: str, names: Iterable[str]) -> str:
    """Return words that offer the most similar name; nothing if none is."""
    by_fold = {each.casefold(): each for each in names}
    found = difflib.get_close_matches(name.casefold()[:120], list(by_fold), n=1, cutoff=0.6)
    return f" (did you mean {clipped(by_fold[found[0]])}?)" if found else ""


def clipped(name: str, longest: int = 60) -> str:
    """Return a name that is not too long for a message, cut in the middle."""
    tail = longest // 3 - 1
    return name if len(name) <= longest else f"{name[: longest - tail - 1]}…{name[-tail:]}"
