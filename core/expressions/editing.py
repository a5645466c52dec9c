"""Changing a condition by clicks: a part added, taken away or put in the place of another one."""

from collections.abc import Sequence

from core.expressions.parsing import clause_of, parse
from core.expressions.tokens import quoted
from core.expressions.tree import Node, Several


def joined(*conditions: str) -> str:
    """Return the condition that all of several hold; "" where none says anything."""
    said = [condition for condition in conditions if condition.strip()]
    return _written([part for condition in said for part in parse(condition).parts])


def narrowed(where: str, condition: str) -> str:
    """Return a condition that holds another one too; what it said of the same fields is replaced.

    `narrowed("outcome == TP and late > 0.5", "outcome == FP")` is `late > 0.5 and outcome == FP`.
    """
    added = parse(condition).parts
    fields = {clause_of(part)[0] for part in added} - {""}
    return _written([*_kept(where, fields), *added])


def without(where: str, field: str) -> str:
    """Return a condition that says nothing of a field any more."""
    return _written(_kept(where, {field}))


def chosen(where: str, field: str) -> tuple[str, ...]:
    """Return the names that a condition wants of a field; () where it names none."""
    if not where.strip():
        return ()
    for part in parse(where).parts:
        about, names = clause_of(part)
        if about == field and names is not None:
            return names
    return ()


def toggled(where: str, field: str, name: str) -> str:
    """Return a condition where a field may have one more name, or one less if it had it."""
    names = chosen(where, field)
    left = tuple(each for each in names if each != name) if name in names else (*names, name)
    rest = without(where, field)
    return narrowed(rest, one_of(field, left)) if left else rest


def switched(where: str, condition: str) -> str:
    """Return a condition with a part more, or without it if it had it.

    Names of one field are collected; another part of the same field makes room.
    """
    (part,) = parse(condition).parts
    about, names = clause_of(part)
    if names is not None:
        return toggled(where, about, names[0])
    said = parse(where).parts if where.strip() else ()
    rest = [each for each in said if each.render() != part.render()]
    return _written(rest) if len(rest) < len(said) else narrowed(where, condition)


def one_of(field: str, names: Sequence[str]) -> str:
    """Return the condition that a field has one of some names."""
    written = [quoted(name) for name in names]
    return f"{field} == {written[0]}" if len(written) == 1 else f"{field} in ({', '.join(written)})"


def _kept(where: str, fields: set[str]) -> list[Node]:
    return [part for part in parse(where).parts if clause_of(part)[0] not in fields] if where.strip() else []


def _written(parts: Sequence[Node]) -> str:
    unique = list({part.render(): part for part in parts}.values())
    if not unique:
        return ""
    return unique[0].render() if len(unique) == 1 else Several("and", tuple(unique)).render()
