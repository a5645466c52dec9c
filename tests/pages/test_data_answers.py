"""What the page Data asks and says: settings out of bounds, counts, names."""

import pytest

from core.errors import HeedError, SettingsError
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.data import callbacks as data_page
from dashboard.pages.data import words
from dashboard.services import data, library
from dashboard.services.data import Made
from tests.pages.known_runs import ACTUAL, PARTS, publish_known


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Leave what is ordered in the queue."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (Made("synthetic", {"samples": 10**9}), "samples must be less than or equal to 1000000"),
        (Made("synthetic", {"samples": 10**6, "timesteps": 10_000}), "samples times timesteps"),
        (Made("synthetic", {"timesteps": "0"}), "timesteps must be greater than or equal to 1"),
        (Made("synthetic", {"seasons": 4}), "there is no setting seasons"),
        (Made("bundled", {"name": "../../etc/passwd"}), "name must be"),
        (Made("elsewhere"), "must be one of"),
    ],
)
def test_settings_out_of_bounds_are_refused_before_anything_is_submitted(house, made, message):
    with pytest.raises(HeedError, match=message):
        data.make(made)
    assert library.desk().list() == ()


def test_the_same_click_twice_is_one_job(house):
    made = Made("synthetic", {}, "Waves", "n1")
    assert data.make(made) == data.make(made)
    assert [job.spec.title for job in library.desk().list()] == ["Make Waves"]


def test_the_table_behind_the_classes_holds_their_counts(known):
    frame = data.class_counts(known.dataset.id).to_frame()
    assert frame["class"].tolist() == ["down", "up"]
    for code, part in enumerate(("train", "validation", "test")):
        assert frame[part].tolist() == [int((ACTUAL[code == PARTS] == kind).sum()) for kind in (0, 1)]
    told = CHARTS["data-balance"].download("csv", ViewState(dataset=known.dataset.id)).body
    assert '"class","train","validation","test"' in told


def test_an_unknown_dataset_is_named_and_others_are_offered(known):
    title, shown, *rest = data_page.update_about({"dataset": "aaaaaaaaaaaa"}, "")
    assert title == "This dataset is not here"
    assert "there is no dataset aaaaaaaaaaaa" in str(shown).lower()
    assert "waves" in str(shown)
    assert rest[:2] == [True, True]


def test_a_dataset_is_described_with_hostile_names_as_texts(house):
    known = publish_known(house, hostile=True)
    title, shown, *_rest = data_page.update_about({"dataset": known.dataset.id}, "")
    assert title == known.dataset.name
    assert "<img" in str(shown)  # as text of components: a browser test shows that it stays one


def test_many_channels_are_counted_and_the_first_are_named():
    said = words._named(tuple(f"sensor {place}" for place in range(155)))
    assert said.startswith("155 (sensor 0, ")
    assert said.endswith("and 147 more)")


@pytest.mark.parametrize("name", ["", "   "])
def test_a_dataset_needs_a_name(known, name):
    with pytest.raises(SettingsError, match="at least one character"):
        data.rename(known.dataset.id, name)
    assert library.dataset(known.dataset.id).name == "waves"
