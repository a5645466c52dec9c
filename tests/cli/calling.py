"""Calling the command in this process, as a shell would."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from core.cli import run

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


@dataclass(frozen=True)
class Called:
    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document that stands on stdout; a second one or anything else is an error."""
        return json.loads(self.stdout, parse_constant=_no_such_number)

    def fits(self, schema: str) -> Any:
        """Return the document after holding it against the schema of a command."""
        document = self.document
        validator = jsonschema.Draft202012Validator(
            schema_of(schema), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        assert not problems, problems
        return document


class Heed:
    """The command, ready to be called."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Called:
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return Called(code, out, err)

    def json(self, *arguments: object) -> Called:
        return self("--json", *arguments)


def schema_of(name: str) -> Any:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def _no_such_number(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")
