"""P2: every argument that takes an id, given texts made to hurt."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.store import Store
from tests.abuse.corpus import IDS
from tests.cli.calling import Called, Heed

COMMANDS = {
    "data show": ("data", "show", "--", "{}"),
    "data delete": ("data", "delete", "--", "{}"),
    "train": ("train", "--", "{}"),
    "show": ("show", "--", "{}"),
    "rename": ("rename", "--", "{}", "new name"),
    "delete": ("delete", "--", "{}"),
    "restore": ("restore", "--", "{}"),
    "cancel": ("cancel", "--", "{}"),
    "resume": ("resume", "--", "{}"),
    "predict run": ("predict", "--out", "out.csv", "--", "{}", "waves"),
    "compare": ("compare", "--", "{}", "{}"),
    "attend": ("attend", "--", "{}"),
}
_opened: list[str] | None = None


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event in (
        "open",
        "os.listdir",
        "os.scandir",
        "os.rename",
        "os.remove",
        "os.mkdir",
    ):
        _opened.append(os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else "")


sys.addaudithook(_note)


@contextmanager
def _watched() -> Iterator[list[str]]:
    global _opened  # noqa: PLW0603 - an audit hook can't be taken off, so it must be told when to look
    _opened = seen = []
    try:
        yield seen
    finally:
        _opened = None


def _foreign(paths: list[str], store: Store) -> list[str]:
    inside = os.path.realpath(store.root)
    return [
        path
        for path in paths
        if path.startswith("/")
        and not os.path.realpath(path).startswith(
            (inside, sys.prefix, sys.base_prefix, str(Path.cwd()), "/usr", "/proc/self")
        )
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_P2_hostile_ids_are_answered_like_missing_ones_and_open_nothing_outside(
    heed: Heed, store: Store, run: str, other_run: str, command: str
) -> None:
    def call(text: str) -> Called:
        return heed.json(*(part if part != "{}" else text for part in COMMANDS[command]))

    call("warm-up")
    before = _everything(store)
    for text in _hostile(store):
        with _watched() as seen:
            called = call(text)
        error = called.fits("error")["error"]
        assert (called.code, error["kind"]) == (1, "not-found"), (text[:80], error)
        assert len(error["message"]) < 200
        assert _foreign(seen, store) == [], text[:80]
    assert _everything(store) == before
    assert heed.json("verify").document["problems"] == []
    assert {entry["id"] for entry in heed.json("runs").document["runs"]} == {run, other_run}


def _hostile(store: Store) -> list[str]:
    """Return the corpus without what begins an id of this store by chance, like 0: ids are random."""
    ids = [id for shelf in store.shelves for id in shelf.ids()]
    return [text for text in IDS if not text or not any(id.startswith(text) for id in ids)]


def _everything(store: Store) -> list[str]:
    return sorted(str(path) for path in store.root.rglob("*") if "locks" not in path.parts)


def test_hostile_samples_are_refused_with_the_rule(heed: Heed, run: str) -> None:
    for text in (
        "",
        "-",
        "0-",
        "-1",
        "99999",
        "0-999999999999",
        "a",
        "1;2",
        "0x1",
        "1e3",
        "٣",
        "test,train",
        "\x00",
        *(text for text in IDS if text != "0"),
    ):
        called = heed.json("attend", run, f"--samples={text}")
        assert called.code in {1, 2}, text[:80]
        assert called.fits("error")["error"]["kind"] in {"settings", "data"}, text[:80]
