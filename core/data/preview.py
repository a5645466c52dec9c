"""What a file seems to hold, before it is imported: columns, guessed roles, the windows that would result."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ColumnKind = Literal["number", "whole", "flag", "text", "date", "empty", "array"]
ColumnRole = Literal[
    "entity",
    "order",
    "feature",
    "category",
    "label",
    "id",
    "step",
    "metadata",
    "part",
    "skip",
    # of arrays only
    "names",
    "lengths",
    "truth",
]


class FileColumn(BaseModel):
    """A column of a table, or an array of an archive.

    Attributes:
        name: Its name.
        kind: What its values are.
        role: What it is taken for.
        distinct: Different values, as far as looked at.
        missing: Empty values, as far as looked at.
        examples: A few values as they stand in the file.
        shape: Shape of an array; empty for a column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(max_length=300)
    kind: ColumnKind
    role: ColumnRole
    distinct: int = 0
    missing: int = 0
    examples: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()


class Preview(BaseModel):
    """What a file seems to hold and what would become of it with these settings.

    Attributes:
        reader: Name of the reader.
        settings: All its settings: those that were given, else guessed.
        columns: What was found, in the file's order.
        rows: Rows of the table, samples of an archive.
        looked: Rows that were looked at for the guesses.
        samples, steps, channels: Shape that the dataset would have; None where it can't be told yet.
        classes: Samples by label, as far as looked at.
        dropped: Windows or rows that would be left out.
        problems: What stops the import, in sentences with the rule.
        notices: What else was noticed.
        head: The first rows as texts, for a table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reader: str = Field(max_length=100)
    settings: dict[str, Any] = Field(default_factory=dict)
    columns: tuple[FileColumn, ...] = ()
    rows: int = 0
    looked: int = 0
    samples: int | None = None
    steps: int | None = None
    channels: int | None = None
    classes: dict[str, int] = Field(default_factory=dict)
    dropped: int = 0
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    head: tuple[tuple[str, ...], ...] = ()
