"""What no line of the project may do, looked for in its syntax trees and its scripts."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("core", "dashboard") for path in (ROOT / folder).rglob("*.py")) + sorted(
    ROOT.glob("*.py")
)
ASSETS = sorted(path for path in (ROOT / "assets").rglob("*.js") if "vendor" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text())


def name_of(node: ast.AST) -> str:
    """Return a dotted name as it is written: np.load."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@cache
def walked(tree: ast.Module) -> list[ast.AST]:
    """Return all nodes of a tree; every ban looks at them."""
    return list(ast.walk(tree))


@cache
def calls(tree: ast.Module) -> list[tuple[ast.Call, str]]:
    """Return every call with the name that is called."""
    return [(node, name_of(node.func)) for node in walked(tree) if isinstance(node, ast.Call)]


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a call's keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def is_constant(node: ast.expr | None, value: object) -> bool:
    """Tell whether an expression is this very constant."""
    return isinstance(node, ast.Constant) and node.value is value


def last(name: str) -> str:
    """Return the last part of a dotted name."""
    return name.rsplit(".", 1)[-1]


def unpickles(tree: ast.Module) -> Iterator[int]:
    """Reading Python objects from bytes runs code."""
    banned = {
        "pickle",
        "cPickle",
        "_pickle",
        "dill",
        "cloudpickle",
        "shelve",
        "marshal",
        "joblib",
        "jsonpickle",
    }
    for node in walked(tree):
        if isinstance(node, ast.Import) and banned & {one.name.split(".")[0] for one in node.names}:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in banned:
            yield node.lineno
    for call, name in calls(tree):
        if last(name) in ("read_pickle", "to_pickle"):
            yield call.lineno


def evaluates(tree: ast.Module) -> Iterator[int]:
    """Text is never run."""
    for call, name in calls(tree):
        if name in ("eval", "exec", "compile", "__import__", "os.system", "os.popen"):
            yield call.lineno
        if last(name) in ("query", "eval") and name.split(".")[0] in ("pd", "frame", "table"):
            yield call.lineno


def uses_a_shell(tree: ast.Module) -> Iterator[int]:
    """Programs are started by argument lists."""
    for call, _ in calls(tree):
        if (shell := keyword(call, "shell")) is not None and not is_constant(shell, False):
            yield call.lineno


def loads_arrays_with_objects(tree: ast.Module) -> Iterator[int]:
    """NumPy files never hold Python objects, and this is said at each place."""
    for call, name in calls(tree):
        allowed = keyword(call, "allow_pickle")
        if name in ("np.load", "numpy.load") and not is_constant(allowed, False):
            yield call.lineno
        if allowed is not None and not is_constant(allowed, False):
            yield call.lineno


def loads_yaml(tree: ast.Module) -> Iterator[int]:
    """Only safe loading of YAML."""
    for call, name in calls(tree):
        if name == "yaml.load":
            yield call.lineno


def shows_raw_html(tree: ast.Module) -> Iterator[int]:
    """No text of a user is ever markup."""
    for node in walked(tree):
        if isinstance(node, ast.keyword) and (
            node.arg == "srcDoc"
            or (node.arg or "").startswith("dangerously_")
            or (node.arg == "mathjax" and not is_constant(node.value, False))
        ):
            yield node.value.lineno


def opens_without_closing(tree: ast.Module) -> Iterator[int]:
    """A file is closed where it was opened: `open(path).read()` swallows what closing would tell."""
    for node in walked(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Call)
            and name_of(node.value.func) == "open"
        ):
            yield node.lineno


BANS: tuple[Callable[[ast.Module], Iterator[int]], ...] = (
    unpickles,
    evaluates,
    uses_a_shell,
    loads_arrays_with_objects,
    loads_yaml,
    shows_raw_html,
    opens_without_closing,
)

# What stands in one module only, by the last part of the called name: a folder, or "one" module below it.
PLACES = {
    "InferenceSession": ("core/inference/", 1),
    "load_model": ("core/training/", 1),
    "Graph": ("dashboard/components/", 1),
    "to_html": ("", 1),
}


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.__name__)
def test_T1_no_line_does_what_is_banned(ban: Callable[[ast.Module], Iterator[int]]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {ban.__doc__}" for path in SOURCES for line in ban(tree_of(path))
    ]
    assert found == []


@pytest.mark.parametrize("name", list(PLACES))
def test_T1_what_must_stand_in_one_place_stands_there_only(name: str) -> None:
    folder, most = PLACES[name]
    places = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for _, called in calls(tree_of(path))
        if last(called) == name and called.split(".")[0] not in ("nx", "frame", "table")
    }
    assert [place for place in places if not place.startswith(folder)] == []
    assert len(places) <= most, f"{name} is called in {sorted(places)}"


def test_T1_no_script_of_the_browser_runs_text() -> None:
    banned = re.compile(
        r"\beval\(|new Function\(|\.innerHTML|document\.write|insertAdjacentHTML|https?://(?!www\.w3\.org)"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in ASSETS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if banned.search(line)
    ]
    assert found == []


def test_P3_no_page_or_service_makes_a_path_of_what_a_client_sent() -> None:
    """Pages and services hand ids to the store; only the store makes paths of them."""
    makers = {"Path", "open", "read_text", "read_bytes", "write_text", "write_bytes", "joinpath"}
    found = []
    for path in SOURCES:
        # Where the store itself is comes from the settings.
        tree = tree_of(path)
        told = {inner for call, name in calls(tree) if name == "open_store" for inner in ast.walk(call)}
        if path.relative_to(ROOT).parts[:2] not in (("dashboard", "services"), ("dashboard", "pages")):
            continue
        for call, name in calls(tree):
            harmless = all(isinstance(one, ast.Constant) or name_of(one) == "__file__" for one in call.args)
            if (
                (last(name) in makers or name in ("os.path.join", "os.open"))
                and call.args
                and not harmless
                and call not in told
            ):
                found.append(f"{path.relative_to(ROOT)}:{call.lineno}: {name}")
    assert found == []


@pytest.mark.parametrize(
    ("ban", "code"),
    [
        (unpickles, "import pickle"),
        (unpickles, "from joblib import load"),
        (unpickles, "pd.read_pickle(x)"),
        (evaluates, "eval(x)"),
        (uses_a_shell, "run(x, shell=True)"),
        (loads_arrays_with_objects, "np.load(x)"),
        (loads_arrays_with_objects, "np.load(x, allow_pickle=True)"),
        (loads_yaml, "yaml.load(x)"),
        (shows_raw_html, "html.Iframe(srcDoc=x)"),
        (shows_raw_html, "dcc.Markdown(x, mathjax=True)"),
        (shows_raw_html, "dcc.Markdown(x, dangerously_allow_html=True)"),
        (opens_without_closing, "open(p).read()"),
    ],
)
def test_a_ban_finds_what_it_bans(ban: Callable[[ast.Module], Iterator[int]], code: str) -> None:
    assert set(ban(ast.parse(code))) == {1}
