"""What the sections Quality and Spectrogram say and order."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from dash import no_update

from core.data import DatasetManifest, publish_dataset
from core.errors import HeedError, NotFoundError
from core.jobs.deriving import run_derive_job
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.data import words as about_words
from dashboard.pages.data.quality import callbacks as quality_page
from dashboard.pages.data.quality.charts import PLACES
from dashboard.pages.data.spectrogram import callbacks as spectrogram_page
from dashboard.services import deriving, library, quality
from dashboard.services.deriving import Derived
from tests.data.datasets import tiny
from tests.data.spoiled import noise, spoiled

TITLES = [chart.title for chart, _, _ in PLACES]
FORM = "data-spectrogram-form"


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """Leave what is ordered in the queue, keep views that are shown, forget what was found before."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)
    quality.forget()


@pytest.fixture
def shown(monkeypatch):
    views = []
    monkeypatch.setattr(
        spectrogram_page, "change", lambda view, **values: views.append(view.changed(**values))
    )
    return views


def form(**values):
    """Return the values and ids of the form of a spectrogram."""
    names = [setting.name for setting in deriving.form_settings()]
    return [values.get(name, "") for name in names], [{"form": FORM, "field": name} for name in names]


def told(dataset):
    """Return what the section says of a dataset: sentences, what is not drawn, which charts are drawn."""
    remarks, nothing, _, targets, _, *hidden = quality_page.update_quality({"dataset": dataset.id}, "")
    drawn = {title for title, is_hidden in zip(TITLES, hidden, strict=True) if not is_hidden}
    return str(remarks), str(nothing), drawn, targets


def test_sentences_come_first_and_every_chart_has_something_to_show(house):
    dataset = publish_dataset(house, spoiled())
    remarks, nothing, drawn, targets = told(dataset)
    assert remarks.index("Look at this") < remarks.index("Worth knowing") < remarks.index("All right")
    assert "1 of 12 channels never changes: channel 1." in remarks
    assert drawn == set(TITLES)
    assert "Dt(" not in nothing
    assert [option["value"] for option in targets] == ["label"]


@pytest.mark.parametrize(
    ("made", "drawn"),
    [
        (noise(), {"Which channels move together", "Share of each class by part"}),
        (tiny(10, 5, 1, 2), {"Share of each class by part"}),
        (tiny(targets={}, classes={}, width=1), set()),
    ],
)
def test_what_would_be_empty_is_said_in_a_sentence(house, made, drawn):
    _, nothing, found, _ = told(publish_dataset(house, made))
    assert found == drawn
    assert "No value is missing." in nothing
    assert f"Every sample has {made.steps} steps." in nothing
    assert "does not say what its samples were recorded of" in nothing


def test_without_a_dataset_nothing_is_drawn(house):
    remarks, nothing, _, _, _, *hidden = quality_page.update_quality({"dataset": "nothere00000"}, "")
    assert "There is no dataset nothere00000" in remarks
    assert nothing == []
    assert all(hidden)


def test_a_dataset_from_before_is_looked_over_once_a_process(house, monkeypatch):
    monkeypatch.setattr("core.data.published.save_quality", lambda *_: None)
    dataset = publish_dataset(house, spoiled())
    first = quality.quality(dataset.id)
    assert quality.quality(dataset.id) is first
    assert len(first.remarks) > 5


@pytest.mark.parametrize("chart", [chart.id for chart, _, _ in PLACES])
@pytest.mark.parametrize("format", ["csv", "json", "html", "figure"])
def test_every_chart_leaves_in_every_format(house, chart, format):  # noqa: A002
    dataset = publish_dataset(house, spoiled())
    left = CHARTS[chart].download(format, ViewState(dataset=dataset.id))
    assert len(left.body) > 200
    if format == "json":
        assert json.loads(left.body)


def test_classes_by_entity_are_of_the_target_that_is_looked_at(house):
    made = spoiled()
    targets = {"label": made.targets["label"], "other": 1 - made.targets["label"]}
    classes = {"label": ("no", "yes"), "other": ("a", "b")}
    dataset = publish_dataset(house, replace(made, targets=targets, classes=classes))
    assert quality.entities(dataset.id, "other").target == "other"
    assert quality.entities(dataset.id, "nobody").target == "label"
    assert quality.parts(dataset.id).to_frame()["target"].tolist() == ["label", "label", "other", "other"]


def test_the_table_behind_the_lengths_counts_every_sample(house):
    dataset = publish_dataset(house, spoiled())
    frame = quality.lengths(dataset.id).to_frame()
    assert frame["samples"].sum() == 60
    for row in frame.itertuples(index=False):
        inside = (dataset.lengths >= row[0]) & (dataset.lengths <= row[1])
        assert inside.sum() == row[2]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, ""),
        ({"window": "16", "overlap": "0.5"}, "window=16"),
        ({"sampling_rate": "250", "window_type": "blackman"}, "window_type=blackman,sampling_rate=250"),
    ],
)
def test_settings_of_a_preview_travel_in_the_view(given, text):
    assert deriving.written(given) == text
    assert deriving.written(deriving.read(text)) == text


@pytest.mark.parametrize("text", ["window", "=3", "speed=2,,", "channels=a", "\u202e=1"])
def test_what_a_view_can_not_hold_is_left_out(text):
    assert deriving.read(text) == {}


def test_a_preview_is_of_the_sample_and_channel_that_are_looked_at(house):
    dataset = publish_dataset(house, noise())
    found = deriving.preview(dataset.id, "window=8", 3, "channel 2")
    assert (found.channel, found.sample, found.window) == ("channel 2", "sample 3", 8)
    assert deriving.preview(dataset.id, "", None, "nobody").channel == "channel 0"
    for text, sample in (("window=100", 0), ("window=two", 0), ("", 99)):
        with pytest.raises(HeedError):
            deriving.preview(dataset.id, text, sample, "")


def test_a_form_says_what_it_will_give_and_draws_it(house, shown):
    dataset = publish_dataset(house, noise())
    given = {"dataset": dataset.id}
    said, problem, disabled = spectrogram_page.update_plan(*form(window="8"), [], given)
    assert said.startswith("6 channels x 5 frequencies up to 0.5 cycles/step x 6 frames of 40 samples")
    assert (problem, disabled) == ("", False)
    assert [view.spectrum for view in shown] == ["window=8"]
    spectrogram_page.update_plan(*form(window="8"), [], shown[0].plain())
    assert len(shown) == 1
    said, problem, disabled = spectrogram_page.update_plan(*form(window="31"), ["channel 1"], given)
    assert "at most 30" in problem
    assert (said, disabled) == ("", True)


def test_a_spectrogram_is_ordered_once_and_made(house):
    dataset = publish_dataset(house, noise())
    order = Derived(dataset.id, {"window": "8"}, ["channel 1"], "Mine", "n1")
    assert deriving.derive(order) == deriving.derive(order)
    (job,) = library.desk().list()
    assert (job.spec.kind, job.spec.title) == ("derive", "Spectrogram of tiny")
    context = SimpleNamespace(
        store=house,
        spec=SimpleNamespace(owner="local"),
        report=lambda *_: None,
        stop_if_cancelled=lambda: None,
    )
    made = run_derive_job(context, job.spec.payload)["dataset"]
    manifest = house.datasets.read(made, DatasetManifest)
    assert manifest.name == "Mine"
    said = str(about_words.about(manifest, 0, ViewState(dataset=made)))
    assert "spectrogram (6 frames x 5 values)" in said
    assert "tiny, with a spectrogram" in said


@pytest.mark.parametrize(
    ("settings", "channels", "message"),
    [({"overlap": "2"}, [], "overlap must be"), ({}, ["nobody"], "there is no 'nobody'")],
)
def test_what_is_wrong_is_said_before_anything_is_submitted(house, settings, channels, message):
    dataset = publish_dataset(house, noise())
    _, problem, _ = spectrogram_page.update_derived(
        1, channels, "", "n1", {"dataset": dataset.id}, *form(**settings)
    )
    assert message in problem.lower()
    assert library.desk().list() == ()
    with pytest.raises(NotFoundError):
        deriving.derive(Derived(None))


def test_a_job_is_followed_to_the_new_dataset(house):
    dataset = publish_dataset(house, noise())
    asked, problem, _ = spectrogram_page.update_derived(1, [], "", "n1", {"dataset": dataset.id}, *form())
    assert problem == ""
    said, hidden, *_ = spectrogram_page.update_state([], asked, {"dataset": dataset.id})
    assert "progress" in str(said)
    assert hidden is False
    assert spectrogram_page.cancel_derived(1, asked) is no_update
    said, hidden, forgotten, _ = spectrogram_page.update_state([], asked, {"dataset": dataset.id})
    assert (said, hidden, forgotten) == ("Cancelled. Nothing was kept.", True, None)


def test_what_not_every_dataset_has_is_told(house):
    dataset = publish_dataset(house, spoiled())
    said = str(about_words.about(library.dataset(dataset.id), 0, ViewState(dataset=dataset.id)))
    for words in ("one for every step", "channel 9 (3)", "left as they are", "named for each sample"):
        assert words in said
    plain = publish_dataset(house, noise())
    said = str(about_words.about(library.dataset(plain.id), 0, ViewState(dataset=plain.id)))
    assert "Entities" not in said
    assert "Missing values" not in said
