"""What a worker has done before it answers anybody."""

import subprocess
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.io.json import to_json_plotly

from dashboard.unfinished import hide_unfinished, whole_module


def test_a_worker_at_rest_has_none_of_the_libraries_that_few_need(tmp_path):
    heavy = "('pandas', 'pyarrow', 'scipy', 'sklearn', 'tensorflow', 'keras')"
    code = f"import sys, dashboard.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"HEED_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def half_of_pandas(monkeypatch):
    """Let pandas be as another thread sees it that looks while it is imported."""
    half = ModuleType("pandas")
    half.__spec__ = ModuleSpec("pandas", None)
    half.__spec__._initializing = True
    monkeypatch.setitem(sys.modules, "pandas", half)
    monkeypatch.setattr("dashboard.unfinished._whole", {})
    return half


@pytest.mark.parametrize("engine", ["json", "orjson"])
def test_a_chart_is_drawn_while_another_thread_imports_pandas(half_of_pandas, engine):
    hide_unfinished()
    values = [1.0, None, np.float32(2)]
    figure = go.Figure(
        [go.Scatter(x=values, y=np.array([0.5, 1.5])), go.Bar(x=["a"], y=[1], customdata=["b"])]
    )
    assert '"x":["a"]' in to_json_plotly(figure, engine=engine)


def test_whole_libraries_are_seen_by_plotly():
    assert whole_module("numpy", should_load=False) is np
    assert whole_module("no_such_library_here") is None


def test_nothing_inherited_can_be_reached_by_a_name(client):
    page = client.get("/").get_data(as_text=True)
    assert page.index("/assets/head/guard.js") < page.index("/assets/head/theme.js") < page.index("<footer>")
    assert b"delete Object.prototype.__proto__" in client.get("/assets/head/guard.js").get_data()
