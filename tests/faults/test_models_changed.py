"""Model files that are not the published ones: refused, shown as damaged, and nothing of them is loaded."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ModelError, NotFoundError
from core.inference import RunModel, model, open_run
from core.models.manifest import RunManifest
from core.store import Store, open_store
from core.store.files import sha256_of
from core.store.verify import verify_store
from dashboard.services import library
from tests.cli.calling import Heed
from tests.inference.published import published
from tests.models import toys

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str, str]:
    """Return a store with two runs that are not touched: tests look at copies."""
    place = open_store(tmp_path_factory.mktemp("trained") / "home")
    return place, published(place, 0), published(place, 1)


@pytest.fixture
def runs(trained: tuple[Store, str, str], store: Store) -> tuple[str, str]:
    """Return two runs of a store of the test's own."""
    origin, *ids = trained
    for id in ids:
        shutil.copytree(origin.runs.directory(id), store.runs.path / id)
    return ids[0], ids[1]


@pytest.fixture
def heed(store: Store, capsys: pytest.CaptureFixture[str]) -> Heed:
    return Heed(capsys)


@pytest.fixture
def no_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whatever hands a model to ONNX Runtime."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a changed model was loaded")

    monkeypatch.setattr(model.onnxruntime, "InferenceSession", refuse)


def flip(path: Path) -> None:
    """Change one bit, and set the time of change back as somebody who hides would."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def link(path: Path) -> None:
    other = path.parents[2] / "cache" / path.name
    path.rename(other)
    path.symlink_to(other)


def lose(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [flip, cut, link, lose])
@pytest.mark.parametrize("name", ["model.onnx", "model.keras"])
def test_M7_a_run_with_a_changed_model_is_shown_as_damaged_everywhere(
    name: str,
    change: Callable[[Path], None],
    runs: tuple[str, str],
    store: Store,
    heed: Heed,
    no_sessions: None,
) -> None:
    assert store.runs.list(RunManifest).damaged == ()
    change(store.runs.file(runs[0], name))
    listing = store.runs.list(RunManifest)
    assert [entry.id for entry in listing.entries] == [runs[1]]
    assert [entry.id for entry in listing.damaged] == [runs[0]]
    assert name in listing.damaged[0].reason
    listed = heed("runs")
    assert f"damaged: {runs[0]}: {name}" in listed.stderr
    assert "bring the run back from a copy, or delete it" in " ".join(listed.stderr.split())
    assert name in heed("show", runs[0]).stderr
    verified = heed.json("verify")
    assert verified.code == 1
    assert any(name in problem["what"] for problem in verified.document["problems"])
    with pytest.raises(NotFoundError, match=f"damaged: {name}.*delete it"):
        library.run(runs[0])
    assert heed.json("delete", runs[0]).code == 0
    assert store.runs.list(RunManifest).damaged == ()


@pytest.mark.parametrize("change", [flip, cut])
def test_M7_a_changed_model_is_not_opened(
    change: Callable[[Path], None], runs: tuple[str, str], store: Store, no_sessions: None
) -> None:
    change(store.runs.file(runs[0], "model.onnx"))
    with pytest.raises(ModelError, match="damaged: its SHA-256"):
        open_run(store, runs[0])


@pytest.mark.parametrize("name", ["model.onnx", "model.keras"])
def test_M7_models_that_changed_places_damage_both_runs(
    name: str, runs: tuple[str, str], store: Store, no_sessions: None
) -> None:
    first, second = (store.runs.file(id, name) for id in runs)
    other = second.read_bytes()
    second.write_bytes(first.read_bytes())
    first.write_bytes(other)
    assert {entry.id for entry in store.runs.list(RunManifest).damaged} == set(runs)
    assert {problem.where for problem in verify_store(store).problems} == {f"runs/{id}" for id in runs}
    if name == "model.onnx":
        for id in runs:
            with pytest.raises(ModelError, match="damaged"):
                open_run(store, id)


def test_M7_a_model_that_was_put_back_is_good_again(runs: tuple[str, str], store: Store) -> None:
    path = store.runs.file(runs[0], "model.onnx")
    content = path.read_bytes()
    flip(path)
    assert store.runs.list(RunManifest).damaged
    path.write_bytes(content)
    assert store.runs.list(RunManifest).damaged == ()
    assert open_run(store, runs[0]).manifest.id == runs[0]


def test_M10_what_is_loaded_is_what_was_hashed(
    runs: tuple[str, str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store.runs.file(runs[0], "model.onnx")
    expected, other = sha256_of(path), store.runs.file(runs[1], "model.onnx").read_bytes()
    data = toys.examples(3)
    before = RunModel.open(path, expected).predict(data.series, data.lengths).logits["label"]
    start = model.onnxruntime.InferenceSession

    def swapped(*given: object, **named: object) -> object:
        path.write_bytes(other)  # somebody is fast
        return start(*given, **named)

    monkeypatch.setattr(model.onnxruntime, "InferenceSession", swapped)
    after = RunModel.open(path, expected).predict(data.series, data.lengths).logits["label"]
    assert (after == before).all()
