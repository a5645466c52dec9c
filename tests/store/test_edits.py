import pytest

from core.errors import SettingsError
from core.store import Store, tidy_name
from core.store.manifest import MANIFEST
from tests.abuse.corpus import CONTROL_TEXTS, TEXTS
from tests.store.shelves import Bigger, publish


def test_edits_lie_beside_and_leave_the_directory_as_it_was(store: Store) -> None:
    id = publish(store.runs, name="before")
    content = (store.runs.directory(id) / MANIFEST).read_bytes()
    store.runs.edit(id, name="  after  ", notes="two\nlines", tags=["a", "b", "a", " "])
    store.runs.edit(id, notes="")
    manifest = store.runs.read(id, Bigger)
    assert (manifest.name, manifest.notes, manifest.tags) == ("after", "", ("a", "b"))
    assert (store.runs.directory(id) / MANIFEST).read_bytes() == content
    assert store.runs.verify(id) == []


@pytest.mark.parametrize("text", TEXTS)
def test_any_decent_text_is_kept_as_it_is(store: Store, text: str) -> None:
    id = publish(store.runs)
    store.runs.edit(id, notes=text)
    assert store.runs.read(id, Bigger).notes == text
    if len(text) <= 120:
        store.runs.edit(id, name=text)
        assert store.runs.read(id, Bigger).name == text.strip()


@pytest.mark.parametrize("text", CONTROL_TEXTS)
def test_control_characters_are_refused_and_tidied(store: Store, text: str) -> None:
    id = publish(store.runs)
    for edit in ({"name": text}, {"notes": text}, {"tags": [text]}):
        with pytest.raises(SettingsError, match="control characters"):
            store.runs.edit(id, **edit)
    store.runs.edit(id, name=tidy_name(text))


@pytest.mark.parametrize(
    "edit",
    [{"name": ""}, {"name": "x" * 121}, {"notes": "x" * 10_001}, {"tags": [str(n) for n in range(21)]}],
)
def test_an_edit_beyond_its_limit_is_refused_and_changes_nothing(store: Store, edit: dict) -> None:
    id = publish(store.runs, name="as it was")
    with pytest.raises(SettingsError):
        store.runs.edit(id, **edit)
    assert store.runs.read(id, Bigger).name == "as it was"


def test_damaged_edits_cost_the_edits_only(store: Store) -> None:
    id = publish(store.runs, name="as published")
    store.runs.edit(id, name="edited")
    (store.root / "edits" / f"run-{id}.json").write_text("{")
    assert store.runs.read(id, Bigger).name == "as published"
    assert store.runs.list(Bigger).entries[0].name == "as published"
