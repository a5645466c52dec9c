"""What the section Split and leaks asks and says."""

import json

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder

from core.data.published import publish_dataset
from core.data.splits import SplitSettings
from core.errors import NotFoundError, SettingsError
from core.jobs import JobDesk, execute
from dashboard.pages.data.split import callbacks, words
from dashboard.services import leaks, library
from tests.data.datasets import tiny
from tests.data.leaking.made import bumps
from tests.data.splitting.recordings import windows


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Leave what is ordered in the queue."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)


def examined(store, dataset: str, **settings) -> str:
    """Order an examination, do it here, and return the split."""
    job, split = leaks.order(dataset, settings)
    if split is not None:
        return split
    state = execute(store.root, str(job))
    assert state.state == "done", state.error
    return str(state.result["split"])


def text(shown) -> str:
    return json.dumps(shown, cls=PlotlyJSONEncoder)


@pytest.mark.parametrize(
    ("dataset", "kinds", "lacks"),
    [
        (
            tiny(30),
            ("auto", "stratified"),
            "by entity or by time: it names no entities and does",
        ),
        (windows(8), ("auto", "stratified", "entity", "time"), "in every way"),
        (
            windows(8, placed=False),
            ("auto", "stratified", "entity"),
            "can't be split by time: it does",
        ),
        (
            tiny(30, parts=np.array([0] * 20 + [2] * 10, np.int8)),
            ("auto", "published", "stratified"),
            "entity",
        ),
    ],
)
def test_only_kinds_that_a_dataset_has_what_they_need_for_are_offered(house, dataset, kinds, lacks) -> None:
    manifest = library.dataset(publish_dataset(house, dataset).id)
    form = {setting.name: setting for setting in leaks.settings_for(manifest)}
    assert form["kind"].choices == kinds
    assert ("embargo" in form) == ("time" in kinds)
    assert form["seed"].advanced
    assert not form["purge"].advanced
    assert lacks in words.kinds(manifest)


def test_a_split_is_asked_for_once_and_found_afterwards(house) -> None:
    dataset = publish_dataset(house, bumps(120)).id
    with pytest.raises(NotFoundError, match="has not been examined yet"):
        leaks.current(library.dataset(dataset), None)
    job, split = leaks.order(dataset, {"seed": "3"}, nonce="n1")
    assert split is None
    assert leaks.order(dataset, {"seed": 3}, nonce="n1") == (job, None)
    assert [found.spec.kind for found in JobDesk(house).list()] == ["examine"]
    done = execute(house.root, str(job)).result["split"]
    assert leaks.order(dataset, {"seed": 3}) == (None, done)
    assert leaks.current(library.dataset(dataset), done).settings == SplitSettings(seed=3)


@pytest.mark.parametrize("wrong", [{"kind": "random"}, {"folds": 1}, {"validation": "x"}])
def test_wrong_settings_submit_nothing(house, wrong) -> None:
    dataset = publish_dataset(house, bumps(60)).id
    with pytest.raises(SettingsError):
        leaks.order(dataset, wrong)
    assert JobDesk(house).list() == ()


def test_a_split_of_another_dataset_is_not_shown(house) -> None:
    one, other = (publish_dataset(house, bumps(120, seed=seed)).id for seed in (0, 1))
    split = examined(house, one)
    with pytest.raises(NotFoundError, match="of another dataset"):
        leaks.current(library.dataset(other), split)
    assert leaks.settings_of(library.dataset(other), split) == SplitSettings()
    parts, hidden, *_ = callbacks.update_report({"dataset": other, "split": split}, "")
    assert hidden
    assert "of another dataset" in text(parts)


def test_a_leak_is_named_with_the_button_that_mends_it_and_the_repair_is_counted(house) -> None:
    dataset = publish_dataset(house, windows(1, rows=900, stride=3, named=False)).id
    before = examined(house, dataset, kind="stratified")
    parts, hidden, findings, *_ = callbacks.update_report({"dataset": dataset, "split": before}, "")
    assert not hidden
    said = text(findings)
    assert "These flatter a model (1)" in said
    assert "Split by time" in said
    assert '"kind": "overlap"' in said
    assert f"/train?dataset={dataset}&split={before}" in text(parts)
    found = leaks.current(library.dataset(dataset), before).report.finding("overlap")
    after = examined(house, dataset, **found.repair.model_dump())
    asked = {"job": None, "dataset": dataset, "before": before}
    changes, hidden = callbacks.update_changes({"dataset": dataset, "split": after}, asked)
    assert not hidden
    assert f"{found.count:,} (100.0 %)" in text(changes)
    assert "0 (0.0 %)" in text(changes)
    for state in (None, {**asked, "job": "x"}, {**asked, "before": after}, {**asked, "dataset": "other"}):
        assert callbacks.update_changes({"dataset": dataset, "split": after}, state)[1]


@pytest.mark.parametrize(
    "dataset",
    [
        tiny(40, targets={}, classes={}, name="unlabelled"),
        tiny(60, 6, 155, 2, name="<b>x</b>", classes={"label": ("<b>x</b>", "y" * 200)}),
        tiny(60, 6, 2, targets={"step": np.tile([0, 1] * 3, (60, 1))}, classes={"step": ("a", "b")}),
        bumps(80, metadata={"<i>": np.array(["<b>"] * 80)}),
    ],
    ids=["unlabelled", "155 channels", "labels per step", "metadata"],
)
def test_the_section_says_something_of_every_dataset(house, dataset) -> None:
    identifier = publish_dataset(house, dataset).id
    form, kinds, drawn = callbacks.update_form({"dataset": identifier}, None)
    assert form
    assert kinds
    assert callbacks.update_form({"dataset": identifier}, drawn) == (callbacks.no_update,) * 3
    assert callbacks.update_report({"dataset": identifier}, "")[1]
    split = examined(house, identifier)
    parts, hidden, findings, drift, *_ = callbacks.update_report({"dataset": identifier, "split": split}, "")
    assert not hidden
    assert parts
    assert findings
    assert drift
    assert callbacks.update_report({"dataset": identifier}, "")[1] is False


@pytest.mark.parametrize(
    "view", [{}, {"dataset": "abcdefgh1234"}, {"dataset": "abcdefgh1234", "split": "abcdefgh1234"}]
)
def test_without_a_dataset_the_section_waits(house, view) -> None:
    assert callbacks.update_form(view, None)[0] == []
    parts, hidden, *rest = callbacks.update_report(view, "")
    assert hidden
    assert "dataset" in text(parts)
    assert rest[-1]
