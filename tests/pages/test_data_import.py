"""How a file becomes a dataset on the page Data: what was chosen, roles and settings, jobs that look."""

import numpy as np
import pytest

from core.data.families import READERS
from core.data.preview import FileColumn, Preview
from core.errors import NotFoundError
from core.jobs.records import JobState
from dashboard.pages.data.bring import look, wishes
from dashboard.services import intake, jobs, library, roles
from dashboard.services.intake import Chosen, Wish

MOVES = Chosen("", "moves/moves.npz", "moves.npz", 1000)


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Leave what is ordered in the queue."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)


@pytest.fixture
def folder(house, tmp_path, monkeypatch):
    """Return an empty store, with a registered folder that holds an archive."""
    place = tmp_path / "moves"
    place.mkdir()
    np.savez(place / "moves.npz", X=np.zeros((4, 3, 1), np.float32))
    (place / "notes.md").write_text("no data")
    monkeypatch.setenv("HEED_DATA_FOLDERS", str(place))
    return house


def columns(*pairs, kind="number"):
    return tuple(FileColumn(name=name, kind=kind, role=role) for name, role in pairs)


@pytest.mark.parametrize(
    "given",
    [None, "x", [], {}, {"token": 3}, {"token": ""}, {"name": "a.csv"}, {"token": None, "place": None}],
)
def test_what_is_no_chosen_file_is_none(given):
    assert Chosen.parse(given) is None


@pytest.mark.parametrize(
    ("name", "shown", "title"),
    [
        ("moves.csv", "moves.csv", "moves"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("<b>x<b>.npz", "<b>x<b>.npz", "<b>x<b>"),
        ("a" * 300 + ".npz", "a" * 116 + ".npz", "a" * 116),
        ("", "file", "file"),
    ],
)
def test_a_chosen_file_is_shown_and_named_after_its_name(name, shown, title):
    found = Chosen.parse({"token": "aaaaaaaaaaaa", "name": name, "bytes": 12})
    assert (found.name, found.title, found.size) == (shown, title, 12)


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen("../../etc", "", "a.csv", 1),
        Chosen("aaaaaaaaaaaa", "", "a.csv", 1),
        Chosen("", "moves/../../etc/passwd", "passwd", 1),
        Chosen("", "elsewhere/a.csv", "a.csv", 1),
    ],
)
def test_a_file_that_is_not_there_is_neither_looked_at_nor_read(folder, chosen):
    with pytest.raises(NotFoundError):
        intake.inspect(chosen, Wish())
    with pytest.raises(NotFoundError):
        intake.order(chosen, Preview(reader="npz"), "", "n1")
    assert library.desk().list() == ()


def test_files_of_registered_folders_are_offered_if_a_reader_takes_them(folder):
    assert [row["name"] for row in intake.server_files()] == ["moves/moves.npz"]


def test_the_same_question_is_the_same_job_and_another_one_gives_the_former_up(folder):
    first = intake.inspect(MOVES, Wish())
    assert intake.inspect(MOVES, Wish(), first) == first
    second = intake.inspect(MOVES, Wish("npz", {}, {"labels": []}), first)
    assert second != first
    assert jobs.find(first).state.state == "cancelled"
    assert intake.inspect(MOVES, Wish(), second) == first  # asked again: it is looked at after all
    assert jobs.find(first).state.state == "queued"


def test_what_a_job_found_is_shown_once_it_is_done(folder, monkeypatch):
    job = intake.inspect(MOVES, Wish())
    assert intake.previewed(job) is None
    record = jobs.find(job)
    preview = Preview(reader="npz", samples=4).model_dump(mode="json")
    done = JobState.model_validate(
        {**record.state.model_dump(), "state": "done", "result": {"preview": preview}}
    )
    monkeypatch.setattr(jobs, "find", lambda _id: record.model_copy(update={"state": done}))
    assert intake.previewed(job).samples == 4
    assert intake.previewed(None) is None


def test_the_file_is_read_with_the_settings_that_were_shown(folder):
    shown = Preview(reader="npz", settings={"labels": [], "series": "X"})
    job = jobs.find(intake.order(MOVES, shown, " Moves ", "n1"))
    assert job.spec.kind == "import"
    assert job.spec.payload["settings"] == shown.settings
    assert job.spec.payload["path"] == "folder:moves/moves.npz"
    assert job.spec.payload["name"] == "Moves"


@pytest.mark.parametrize(
    ("given", "wish"),
    [
        (None, Wish()),
        ({"reader": "nothing"}, Wish()),
        ({"reader": 3, "by": 4}, Wish()),
        ({"reader": "npz", "by": {"npz": "x"}}, Wish("npz")),
        (
            {
                "reader": "npz",
                "by": {
                    "npz": {"roles": {"y": "label"}, "columns": {"labels": ["y"]}, "form": {"nan": "mask"}},
                    "npy": {"form": {"nan": "reject"}},
                },
            },
            Wish("npz", {"y": "label"}, {"labels": ["y"], "nan": "mask"}),
        ),
    ],
)  # fmt: skip
def test_a_wish_is_read_from_what_the_page_remembers(given, wish):
    assert Wish.parse(given) == wish


TABLE = columns(
    ("ticker", "entity"), ("moment", "order"), ("open", "feature"), ("volume", "feature"), ("move", "label")
)
LONG = {"part": "", "entity": "ticker", "order": "moment", "features": ["open", "volume"], "label": "move"}


@pytest.mark.parametrize(
    ("chosen", "changed"),
    [
        ({}, {}),
        ({"volume": "skip"}, {"features": ["open"]}),
        ({"move": "skip"}, {"label": ""}),
        ({"volume": "entity"}, {"entity": "volume", "features": ["open"]}),
        ({"volume": "label"}, {"features": ["open"], "labels": ["volume"]}),
        ({"ticker": "metadata"}, {"entity": "", "metadata": ["ticker"]}),
        ({"open": "order", "volume": "order"}, {"order": "volume", "features": []}),
        ({"volume": "category"}, {"features": ["open"], "categories": ["volume"]}),
    ],
)
def test_roles_of_columns_become_settings_of_the_reader_of_long_tables(chosen, changed):
    found = intake.settings_from_roles("long", TABLE, chosen)
    assert found == {"labels": [], "categories": [], "metadata": [], **LONG, **changed}
    READERS.create("long", found)


@pytest.mark.parametrize(
    ("chosen", "changed"),
    [
        ({}, {}),
        ({"t0": "skip", "a, b": "metadata"}, {"skip": ["t0"], "metadata": ["a, b"]}),
        ({"name": "entity"}, {"id": "", "entity": "name"}),
        ({"kind": "part"}, {"label": "", "part": "kind"}),
    ],
)
def test_roles_of_columns_become_settings_of_the_reader_of_wide_tables(chosen, changed):
    table = columns(("name", "id"), ("t0", "step"), ("a, b", "step"), ("kind", "label"))
    found = intake.settings_from_roles("wide", table, chosen)
    usual = {
        "label": "kind",
        "labels": [],
        "id": "name",
        "entity": "",
        "part": "",
        "metadata": [],
        "skip": [],
    }
    assert found == {**usual, **changed}
    READERS.create("wide", found)


@pytest.mark.parametrize("reader", ["wide", "long", "npz", "npy", "ts"])
def test_a_setting_is_either_a_role_or_in_the_form(reader):
    form = {setting.name for setting in intake.further_settings(reader)}
    covered = set(roles.role_settings(reader))
    assert not form & covered
    assert form | covered == set(READERS.part(reader).model_fields)


def test_tables_can_be_read_in_two_ways_and_archives_in_one():
    assert set(intake.shapes("wide")) == set(intake.shapes("long")) == {"wide", "long"}
    assert intake.shapes("npz") == ()


def test_alike_neighbours_among_thousands_of_columns_are_one_row():
    table = (
        *columns(("id", "id")),
        *columns(*((f"t{place}", "step") for place in range(4000))),
        *columns(("label", "label")),
    )
    rows = roles.column_rows(table)
    assert [row["id"] for row in rows] == ["0-0", "1-4000", "4001-4001"]
    assert rows[1]["name"] == "t0 to t3999 (4,000 columns)"
    assert roles.named_by_row(table, "1-4000") == [f"t{place}" for place in range(4000)]
    assert [row["name"] for row in roles.column_rows(table, "T399")] == [
        "t399", *(f"t399{digit}" for digit in range(10))
    ]  # fmt: skip


@pytest.mark.parametrize("row", [None, "", "x", "1", "-1", "1-x", "9" * 30 + "-1", "5-2", "7-9"])
def test_a_row_that_nobody_knows_names_no_column(row):
    assert roles.named_by_row(columns(("a", "step")), row) == []


@pytest.mark.parametrize(
    ("plain", "shown", "before", "changed"),
    [
        ({"length": "30"}, {"length": 30}, {}, {}),
        ({"length": "31"}, {"length": 30}, {}, {"length": "31"}),
        ({"length": "31"}, {"length": 31}, {"length": "31"}, {"length": "31"}),
        ({"length": "30"}, {"length": 31}, {"length": "31"}, {"length": "30"}),
        ({"names": ["a", "b"]}, {"names": ("a", "b")}, {}, {}),
        ({"several": True}, {"several": True}, {}, {}),
        ({"several": False}, {"several": True}, {}, {"several": False}),
        ({"text": ""}, {"text": None}, {}, {}),
    ],
)
def test_only_fields_that_were_changed_are_wished(plain, shown, before, changed):
    assert wishes.changed_fields(plain, shown, before) == changed


def test_a_form_is_drawn_anew_for_other_guesses_but_not_for_what_is_typed():
    drawn = {"reader": "long", "values": {"length": 30, "stride": 1}}
    assert not wishes.differs(drawn, drawn, {})
    assert wishes.differs({**drawn, "values": {"length": 10, "stride": 1}}, drawn, {})
    assert not wishes.differs({**drawn, "values": {"length": 10, "stride": 1}}, drawn, {"length": "10"})
    assert wishes.differs({**drawn, "reader": "wide"}, drawn, {})
    assert wishes.differs(drawn, None, {})


def test_a_problem_stands_beside_the_setting_it_begins_with():
    texts = ["length must be at least 2", "The table must have rows", "length is odd"]
    beside, rest = wishes.split_problems(texts, ["length", "stride"])
    assert beside == {"length": "length must be at least 2 length is odd"}
    assert rest == ["The table must have rows"]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "Import"),
        (Preview(reader="long"), "Import"),
        (Preview(reader="long", samples=1234), "Import 1,234 windows"),
        (Preview(reader="wide", samples=1), "Import 1 sample"),
    ],
)
def test_the_button_says_what_will_be_imported(found, words):
    assert look.import_words(found) == words


def test_hostile_names_are_texts_of_components():
    hostile = FileColumn(name="<img src=x>", kind="text", role="label", examples=("<b>x</b>",))
    found = Preview(
        reader="wide",
        columns=(hostile,),
        head=(("<script>",),),
        classes={"<b>": 3},
        samples=3,
        problems=("<i>",),
    )
    shown = [look.result(found), look.problems(found.problems), look.first_rows(found)]
    assert "<script>" in str(shown)
    assert "dangerously" not in str(shown)
