"""Orders of trainings as the page Train and the demo give them: what is refused, what is one order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import HeedError, JobError, NotFoundError, SettingsError
from core.jobs import JobDesk
from dashboard.components.view import ViewState
from dashboard.pages.train import runs as train_page
from dashboard.pages.train.layout import notice
from dashboard.services import experiments, library, training
from dashboard.services.experiments import ArmOrder, ExperimentOrder
from dashboard.services.orders import parse_seeds


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Leave what is ordered in the queue."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)


def order(known, **changes) -> ExperimentOrder:
    """Return an order of one architecture; `model`, `settings` and `training` are those of its arm."""
    arm = {"model": "attention-lstm"} | {
        name: changes.pop(name) for name in ("model", "settings", "training") if name in changes
    }
    arms = [ArmOrder(**arm)]
    return ExperimentOrder(**{"dataset": known.dataset.id, "arms": arms, "nonce": "n1", **changes})


def members(identifier: str) -> list[str]:
    return [member.id for member in experiments.status(identifier).members]


def waiting() -> list:
    return list(training.trainings())


@pytest.mark.parametrize(
    ("text", "seeds"), [("0", (0,)), ("0, 1,2", (0, 1, 2)), ("3-5", (3, 4, 5)), ("7, 1 - 2", (7, 1, 2))]
)
def test_seeds_are_read_as_a_list_or_a_range(text, seeds):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    "text", ["", "one", "1,1", "0-100000", "5-2", "-1", "1.5", "0-19,20", "9999999", "1;2", "0x1", "\u0661"]
)
def test_nonsense_for_seeds_is_refused_with_the_rule(text):
    with pytest.raises(SettingsError, match="1 to 20 different whole numbers"):
        parse_seeds(text)


@given(st.text(max_size=80))
def test_any_text_for_seeds_is_read_or_refused(text):
    try:
        seeds = parse_seeds(text)
    except SettingsError:
        return
    assert 1 <= len(set(seeds)) == len(seeds) <= 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": {"units": 10**6}}, "units must be less than or equal to 1024"),
        ({"settings": {"windows": 1}}, "there is no setting windows"),
        ({"training": {"epochs": 10**6}}, "epochs must be less than or equal to 10000"),
        ({"training": {"epochs": "1e400"}}, "epochs must be"),
        ({"training": {"learning_rate": "nan"}}, "learning_rate must be"),
        ({"seeds": "0-99999"}, "seeds must be"),
        ({"model": "../../etc"}, "must be one of"),
        ({"dataset": "aaaaaaaaaaaa"}, "there is no dataset"),
        ({"dataset": None}, "no dataset is chosen"),
    ],
)
def test_an_order_out_of_bounds_is_refused_and_nothing_is_submitted(known, changes, words):
    with pytest.raises(HeedError, match=words):
        experiments.submit(order(known, **changes))
    assert waiting() == []


def test_the_same_order_sent_twice_is_one_order(known):
    first = experiments.submit(order(known, seeds="0-2"))
    assert experiments.submit(order(known, seeds="0-2")) == first
    assert len(waiting()) == 3
    assert experiments.submit(order(known, nonce="n2")) != first


def test_the_demo_ordered_again_is_the_demo_that_is_under_way(house):
    first = training.submit_demo("a")
    assert training.submit_demo("b") == first
    assert [job.spec.payload["model"] for job in reversed(waiting())] == ["attention-lstm", "lstm"]


def test_curves_of_one_order_stay_together_when_one_of_them_ends(known):
    store = library.store()
    first = experiments.submit(order(known, nonce="old"))
    three = experiments.submit(order(known, nonce="new", seeds="0-2"))
    JobDesk(store).cancel(members(first)[0])
    JobDesk(store).cancel(members(three)[1])
    assert training.shown() == three
    assert [run.run for run in training.curves().curves.runs] == members(three)
    for identifier in members(three):
        JobDesk(store).cancel(identifier)
    assert [run.run for run in training.curves().curves.runs] == members(three)
    assert [run.run for run in training.curves(experiment=first).curves.runs] == members(first)


def test_curves_of_a_single_training_are_an_arm_of_their_own(known):
    first, second = training.submit_demo("a")
    assert [arm.label for arm in training.curves(job=second).curves.arms] == ["lstm, seed 0"]
    assert training.shown(None, first) == ""


def test_before_the_first_training_there_is_no_curve_but_a_word(known):
    with pytest.raises(JobError, match="no model is in training"):
        training.curves()
    experiments.submit(order(known))
    assert [run.epoch.tolist() for run in training.curves().curves.runs] == [[]]


def test_a_name_without_characters_and_an_unknown_run_are_refused(known):
    with pytest.raises(SettingsError, match="at least one character"):
        training.rename(known.run, "  ")
    with pytest.raises(NotFoundError, match="there is no run"):
        training.delete(["aaaaaaaaaaaa"])


@pytest.mark.parametrize("everywhere", [True, False])
def test_the_table_says_which_dataset_only_where_there_are_several(known, everywhere):
    rows, columns, style, words = train_page.update_runs("", {"dataset": known.dataset.id}, everywhere, False)
    assert ("dataset" in [column["field"] for column in columns]) == everywhere
    assert {row["id"] for row in rows} == {known.run, known.baseline}
    assert style["height"].endswith("px")
    assert words.startswith("2 runs")


def test_an_unknown_dataset_is_named_with_ways_on(known):
    shown = str(notice(ViewState.parse({"dataset": "aaaaaaaaaaaa"})))
    assert "aaaaaaaaaaaa" in shown
    assert f"Use {known.dataset.name}" in shown


def test_presets_are_called_as_their_architecture_calls_them():
    assert training.presets("attention-lstm") == {"s2": "Windows of market data: two layers, 64 and 32"}
    assert training.presets("gru") == {}
