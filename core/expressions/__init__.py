"""Conditions on samples as a user writes them: `outcome == FP and late > 50%`, read without `eval`."""

from core.expressions.columns import Column, Members, Names, Numbers, Texts, Truths
from core.expressions.editing import chosen, joined, narrowed, one_of, switched, toggled, without
from core.expressions.naming import named, renamed, unnamed
from core.expressions.parsing import LONGEST, Expression, field_with_key, parse
from core.expressions.tokens import in_quotes, quoted

__all__ = [
    "LONGEST",
    "Column",
    "Expression",
    "Members",
    "Names",
    "Numbers",
    "Texts",
    "Truths",
    "chosen",
    "field_with_key",
    "in_quotes",
    "joined",
    "named",
    "narrowed",
    "one_of",
    "parse",
    "quoted",
    "renamed",
    "switched",
    "toggled",
    "unnamed",
    "without",
]
