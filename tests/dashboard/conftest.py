"""The one application of a test process, its client, and bodies of callbacks."""

from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient


@pytest.fixture(scope="session")
def app(_away_from_home: None) -> Dash:
    from dashboard.app import application

    return application


class ReadingClient(FlaskClient):
    """A client that reads every answer to its end, so that no file stays open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{"buffered": True, **kwargs})


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return ReadingClient(app.server, app.server.response_class)


@pytest.fixture
def body(app: Dash) -> dict[str, Any]:
    """Return a body that the frame sends every second."""
    name = next(name for name in app.callback_map if name.startswith("..job-bar.children"))
    return {
        "output": name,
        "outputs": [
            {"id": output.component_id, "property": output.component_property}
            for output in app.callback_map[name]["output"]
        ],
        "inputs": [{"id": "tick", "property": "n_intervals", "value": 1}],
        "changedPropIds": ["tick.n_intervals"],
        "state": [
            {"id": "jobs", "property": "data", "value": None},
            {"id": "library", "property": "data", "value": ""},
            {"id": "cohorts", "property": "data", "value": ""},
        ],
    }
