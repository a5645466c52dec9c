from threading import Thread

import pytest
from flask import Flask

from dashboard.services import ahead


@pytest.fixture
def begun(monkeypatch):
    """Return the names of the modules that are loaded, in place of loading them."""
    names = []

    class Begun(Thread):
        def start(self):
            names.append(self._args[0])

    monkeypatch.setattr(ahead, "Thread", Begun)
    monkeypatch.setattr(ahead, "_begun", set())
    return names


def test_a_module_is_loaded_once_and_after_the_answer(begun):
    app = Flask("x")

    @app.get("/")
    def answer():
        ahead.load_ahead("heavy")
        return f"{begun}"

    told = []
    for _ in range(2):
        with app.test_client() as client, client.get("/") as response:
            told.append(response.text)
    assert told == ["[]", "['heavy']"]


def test_nothing_is_loaded_without_a_request(begun):
    ahead.load_ahead("heavy")
    assert not begun
