"""Reading a condition: its pieces become a Python expression of placeholders, of which few forms are allowed.

Names, numbers and texts never reach Python's parser: each is replaced by a placeholder first. So only the
structure is parsed by `ast`, nothing is evaluated, and what was typed can't be too large or too deep for it.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from core.arrays import BoolArray
from core.errors import SettingsError
from core.expressions.tokens import Token, in_quotes, tokens
from core.expressions.tree import Columns, Comparison, Flag, Node, Not, Several, Sign, Term

LONGEST = 2000
DEEPEST = 24
TOO_COMPLEX = "a condition must be simpler than this one"
EXAMPLE = "outcome == FP and late > 50%"

_SIGNS: dict[type[ast.cmpop], Sign] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_PLACE = re.compile(r"_([0-9]+)\Z")


@dataclass(frozen=True)
class Expression:
    """A condition that was understood.

    Attributes:
        root: What it says.
        names: Every word that may be a field, such as "outcome" or 'meta["site"]'.
    """

    root: Node
    names: frozenset[str]

    @property
    def text(self) -> str:
        """The condition in its plain form: equal for conditions that differ in spaces or signs only."""
        return self.root.render()

    @property
    def parts(self) -> tuple[Node, ...]:
        """The parts that must all hold."""
        root = self.root
        return root.parts if isinstance(root, Several) and root.word == "and" else (root,)

    def evaluate(self, columns: Columns) -> BoolArray:
        """Return which samples meet the condition (N,).

        What has no value meets no comparison, nor `not` of one; `class == missing` asks for it.

        Args:
            columns: The fields of the samples by name; only those that the condition names are asked for.

        Raises:
            SettingsError: If a field or a name is unknown, or a comparison has no meaning.
        """
        return self.root.judge(columns).yes


@lru_cache(maxsize=256)
def parse(text: str) -> Expression:
    """Return what a condition says.

    `=` is read as `==`, `50%` as 0.5; words are fields or names; names of several words stand in quotes.

    Raises:
        SettingsError: If it can't be read, with the rule, what came and where.
    """
    if len(text) > LONGEST:
        raise SettingsError(f"a condition must have at most {LONGEST} characters; got {len(text)}")
    pieces = list(tokens(text))
    if not pieces:
        raise SettingsError(f"a condition must say something, as {EXAMPLE}; got nothing")
    _check(pieces, text)
    reader = _Reader(text, pieces)
    return Expression(reader.root(), frozenset(reader.words))


def _check(pieces: list[Token], text: str) -> None:
    """Find what Python's parser would tell less clearly, and keep from it what is too deep."""
    depth = deepest = 0
    for before, piece in zip([None, *pieces[:-1]], pieces, strict=True):
        depth += (piece.text in {"(", "["} and not piece.is_value) - (
            piece.text in {")", "]"} and not piece.is_value
        )
        deepest = max(deepest, depth)
        if piece.is_value and before is not None and before.is_value:
            raise SettingsError(
                f"two names of a condition must have a sign or a word between them, and a name of several"
                f" words stands in quotes; got {text[before.at - 1 : before.at + 59]!r} at character"
                f" {before.at}"
            )
    if depth:
        raise SettingsError(
            f"each bracket of a condition must be opened and closed; got {depth:+d} that "
            f"{'stay open' if depth > 0 else 'close nothing'}".replace("+", "").replace("-", "")
        )
    nots = sum(piece.kind == "sign" and piece.text in {"not", "-", "+"} for piece in pieces)
    items = sum(piece.kind == "sign" and piece.text == "," and not piece.is_value for piece in pieces)
    if deepest + nots > DEEPEST + items:
        raise SettingsError(
            f"a condition must have at most {DEEPEST} brackets and signs before each other; got"
            f" {deepest + nots}"
        )


class _Reader:
    """Reads one condition; holds its pieces and the words that may be fields."""

    def __init__(self, text: str, pieces: list[Token]) -> None:
        self._text = text
        self._pieces = pieces
        self._starts: list[int] = []  # where each piece begins in the source of placeholders
        self.words: set[str] = set()

    def root(self) -> Node:
        """Return the whole condition."""
        source = ""
        for place, piece in enumerate(self._pieces):
            self._starts.append(len(source))
            source += f"_{place} " if piece.is_value else f"{piece.text} "
        try:
            tree = ast.parse(source.strip(), mode="eval")
        except SyntaxError as error:
            raise self._unreadable((error.offset or 1) - 1) from None
        except (RecursionError, MemoryError):
            raise SettingsError(TOO_COMPLEX) from None
        try:
            return self._node(tree.body)
        except RecursionError:
            raise SettingsError(TOO_COMPLEX) from None

    def _node(self, node: ast.expr) -> Node:
        if isinstance(node, ast.BoolOp):
            word: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
            parts: list[Node] = []
            for each in map(self._node, node.values):
                parts += each.parts if isinstance(each, Several) and each.word == word else [each]
            return Several(word, tuple(parts))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            part = self._node(node.operand)
            if isinstance(part, Flag):
                return Flag(part.term, not part.wanted)
            return part.part if isinstance(part, Not) else Not(part)
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.Name | ast.Subscript):
            return Flag(self._term(node))
        raise self._unreadable(node.col_offset)

    def _comparison(self, node: ast.Compare) -> Node:
        parts: list[Node] = []
        left = node.left
        for sign, right in zip(node.ops, node.comparators, strict=True):
            written = _SIGNS.get(type(sign))
            if written is None:
                raise self._unreadable(node.col_offset)
            if written in {"in", "not in"}:
                parts.append(Comparison(self._term(left), written, self._list(right)))
            else:
                parts.append(Comparison(self._term(left), written, (self._term(right),)))
            left = right
        return parts[0] if len(parts) == 1 else Several("and", tuple(parts))

    def _list(self, node: ast.expr) -> tuple[Term, ...]:
        if not isinstance(node, ast.Tuple | ast.List):
            return (self._term(node),)
        if not node.elts:
            raise SettingsError("the list behind `in` must hold at least one name or number; got none")
        return tuple(self._term(each) for each in node.elts)

    def _term(self, node: ast.expr) -> Term:
        if isinstance(node, ast.Name):
            piece = self._piece(node)
            if piece.kind == "word":
                self.words.add(piece.text)
            return Term(piece.kind, piece.text, piece.at, piece.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self._term(node.operand)
            if inner.kind == "number" and not inner.text.startswith("-"):
                minus = isinstance(node.op, ast.USub)
                return Term(
                    "number", f"{'-' * minus}{inner.text}", inner.at, -inner.value if minus else inner.value
                )
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return self._keyed(node.value, node.slice)
        raise self._unreadable(node.col_offset)

    def _keyed(self, base: ast.Name, key: ast.expr) -> Term:
        owner = self._piece(base)
        if owner.kind != "word" or not isinstance(key, ast.Name):
            raise self._unreadable(base.col_offset)
        name = field_with_key(owner.text, self._piece(key).text)
        self.words.add(name)
        return Term("field", name, owner.at)

    def _piece(self, node: ast.Name) -> Token:
        found = _PLACE.match(node.id)
        if found is None:
            raise AssertionError("only placeholders reach the parser")
        return self._pieces[int(found[1])]

    def _unreadable(self, offset: int) -> SettingsError:
        behind = [piece for start, piece in zip(self._starts, self._pieces, strict=True) if start <= offset]
        at = behind[-1].at if behind else 1
        last = self._pieces[-1]
        if not last.is_value and last.text not in {")", "]"}:
            where = "it ends too early"
        else:
            where = f"{self._text[at - 1 : at + 29]!r} at character {at} does not fit"
        return SettingsError(
            f"a condition must compare fields, joined by and, or, not, as {EXAMPLE}; got"
            f" {self._text[:120]!r}: {where}"
        )


def field_with_key(owner: str, key: str) -> str:
    """Return the name of a field with a key, as columns have it: meta["site"]."""
    return f"{owner}[{in_quotes(key)}]"


def clause_of(node: Node) -> tuple[str, tuple[str, ...] | None]:
    """Return the field that a part is about and the names it must have; None where it says something else."""
    if isinstance(node, Flag):
        return node.term.text, None
    if not isinstance(node, Comparison):
        return "", None
    listed = node.sign in {"==", "in"} and all(term.kind != "field" for term in node.rights)
    values = tuple(term.text for term in node.rights) if listed else None
    return node.left.text, values
