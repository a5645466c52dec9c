"""Page Sample as functions with a real model: a sample that is changed, kept, found again."""

import json
from urllib.parse import parse_qs, urlsplit

import numpy as np
import plotly.utils
import pytest

import core
from core.data import Dataset
from core.errors import HeedError
from core.figures.depth import sample_depth_figure
from core.store import Store, open_store
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.gallery import callbacks as gallery_page
from dashboard.pages.sample import callbacks, changes, keeping
from dashboard.pages.sample.charts import asked
from dashboard.services import library, sample, sample_depth
from tests.inference.changeable import changeable, publish_changeable
from tests.pages.conftest import forget
from tests.pages.known_runs import HOSTILE

HOSTILE_CLASS = "<b>x</b>;/@=:"


def text_of(content) -> str:
    return json.dumps(content, cls=plotly.utils.PlotlyJSONEncoder)


def question(**view):
    return asked(ViewState.parse(view))


@pytest.fixture(scope="module")
def changed_house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("changed-page") / "home")


@pytest.fixture(scope="module")
def data(changed_house: Store) -> Dataset:
    return changeable(changed_house, hostile=HOSTILE_CLASS)


@pytest.fixture(scope="module")
def modelled(changed_house: Store, data: Dataset) -> str:
    heads = {"width": 8, "feed_forward": 8, "heads": 2, "layers": 2}
    return publish_changeable(changed_house, data, "transformer", **heads)


@pytest.fixture
def served(changed_house: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HEED_HOME", str(changed_house.root))
    forget()
    sample.forget()
    yield
    forget()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[ViewState]:
    views: list[ViewState] = []
    monkeypatch.setattr(changes, "change", lambda view, again, **to: views.append(view.changed(**to)))
    return views


def apply(view: dict, trigger: str = "sample-apply", edit: str | None = None, **fields):
    values = {
        "first": None, "last": None, "which": [], "kind": "mean", "klass": None, "number": 1,
        "look_kind": "zero", "look_layer": None, "look_number": 0, **fields,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "ctx", type("Context", (), {"triggered_id": trigger}))
        return changes.update_edits(1, 0, edit, view, *values.values())


@pytest.mark.slow
@pytest.mark.usefixtures("served")
def test_an_edit_is_added_to_the_view_when_the_sample_can_take_it(modelled, data, shown):
    view = {"run": modelled, "sample": 5, "part": "all"}
    length = int(data.lengths[5])
    assert apply(view, first=1, last=2, which=[1]) == ""
    assert apply(view, kind="class_mean", klass=HOSTILE_CLASS) == ""
    assert apply(view, kind="shift", number=-2, first=2) == ""
    assert [one.edits for one in shown] == [
        "mean@1-3:1",
        "class_mean=%3Cb%3Ex%3C%2Fb%3E%3B%2F%40%3D%3A",
        f"shift=-2@2-{length}",
    ]
    assert (
        apply({**view, "edits": shown[0].edits}, "sample-intervene", first=0, last=1, look_layer="self_2")
        == ""
    )
    assert shown[-1].edits == "mean@1-3:1;zero@0-2/self_2"
    assert "must end at" in apply(view, first=0, last=90)
    assert "needs the steps" in apply(view, "sample-intervene")
    assert len(shown) == 4


@pytest.mark.slow
@pytest.mark.usefixtures("served")
def test_of_edits_in_quick_succession_none_is_lost(modelled, monkeypatch):
    """The browser puts the first into the view, and hands the second back with the view that is then."""
    asked_for: list[dict] = []
    monkeypatch.setattr(changes, "change", lambda view, **how: asked_for.append(how))
    view = {"run": modelled, "sample": 5, "part": "all"}
    for kind in ("noise", "mean"):  # both clicked on the same view
        assert apply(view, kind=kind, number=3, first=0, last=1) == ""
    first, second = asked_for
    ((store, edit),) = second["again"].items()
    assert (first["edits"], store, edit) == ("noise=3@0-2", "sample-edit", "mean@0-2")
    assert apply({**view, "edits": first["edits"]}, store, edit) == ""
    assert (asked_for[-1]["edits"], asked_for[-1]["sample"]) == ("noise=3@0-2;mean@0-2", 5)
    for wrong in ("melt", "mean;mean", ""):
        assert apply(view, store, wrong) != ""
    assert len(asked_for) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("served")
def test_the_answer_stands_beside_the_former_one_with_its_sign(modelled):
    view = {"run": modelled, "sample": 5, "edits": "noise=3;head_off=1/self_1"}
    found = sample.change(question(**view))
    said, listed, *_ = changes.update_answer(view)
    first = sample.change(question(**{**view, "edits": "noise=3"})).after
    for chances in (first, found.after):
        assert f"then {('a', HOSTILE_CLASS)[chances.argmax()]} {100 * chances.max():.1f} %" in text_of(listed)
    for value in found.difference:
        assert f"{100 * value:+.1f} pp" in text_of(said) or abs(value) < 0.0005
    assert "Distance to the training data: percentile" in text_of(said)
    assert "intervention" in text_of(listed)
    depth = sample_depth.depth(question(**view))
    assert depth.edited
    assert (depth.changed == found.edited).all()
    assert [len(layer.heads) for layer in depth.layers] == [2, 2]
    assert "after edits" in sample_depth_figure(depth).layout.title.text
    overlaid = sample_depth_figure(sample_depth.depth(question(**view, show="overlaid")))
    assert [trace.name for trace in overlaid.data if trace.showlegend and trace.name] == ["before", "x", "y"]


@pytest.mark.slow
@pytest.mark.usefixtures("served")
def test_a_changed_sample_is_kept_with_the_run_and_opened_by_a_link(modelled, monkeypatch):
    monkeypatch.setattr(keeping, "notify", lambda *_, **__: None)
    view = {"run": modelled, "sample": 5, "edits": "mean@1-3:1"}
    stamp, name = keeping.update_saved(1, HOSTILE, view)
    assert (stamp, name) == ("saved 1", "")
    listed = text_of(keeping.update_list({"run": modelled}, None, None))
    assert "sample=5&edits=mean%401-3%3A1" in listed
    (made_of,) = [
        parse_qs(urlsplit(part.href).query)["where"][0]
        for part in keeping.update_list({"run": modelled}, None, None)._traverse()
        if "/attention" in getattr(part, "href", "")
    ]
    assert core.attend(modelled, f"{made_of} and part in (train, test)").samples.tolist() == [5]
    with pytest.raises(HeedError, match="is taken"):
        sample.keep(question(**view), HOSTILE)
    with pytest.raises(HeedError, match="at least one edit"):
        sample.keep(question(run=modelled, sample=5), "none")
    sample.let_go(modelled, HOSTILE)
    assert sample.variants(modelled) == ()
    assert library.store().root.joinpath("variants").is_dir()


@pytest.mark.slow
@pytest.mark.usefixtures("served")
def test_changed_samples_are_found_again_beside_their_sample_and_in_the_gallery(modelled, monkeypatch):
    told: list[dict] = []
    monkeypatch.setattr(keeping, "notify", lambda text, **how: told.append({"text": text, **how}))
    for name, place, edits in (
        ("noisy", 4, "noise=3"),
        ("flat", 5, "mean@1-3:1"),
        (HOSTILE, 5, "mean;noise=1"),
    ):
        core.save_variant(modelled, name, place, edits)
    view = {"run": modelled, "sample": 4, "edits": "noise=3", "part": "all"}
    listed = text_of(keeping.update_list(view, None, None))
    assert listed.index("noisy") < listed.index("flat")
    assert "(sample 4, 1 edit; in view)" in listed
    assert "(sample 5, 2 edits)" in listed
    assert "never the changed ones" in listed
    assert text_of(gallery_page.update_kept(view)).count("lineage") == 1
    for where, names in (("sample == 4", {"noisy"}), ("sample == 5", {"flat"}), ("sample == 3", set())):
        shown = text_of(gallery_page.update_kept({**view, "where": where}))
        assert {name for name in ("noisy", "flat") if name in shown} == names
    assert gallery_page.update_kept({"run": "aaaaaaaaaaaa"}) == ""
    core.save_cohort(modelled, "turned", 'variant == "flat"', scope={"part": "all"})
    monkeypatch.setattr(keeping, "ctx", type("Context", (), {"triggered_id": {"name": "flat"}}))
    keeping.update_forgotten([1], view)
    assert "'turned' is where" in told[-1]["text"]
    core.delete_cohort(modelled, "turned")
    keeping.update_forgotten([1], view)
    assert (told[-1]["link"], "edits=mean%401-3%3A1" in told[-1]["href"]) == ("Make it again", True)
    assert {one.name for one in sample.variants(modelled)} == {"noisy", HOSTILE}
    for name in ("noisy", HOSTILE):
        core.delete_variant(modelled, name)


@pytest.mark.slow
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_near_training_samples_are_drawn_and_linked(theme, modelled):
    view = ViewState.parse({"run": modelled, "sample": 5, "space": "hidden"})
    figure = CHARTS["sample-nearest"].figure(view, theme)
    assert figure.layout.meta["n"] > 1
    assert "<b>" not in text_of(figure.to_plotly_json()["layout"]["annotations"])
    assert text_of(callbacks.update_nearest(view.plain())).count("/sample?") == 6
    assert np.isfinite([near.distance for near in sample.nearest(asked(view)).near]).all()
