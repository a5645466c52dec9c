"""What a training learns from: target, split, folds, scaling, augmentations; in words and in its request."""

from dataclasses import replace

import numpy as np
import pytest

from core.data import Dataset, publish_dataset
from core.data.splits import SplitSettings, make_split, publish_split
from core.errors import DataError, HeedError, NotFoundError, SettingsError
from core.jobs.examining import publish_examined
from core.jobs.train import TrainRequest
from dashboard.components.view import ViewState
from dashboard.pages.train import form, plan, runs
from dashboard.services import experiments, library, planning, training
from dashboard.services.augmentation import recipe
from dashboard.services.experiments import ArmOrder, ExperimentOrder

AUGMENT = "gaussian-noise:level=0.3;amplitude-scaling"


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Leave what is ordered in the queue."""
    monkeypatch.setattr("dashboard.services.jobs.hand_over", lambda *_given: None)


def windows(samples=40, **changes) -> Dataset:
    codes = np.arange(samples) % 2
    series = np.random.default_rng(0).standard_normal((samples, 12, 1)).astype(np.float32)
    plain = Dataset(
        series=series,
        lengths=np.full(samples, 12),
        targets={"label": codes},
        classes={"label": ("down", "up")},
        channels=("x",),
        sample_ids=np.array([f"s{place}" for place in range(samples)]),
        step_labels=tuple(map(str, range(12))),
        parts=np.full(samples, -1, np.int8),
        name="windows",
    )
    return replace(plain, **changes)


def several() -> Dataset:
    codes = np.arange(40)
    return windows(
        targets={"phase": np.zeros((40, 12), np.int64), "label": codes % 2, "mood": codes % 4},
        classes={"phase": ("off", "on"), "label": ("down", "up"), "mood": tuple("abcd")},
    )


def leaky() -> Dataset:
    dataset = windows()
    series = np.array(dataset.series)
    series[20:] = series[:20]
    return replace(dataset, series=series)


def requests() -> list[TrainRequest]:
    return [TrainRequest.model_validate(job.spec.payload) for job in reversed(training.trainings())]


def order(dataset: Dataset, **changes) -> ExperimentOrder:
    arm = {name: changes.pop(name) for name in ("augment", "scaling", "control") if name in changes}
    arms = [ArmOrder(model="lstm", **arm)]
    return ExperimentOrder(**{"dataset": dataset.id, "arms": arms, "nonce": "n1", **changes})


def test_a_request_holds_all_that_the_form_says(house):
    dataset = publish_dataset(house, several())
    stored = publish_split(house, dataset, make_split(dataset, SplitSettings(kind="stratified", seed=5)))
    given = {"split": stored, "scaling": "robust", "augment": AUGMENT, "control": True}
    experiments.submit(order(dataset, targets=("mood", "label"), **given))
    (request,) = requests()
    assert request.learnt == ("mood", "label")
    assert request.split == SplitSettings(kind="stratified", seed=5)
    assert request.scaling.kind == "robust"
    assert request.permuted_labels
    assert request.augmentations == recipe(AUGMENT).plain()
    assert request.augmentations[0]["settings"]["level"] == 0.3


def grouped(count: int) -> Dataset:
    plain = windows()
    return windows(
        series=np.repeat(plain.series, count, axis=2),
        channels=tuple(f"c{place}" for place in range(count)),
        groups={f"g{place}": (place,) for place in range(count)},
    )


@pytest.mark.parametrize(
    ("dataset", "names", "usual"),
    [
        (windows(), (), ""),
        (grouped(2), ("g0", "g1"), "g0 and g1"),
        (grouped(5), ("g0", "g1", "g2", "g3", "g4"), "Choose two to four"),
    ],
)
def test_modalities_are_offered_where_the_dataset_has_several(house, dataset, names, usual):
    assert plan.modalities(ViewState(dataset=publish_dataset(house, dataset).id)) == (names, usual)


def test_chosen_modalities_go_to_the_architectures_that_read_several(house):
    dataset = publish_dataset(house, grouped(5))
    held = {
        "models": ["lstm", "cross-modal"],
        "seeds": "0",
        "scaling": "standard",
        "modalities": ["g3", "g0"],
    }
    experiments.submit(form.order_of(ViewState(dataset=dataset.id), held, "n1"))
    assert {request.model: request.modalities for request in requests()} == {
        "lstm": (),
        "cross-modal": ("g3", "g0"),
    }


def test_a_usual_order_is_one_training_with_the_usual_settings(house):
    dataset = publish_dataset(house, windows())
    made = experiments.submit(order(dataset))
    (request,) = requests()
    assert request == TrainRequest(
        dataset=dataset.id,
        model="lstm",
        settings=request.settings,
        training=request.training,
        experiment=made,
    )


def test_all_folds_are_a_run_each_for_every_seed(house):
    dataset = publish_dataset(house, windows())
    stored = publish_split(house, dataset, make_split(dataset, SplitSettings(kind="stratified", folds=4)))
    made = experiments.submit(order(dataset, split=stored, all_folds=True, seeds="0-1"))
    assert experiments.submit(order(dataset, split=stored, all_folds=True, seeds="0-1")) == made
    found = sorted((request.seed, request.split.fold) for request in requests())
    assert found == [(seed, fold) for seed in range(2) for fold in range(4)]
    (arm,) = training.curves(made).curves.arms
    assert len(arm.runs) == 8
    assert {run.label for run in arm.runs} == {f"seed {seed}, fold {fold + 1}" for seed, fold in found}


def test_one_fold_is_one_run_unless_all_are_wanted(house):
    dataset = publish_dataset(house, windows())
    settings = SplitSettings(kind="stratified", folds=4, fold=2)
    stored = publish_split(house, dataset, make_split(dataset, settings))
    experiments.submit(order(dataset, split=stored))
    assert [request.split for request in requests()] == [settings]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"augment": "blur;shift"}, SettingsError, "blur was left out"),
        ({"scaling": "by feel"}, SettingsError, "kind must be"),
        ({"targets": ("mood", "mood")}, SettingsError, "targets must be different; 'mood' came twice"),
        ({"targets": ("gone",)}, DataError, "must have the target 'gone'"),
        ({"split": "aaaaaaaaaaaa"}, NotFoundError, "there is no split"),
        ({"seeds": "0-19", "all_folds": True, "split": "folds"}, SettingsError, "at most 200 trainings"),
        ({"split": "foreign"}, NotFoundError, "of another dataset"),
    ],
)
def test_what_cannot_be_trained_is_refused_and_nothing_is_submitted(house, changes, error, words):
    dataset, other = publish_dataset(house, several()), publish_dataset(house, windows(name="other"))
    folds = make_split(dataset, SplitSettings(kind="stratified", folds=12))
    ids = {
        "folds": publish_split(house, dataset, folds),
        "foreign": publish_split(house, other, make_split(other)),
    }
    changes = {key: ids.get(value, value) if key == "split" else value for key, value in changes.items()}
    with pytest.raises(error, match=words):
        experiments.submit(order(dataset, **changes))
    assert requests() == []


def test_without_labels_nothing_can_be_trained(house):
    dataset = publish_dataset(house, windows(targets={}, classes={}))
    with pytest.raises(DataError, match="no labels"):
        experiments.submit(order(dataset))
    with pytest.raises(HeedError, match="no labels"):
        training.balance(dataset.id)


def test_targets_are_offered_and_those_of_steps_are_named(house):
    dataset = publish_dataset(house, several())
    found = plan.planned(ViewState(dataset=dataset.id))
    assert found.targets == ("label", "mood", "phase")
    assert found.note == "A label for each step: phase."
    assert "4 classes" in training.balance(dataset.id, "mood")


def test_a_split_that_leaks_is_said_with_its_numbers_and_a_link_to_data(house):
    dataset = publish_dataset(house, leaky())
    stored, leaks = publish_examined(house, dataset, make_split(dataset))
    assert leaks["leak"]
    for view in (ViewState(dataset=dataset.id), ViewState(dataset=dataset.id, split=stored)):
        told = str(plan.planned(view).split)
        assert "test windows" in told
        assert "the very same as a training window" in told
        assert "section=split" in told
    counts = planning.split_plan(library.dataset(dataset.id), None, "label").counts
    assert counts == "26 training, 6 validation, 8 test"


@pytest.mark.parametrize(
    ("looked", "words"), [(False, "looks at it when it is trained"), (True, "found no leak")]
)
def test_a_split_without_leaks_says_whether_it_was_looked_at(house, looked, words):
    dataset = publish_dataset(house, windows())
    if looked:
        publish_examined(house, dataset, make_split(dataset))
    assert words in str(plan.planned(ViewState(dataset=dataset.id)).split)


def test_a_split_that_is_gone_is_said_and_the_usual_one_offered(house):
    dataset = publish_dataset(house, windows())
    told = str(plan.planned(ViewState(dataset=dataset.id, split="aaaaaaaaaaaa")).split)
    assert "There is no split aaaaaaaaaaaa" in told
    assert "Take the usual split" in told


def test_folds_are_offered_where_the_split_has_some(house):
    dataset = publish_dataset(house, windows())
    stored = publish_split(house, dataset, make_split(dataset, SplitSettings(kind="stratified", folds=4)))
    assert plan.planned(ViewState(dataset=dataset.id)).folds == 0
    assert plan.planned(ViewState(dataset=dataset.id, split=stored)).folds == 4


def test_chips_hold_the_list_without_themselves():
    shown = plan.chips(recipe(AUGMENT), ViewState(augment=AUGMENT))
    buttons = [item for part in shown for item in part._traverse() if type(item).__name__ == "Button"]
    values = {getattr(item, "data-view-value") for item in buttons}
    assert values == {"gaussian-noise:level=0.3", "amplitude-scaling"}


def test_without_augmentations_noise_and_scaling_are_one_click_away():
    shown = plan.chips(recipe(""), ViewState())
    (preset,) = [item for part in shown for item in part._traverse() if type(item).__name__ == "Button"]
    assert getattr(preset, "data-view-key") == "augment"
    assert len(recipe(getattr(preset, "data-view-value")).wishes) == 2


def test_the_table_tells_runs_that_ended_early_and_why(known):
    words = "the disk is full: the checkpoint of epoch 3 could not be written"
    plain = library.run(known.run)
    changed = plain.model_copy(update={"state": "stopped", "stopped": "disk", "problem": words})
    assert runs._trained(changed) == "ended early: disk full"
    assert words in runs._details(changed)
    assert runs._trained(plain, [plain, changed, plain]) == "1 of 3 ended early"


def test_the_table_tells_controls_and_augmented_runs_from_usual_ones(known):
    run = library.run(known.run)
    assert runs._trained(run) == "originals"
    changed = run.model_copy(
        update={
            "control": "permuted labels",
            "augmentations": tuple(recipe("shift:most=0.2").plain()),
            "scaling": {"kind": "robust"},
            "leaks": {"leak": 2, "caution": 0},
        }
    )
    assert runs._trained(changed) == "control, 1 aug., scaling robust, leaky split"
    words = "Control: permuted labels, Shift (most 0.2), scaling robust, leaky split"
    assert runs._details(changed) == words


@pytest.mark.parametrize("everywhere", [True, False])
@pytest.mark.parametrize(("narrow", "room"), [(True, 900), (False, 1150)])
def test_the_columns_of_the_table_have_room(everywhere, narrow, room):
    columns = runs.layout.run_columns(everywhere, narrow)
    assert {"name", "trained", "accuracy", "interval"} <= {column["field"] for column in columns}
    assert 50 + sum(column.get("width") or column["minWidth"] for column in columns) <= room
