"""The list of features names pages, commands and tests that exist."""

import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest

from tests.cli.calling import Heed

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "parity.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split(" | ")]
    for line in TEXT.splitlines()
    if line.startswith("|") and not set(line) <= set("|- ")
]
COMMANDS = sorted(set(re.findall(r"`(heed [^`]+)`", TEXT)))


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/[^`]*)`", TEXT))
    assert len(named) > 20
    missing = [name for name in sorted(named) if not (ROOT / name).exists()]
    empty = [
        name for name in sorted(named) if name.endswith("/") and not [*(ROOT / name).glob("**/test_*.py")]
    ]
    assert (missing, empty) == ([], [])


def test_every_row_that_works_names_its_test_and_a_way_there() -> None:
    there = [row for row in ROWS if len(row) > 1 and re.match(r"here|part", row[1])]
    assert len(there) > 20
    lacking = [row[0] for row in there if len(row) != 5 or "`tests/" not in row[4]]
    assert lacking == []


def test_every_page_that_is_named_exists() -> None:
    known = {path.stem.capitalize() for path in (ROOT / "dashboard" / "pages").iterdir()}
    listed = {page.strip() for row in ROWS if len(row) == 5 for page in row[2].split(",")}
    assert {page for page in listed if page.istitle()} - {"Page"} <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_named_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command)[1:]
    verbs = [*takewhile(lambda word: word.islower() and not word.startswith("-"), words)]
    helped = Heed(capsys)(*verbs, "--help")
    assert helped.code == 0, helped.stderr
    assert [word for word in words if word.startswith("--") and word not in helped.stdout] == []
