"""What pages say of a run whose model was changed."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import NotFoundError
from core.models.manifest import RunManifest
from core.store import Store
from dashboard.components.view import ViewState
from dashboard.pages import home
from dashboard.pages.train import runs
from dashboard.services import library
from tests.pages.known_runs import Known


@pytest.fixture
def damaged(known: Known, house: Store) -> str:
    """Return a run like a known one, whose model is another than the published one."""
    manifest = house.runs.read(known.run, RunManifest).model_dump(exclude={"id", "created"})
    with house.runs.publish(RunManifest(**manifest)) as staging:
        (staging.path / "model.onnx").write_bytes(b"a model")
        staging.add("model.onnx")
    assert library.run(staging.id).id == staging.id
    house.runs.file(staging.id, "model.onnx").write_bytes(b"another")
    return staging.id


def on_home() -> str:
    return str(home._recent(ViewState())[1])


def on_train() -> str:
    return str(runs.update_runs(None, ViewState().plain(), True, False)[-1])


@pytest.mark.parametrize("words", [on_home, on_train])
def test_a_damaged_run_is_named_with_what_to_do_and_offered_nowhere(
    words: Callable[[], str], damaged: str, known: Known
) -> None:
    said = words()
    assert f"Damaged: 1 run ({damaged}: model.onnx was changed" in said
    assert "bring the run back from a copy, or delete it" in said
    offered: tuple[Any, ...] = library.runs(known.dataset.id).entries
    assert {run.id for run in offered} == {known.run, known.baseline}


def test_a_link_to_a_damaged_run_says_that_it_is_damaged(damaged: str) -> None:
    with pytest.raises(NotFoundError, match=r"damaged: model.onnx was changed.*delete it"):
        library.run(damaged)
