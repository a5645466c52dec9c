"""What a condition says, as a tree that can be evaluated on columns and written down again.

A sample without a value meets no comparison, nor the opposite of one: each part of a condition holds, does
not hold, or is open, as in Kleene's logic of three values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.arrays import BoolArray
from core.errors import SettingsError
from core.expressions.columns import Column, Members, Numbers, Truths
from core.expressions.tokens import Kind, in_quotes
from core.expressions.unknown_fields import comparison, no_field

Sign = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
Columns = Mapping[str, Column]
TURNED: dict[Sign, Sign] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
MISSING = "missing"  # stands for no value, as in class == missing


@dataclass(frozen=True, eq=False)
class Verdict:
    """Where a condition holds and where it does not (N,), (N,); it is open where neither."""

    yes: BoolArray
    no: BoolArray

    @classmethod
    def of(cls, found: BoolArray, known: BoolArray | np.bool_) -> "Verdict":
        """Return what holds where it was found, and is open where nothing is known."""
        return cls(found & known, ~found & known)

    @property
    def turned(self) -> "Verdict":
        """The opposite; what is open stays open."""
        return Verdict(self.no, self.yes)


@dataclass(frozen=True)
class Term:
    """A field, a name or a number.

    Attributes:
        kind: "word" for what may be a field or a name; "field" for one with a key, as meta["site"].
        text: The field or name, or the number as it was typed.
        at: Its place in the condition, counted from 1.
        value: The number, of a number.
    """

    kind: Kind | Literal["field"]
    text: str
    at: int
    value: float = 0.0

    def render(self) -> str:
        """Return it as a condition writes it."""
        return in_quotes(self.text) if self.kind == "text" else self.text

    def column(self, columns: Columns) -> Column | None:
        """Return the column it names; None for a name or a number.

        Raises:
            SettingsError: If it can only be a field and there is none of this name.
        """
        if self.kind in {"word", "field"} and self.text in columns:
            return columns[self.text]
        if self.kind == "field":
            raise no_field(self.text, self.at, columns)
        return None


@dataclass(frozen=True)
class Comparison:
    """A field beside a value, another field or a list of values."""

    left: Term
    sign: Sign
    rights: tuple[Term, ...]

    def render(self) -> str:
        """Return it as a condition writes it."""
        right = ", ".join(term.render() for term in self.rights)
        return f"{self.left.render()} {self.sign} {f'({right})' if self.sign.endswith('in') else right}"

    def judge(self, columns: Columns) -> Verdict:
        """Return where it holds."""
        left = self.left.column(columns)
        if self.sign in {"in", "not in"}:
            if left is None:
                raise no_field(self.left.text, self.left.at, columns)
            found = _listed(self.left, left, self.rights)
            return found.turned if self.sign == "not in" else found
        (beside,) = self.rights
        right = beside.column(columns)
        if left is None and right is None:
            raise no_field(self.left.text, self.left.at, columns)
        if left is None or (right is not None and _is_name(self.left, left, right)):
            turned = Comparison(beside, TURNED[self.sign], (self.left,))
            return _compared(turned, _there(right), None)
        named = right is not None and _is_name(beside, right, left)
        return _compared(self, left, None if named else right)


@dataclass(frozen=True)
class Flag:
    """A field that is yes or no by itself, as `correct`."""

    term: Term
    wanted: bool = True

    def render(self) -> str:
        """Return it as a condition writes it."""
        return f"{'' if self.wanted else 'not '}{self.term.render()}"

    def judge(self, columns: Columns) -> Verdict:
        """Return where the field says what is wanted."""
        column = self.term.column(columns)
        if column is None:
            raise no_field(self.term.text, self.term.at, columns)
        if not isinstance(column, Truths):
            raise SettingsError(
                f"a field of a condition must be compared with something, as in {self.term.text} == ...;"
                f" got it alone at character {self.term.at}{comparison(self.term.text, columns)}"
            )
        return Verdict.of(column.codes == int(self.wanted), column.known)


@dataclass(frozen=True)
class Not:
    """What holds where its part does not hold, and is open where that is."""

    part: "Node"

    def render(self) -> str:
        """Return it as a condition writes it."""
        return f"not ({self.part.render()})"

    def judge(self, columns: Columns) -> Verdict:
        """Return where it holds."""
        return self.part.judge(columns).turned


@dataclass(frozen=True)
class Several:
    """Parts of which all, or any, must hold."""

    word: Literal["and", "or"]
    parts: tuple["Node", ...]

    def render(self) -> str:
        """Return it as a condition writes it."""
        inner = (
            f"({part.render()})" if isinstance(part, Several) and part.word != self.word else part.render()
            for part in self.parts
        )
        return f" {self.word} ".join(inner)

    def judge(self, columns: Columns) -> Verdict:
        """Return where it holds."""
        found = self.parts[0].judge(columns)
        for part in self.parts[1:]:
            other = part.judge(columns)
            if self.word == "and":
                found = Verdict(found.yes & other.yes, found.no | other.no)
            else:
                found = Verdict(found.yes | other.yes, found.no & other.no)
        return found


Node = Comparison | Flag | Not | Several


def _there(column: Column | None) -> Column:
    if column is None:
        raise AssertionError("a comparison without a field was let through")
    return column


def _is_name(term: Term, own: Column, beside: Column) -> bool:
    """Tell whether a word that is also a field is meant as a name beside another column."""
    if term.kind != "word" or isinstance(beside, Numbers):
        return False
    return isinstance(own, Numbers) or beside.knows(term.text)


def _compared(asked: Comparison, left: Column, right: Column | None) -> Verdict:
    (beside,) = asked.rights
    equality = asked.sign in {"==", "!="}
    if equality and right is None and _is_missing(beside, left):
        found = _without_value(left)
    elif isinstance(left, Numbers):
        return _ordered(asked, left, right)
    elif not equality:
        raise SettingsError(
            f"{asked.left.text} is no number and must be compared by ==, != or in;"
            f" got {asked.sign} at character {asked.left.at}"
        )
    elif right is None:
        found = Verdict.of(left.equal(beside.text, asked.left.text), left.known)
    else:
        found = _alike(asked, left, right)
    return found if asked.sign == "==" else found.turned


def _is_missing(term: Term, column: Column) -> bool:
    """Tell whether a term stands for no value: the word `missing`, unless it is a name, or an empty text."""
    if isinstance(column, Members) or term.text not in {MISSING, ""}:
        return False
    return term.text == "" or (
        term.kind == "word" and (isinstance(column, Numbers) or not column.knows(term.text))
    )


def _without_value(column: Column) -> Verdict:
    """Return which samples have no value; that is never open."""
    known = np.asarray(column.known)
    return Verdict(~known, known)


def _alike(asked: Comparison, left: Column, right: Column) -> Verdict:
    """Return where two fields have the same name."""
    columns = [column for column in (left, right) if not isinstance(column, Numbers | Truths | Members)]
    if len(columns) < 2:
        raise SettingsError(
            f"{asked.left.text} and {asked.rights[0].text} are of different kinds and can't be compared"
        )
    first, second = columns
    return Verdict.of(first.texts() == second.texts(), first.known & second.known)


def _ordered(asked: Comparison, left: Numbers, right: Column | None) -> Verdict:
    (beside,) = asked.rights
    if right is None and beside.kind != "number":
        raise _needs_number(asked.left, beside)
    if right is not None and not isinstance(right, Numbers):
        raise _needs_number(asked.left, beside)
    other = beside.value if right is None else right.values
    found: BoolArray = {
        "==": np.equal,
        "!=": np.not_equal,
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
    }[asked.sign](left.values, other)
    return Verdict.of(found, left.known if right is None else left.known & right.known)


def _listed(term: Term, column: Column, values: tuple[Term, ...]) -> Verdict:
    missing = [value for value in values if _is_missing(value, column)]
    named = [value for value in values if value not in missing]
    if isinstance(column, Numbers):
        for value in named:
            if value.kind != "number":
                raise _needs_number(term, value)
        found: BoolArray = np.isin(column.values, [value.value for value in named])
    else:
        found = np.zeros(np.shape(column.known), np.bool_)
        for value in named:
            found = found | column.equal(value.text, term.text)
    listed = Verdict.of(found, column.known)
    if not missing:
        return listed
    without = _without_value(column)  # nothing is open then: what has no value is in the list
    return Verdict(listed.yes | without.yes, listed.no)


def _needs_number(term: Term, got: Term) -> SettingsError:
    return SettingsError(
        f"{term.text} is a number and must be compared with one; got {got.text[:60]!r} at character {got.at}"
    )
