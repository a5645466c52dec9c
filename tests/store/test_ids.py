import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import HeedError, NotFoundError
from core.store import Manifest, Store, is_id, new_id
from tests.abuse.corpus import IDS

_opened: list[str] | None = None


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event in ("open", "os.listdir", "os.scandir", "os.rename", "os.remove"):
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


def _try_everything(store: Store, text: str) -> None:
    """Put a text wherever the store takes an id; each answer is a HeedError."""
    for shelf in store.shelves:
        for ask in (
            lambda shelf=shelf: shelf.directory(text),
            lambda shelf=shelf: shelf.read(text, Manifest),
            lambda shelf=shelf: shelf.resolve(text),
            lambda shelf=shelf: shelf.array(text, "series.npy"),
            lambda shelf=shelf: shelf.json(text, "manifest.json"),
            lambda shelf=shelf: shelf.verify(text),
            lambda shelf=shelf: shelf.edits(text) if not is_id(text) else shelf.directory(text),
            lambda shelf=shelf: shelf.edit(text, name="x"),
            lambda shelf=shelf: shelf.delete(text),
            lambda shelf=shelf: shelf.restore(text),
        ):
            with pytest.raises(HeedError):
                ask()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    from core.store import open_store

    return open_store(tmp_path_factory.mktemp("shared") / "home")


@settings(max_examples=2000, deadline=None)
@given(text=st.text(max_size=60) | st.from_regex(r"\A[0-9a-z./-]{0,50}\Z"))
@example(text="abcdefgh\n")
def test_P1_any_text_as_an_id_stays_inside_the_store_or_is_an_error(shared: Store, text: str) -> None:
    try:
        path = shared.runs.directory(text)
    except NotFoundError:
        return
    assert Path(os.path.realpath(path)).is_relative_to(shared.runs.path)


@pytest.mark.parametrize("text", IDS, ids=range(len(IDS)))
def test_P2_a_hostile_id_is_refused_by_every_entry_and_opens_nothing_outside(store: Store, text: str) -> None:
    with _watched() as seen:
        _try_everything(store, text)
    assert [path for path in seen if not path.startswith(str(store.root))] == []


def test_P2_the_answer_to_an_id_names_it_shortly_and_harmlessly(store: Store) -> None:
    for text in IDS:
        with pytest.raises(NotFoundError) as caught:
            store.runs.directory(text)
        words = str(caught.value)
        assert len(words) < 120
        assert words.isprintable()
        words.encode()


@pytest.mark.parametrize(
    "name", ["../manifest.json", "/etc/passwd", "", ".hidden", "a/b", "x\x00", "x\n", "..", "é"]
)
def test_P2_a_hostile_file_name_is_refused(store: Store, name: str) -> None:
    with store.runs.publish(Manifest()) as staging, pytest.raises(ValueError, match="can't name a file"):
        staging.save_json(name, {})
    with pytest.raises(NotFoundError):
        store.runs.json(staging.id, name)


@pytest.mark.parametrize("text", [None, 3, True, b"abcdefghijkl", ["abcdefghijkl"], {"id": 1}])
def test_P2_a_value_that_is_no_text_is_no_id(store: Store, text: object) -> None:
    assert not is_id(text)
    with pytest.raises(NotFoundError):
        store.runs.directory(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "alias", [str.upper, str.title, lambda id: id + "\n", lambda id: id + ".", lambda id: f"./{id}"]
)
def test_P8_an_alias_of_an_id_is_not_the_id(store: Store, alias: object) -> None:
    with store.runs.publish(Manifest(id="abcdefghijkl")):
        pass
    assert store.runs.directory("abcdefghijkl").is_dir()
    with pytest.raises(NotFoundError):
        store.runs.directory(alias("abcdefghijkl"))  # type: ignore[operator]


@given(text=st.text(max_size=45))
def test_P8_the_rule_of_ids_is_the_documented_pattern(text: str) -> None:
    assert is_id(text) == bool(re.fullmatch(r"[0-9a-z-]{8,40}", text, re.ASCII))


def test_new_ids_are_ids_and_unlike() -> None:
    made = [new_id() for _ in range(10_000)]
    assert len(set(made)) == len(made)
    assert all(is_id(id) and len(id) == 12 for id in made)


def test_a_foreign_id_is_answered_like_a_malformed_one(store: Store) -> None:
    for text in ("nowhere-to-be-found", "../../etc"):
        with pytest.raises(NotFoundError, match="there is no run '"):
            store.runs.read(text, Manifest)
