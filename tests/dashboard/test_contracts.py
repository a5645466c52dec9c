"""What holds for every page and every chart, also for those that come later."""

import ast
import contextlib
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from enum import EnumMeta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import HeedError
from dashboard import pages
from dashboard.components.chart import CHARTS, Chart
from dashboard.components.ids import Id as Frame
from dashboard.components.page import Page
from dashboard.components.view import ViewState

ROOT = Path(__file__).resolve().parents[2]
NAMES = [module.name for module in pkgutil.iter_modules(pages.__path__)]
FULL = {
    "dataset": "abcdefgh1234",
    "run": "abcdefgh1234",
    "runs": ["abcdefgh1234"],
    "sample": 3,
    "sort": "confidence",
    "outcome": "FP",
    "klass": "<b>x</b>",
    "layer": "nothing",
    "part": "all",
    "page": 99,
    "channel": "$x$",
}
SOURCES = [path for path in (ROOT / "dashboard").rglob("*.py") if "__pycache__" not in path.parts]


@pytest.fixture(autouse=True)
def _app(app):
    """Every page is imported with the application."""


def page_of(name: str) -> Page:
    return importlib.import_module(f"dashboard.pages.{name}").PAGE


def enums(name: str) -> list[EnumMeta]:
    module = importlib.import_module(f"dashboard.pages.{name}")
    folder = getattr(module, "__path__", None)
    modules = [module]
    if folder:
        modules += [
            importlib.import_module(part.name)
            for part in pkgutil.walk_packages(folder, prefix=f"{module.__name__}.")
        ]
    found = {
        id(thing): thing for each in modules for thing in vars(each).values() if isinstance(thing, EnumMeta)
    }
    return [
        thing
        for thing in found.values()
        if thing.__name__ == "Id" and thing.__module__.startswith(module.__name__)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_it_is(name):
    page = page_of(name)
    assert page.path.startswith("/")
    assert page.name
    assert page.summary.endswith(".")
    assert len(page.letter) == 1
    assert (ROOT / "assets" / "icons" / f"{page.icon}.svg").is_file()


def test_no_chart_and_no_control_asks_for_itself_at_a_change_of_the_view(app):
    """The browser compares all that a change asks in pairs: a hundred more make each change slow."""
    asked = [each for each in app._callback_list if any(one["id"] == Frame.VIEW for one in each["inputs"])]
    functions = Counter((each["clientside_function"] or {}).get("function_name") for each in asked)
    functions.pop(None)
    assert functions["chartRequests"] == functions["viewToControls"] == 1
    assert functions.total() < len(CHARTS)


def test_paths_orders_and_letters_of_pages_are_unique():
    for attribute in ("path", "order", "letter", "name"):
        counted = Counter(getattr(page_of(name), attribute) for name in NAMES)
        assert counted.most_common(1)[0][1] == 1, (attribute, counted)


@pytest.mark.parametrize(
    "query", [{}, FULL, {"nothing": "x", "sample": ["1", "2"]}], ids=["empty", "foreign", "odd"]
)
@pytest.mark.parametrize("name", NAMES)
def test_p7_a_page_is_drawn_without_data_and_for_any_query(store, name, query):
    assert page_of(name).serve(**query).to_plotly_json()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_served_by_the_client(client, name):
    answer = client.get(page_of(name).path)
    assert answer.status_code == 200
    assert "react-entry-point" in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_ids_of_a_page_begin_with_its_name(name):
    for enum in enums(name):
        for member in enum:
            assert member.value.startswith(f"{name.replace('_', '-')}-"), member


def test_ids_are_unique_in_the_whole_dashboard():
    members = [member.value for name in NAMES for enum in enums(name) for member in enum] + [
        i.value for i in Frame
    ]
    assert [value for value, times in Counter(members).items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_ids_on_a_page_are_unique(app, store, name):
    drawn = [*page_of(name).serve()._traverse(), *app.layout()._traverse()]
    identifiers = [str(identifier) for item in drawn if (identifier := getattr(item, "id", None))]
    assert [value for value, times in Counter(identifiers).items() if times > 1] == []


def charts() -> list[Chart]:
    return [chart for chart in CHARTS.values() if not chart.id.startswith("test-")]


@pytest.mark.parametrize("query", [{}, FULL], ids=["empty", "foreign"])
def test_every_chart_answers_or_says_what_to_do(store, query):
    for chart in charts():
        try:
            figure, *_ = chart.update({"view": query, "theme": "light"})
        except HeedError as error:
            said = chart.fail(error)[3]
            assert said, chart.id
        else:
            assert figure is not None, chart.id


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(ViewState.model_fields)), st.text(max_size=12) | st.integers(), max_size=5
    )
)
def test_r5_charts_withstand_any_view(view):
    for chart in charts():
        with contextlib.suppress(HeedError):
            chart.update({"view": view})


@pytest.mark.parametrize("form", ["html", "csv", "json", "figure"])
def test_downloads_without_data_are_client_errors(client, store, form):
    for chart in charts():
        answer = client.get(f"/download/{chart.id}?format={form}")
        assert answer.status_code in {200, 400, 404}, (chart.id, answer.text[:200])


def test_every_chart_has_words():
    for chart in charts():
        assert chart.title, chart.id
        assert len(chart.title) <= 70, chart.id
        assert "-" in chart.id


FORBIDDEN = {
    r"dcc\.Graph\(|\bGraph\(|to_html\(|write_html\(": {"components/chart.py"},
    r"AgGrid\(": {"components/table.py"},
    r"dangerously_allow|srcDoc|mathjax=True|dangerouslySetInnerHTML|allow_html=True": set(),
    r"dcc\.Upload\(|dcc\.Location\(|https?://(?!127)": set(),
    r"background=True": set(),
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_x4_what_only_one_factory_may_do(pattern):
    guilty = {
        str(path.relative_to(ROOT / "dashboard"))
        for path in SOURCES
        if any(re.search(pattern, line.split("  #")[0]) for line in code_lines(path))
    }
    assert guilty <= FORBIDDEN[pattern]


def code_lines(path: Path) -> list[str]:
    """Return the lines of a module without its docstrings."""
    tree = ast.parse(path.read_text())
    documented = [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    ]
    skipped = {
        line for node in documented for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return [line for number, line in enumerate(path.read_text().splitlines(), 1) if number not in skipped]


def test_nothing_is_loaded_from_elsewhere():
    for path in (ROOT / "assets").rglob("*"):
        if path.suffix in {".css", ".js"} and "vendor" not in path.parts:
            text = path.read_text()
            assert not re.search(
                r"(https?:)?//[a-z0-9-]+\.[a-z]", re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
            ), path
            assert "innerHTML" not in text, path
            assert "eval(" not in text, path


def test_p3_no_path_is_made_from_what_a_client_sent():
    for path in SOURCES:
        if path.parent.name in {"pages", "components"} or "pages" in path.parts:
            assert not re.search(r"\bPath\(|\bopen\(", "\n".join(code_lines(path))), path


def test_callbacks_say_what_they_update():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                "callback" in ast.dump(mark) for mark in node.decorator_list
            ):
                assert re.match(r"update_|submit_|cancel_", node.name), (path, node.name)


def test_every_page_module_has_a_page():
    assert all(isinstance(page_of(name), Page) for name in NAMES)
    assert inspect.getdoc(pages) is not None or NAMES
