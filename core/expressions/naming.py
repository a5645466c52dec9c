"""The names that a condition holds beside a field, such as those of cohorts: found, changed, left out."""

from dataclasses import replace

from core.expressions.editing import joined
from core.expressions.parsing import parse
from core.expressions.tree import Comparison, Node, Not, Several, Term


def named(where: str, field: str) -> tuple[str, ...]:
    """Return the names that a condition holds beside a field, whatever it says of them; () for none.

    `named('not correct and cohort in (a, "b c")', "cohort")` is `("a", "b c")`.
    """
    if not where.strip():
        return ()
    return tuple(dict.fromkeys(term.text for term in _beside(parse(where).root, field)))


def renamed(where: str, field: str, name: str, now: str) -> str:
    """Return a condition that calls something by its new name; one that does not name it stays as it is."""
    if name not in named(where, field):
        return where
    return _renamed(parse(where).root, field, name, now).render()


def unnamed(where: str, field: str, name: str) -> str:
    """Return a condition without those of its parts that name something."""
    if name not in named(where, field):
        return where
    parts = [part.render() for part in parse(where).parts]
    return joined(*(part for part in parts if name not in named(part, field)))


def _beside(node: Node, field: str) -> list[Term]:
    if isinstance(node, Several):
        return [term for part in node.parts for term in _beside(part, field)]
    if isinstance(node, Not):
        return _beside(node.part, field)
    if not isinstance(node, Comparison):
        return []
    terms = (node.left, *node.rights)
    beside = [term for term in terms if not _is_field(term, field)]
    return beside if len(beside) < len(terms) else []


def _is_field(term: Term, field: str) -> bool:
    return term.kind == "word" and term.text == field


def _renamed(node: Node, field: str, name: str, now: str) -> Node:
    if isinstance(node, Several):
        return replace(node, parts=tuple(_renamed(part, field, name, now) for part in node.parts))
    if isinstance(node, Not):
        return replace(node, part=_renamed(node.part, field, name, now))
    if not isinstance(node, Comparison):
        return node
    meant = [term for term in _beside(node, field) if term.text == name]
    left, *rights = (
        replace(term, kind="text", text=now) if term in meant else term for term in (node.left, *node.rights)
    )
    return replace(node, left=left, rights=tuple(rights))
