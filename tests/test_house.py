"""The house's own measures: size of modules, first lines of docstrings, families that are not empty."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("core", "dashboard", "tests", "benchmarks")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
LIBRARY = [path for path in MODULES if path.relative_to(ROOT).parts[0] in ("core", "dashboard")]
LONGEST = 300


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_first_line_of_a_docstring_is_a_sentence_of_its_own() -> None:
    found = []
    for path in LIBRARY:
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            lines = (ast.get_docstring(node) or "").splitlines()
            if lines and (
                not lines[0].rstrip().endswith((".", "?", "!")) or (lines[1:] and lines[1].strip())
            ):
                found.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}: {lines[0]}")
    assert found == []


def test_no_drawer_is_called_utils_or_helpers() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in MODULES if drawers & {path.stem, *path.relative_to(ROOT).parts[:-1]}] == []


@pytest.mark.parametrize(
    ("module", "family"),
    [
        ("core.data.families", "SOURCES"),
        ("core.data.families", "READERS"),
        ("core.augmentation.family", "AUGMENTATIONS"),
        ("core.models.family", "MODELS"),
    ],
)
def test_every_family_of_parts_lists_something(module: str, family: str) -> None:
    import importlib

    names = getattr(importlib.import_module(module), family).names()
    assert names
    assert len(set(names)) == len(names)
