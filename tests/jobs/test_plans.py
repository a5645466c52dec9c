"""Plans of experiments: what they come to, and what is refused before anything is submitted."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from core.data import Dataset, SplitSettings, make_dataset, make_split
from core.data.published import publish_dataset
from core.errors import DataError, HeedError, NotFoundError, SettingsError
from core.jobs.material import Recipe, make_material
from core.jobs.planning import checked, shortfall
from core.jobs.plans import MOST_MEMBERS, ExperimentPlan
from core.jobs.references import fit_reference
from core.jobs.sweeps import Sweep
from core.models.family import MODELS, ReferenceClassifier
from core.registry import validated
from core.store import Store

LSTM = {"model": "lstm"}
ATTENTION = {"model": "attention-lstm"}


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return make_dataset(store, "synthetic", {"samples": 40, "timesteps": 12}, name="waves")


def plan(dataset: str = "0" * 12, **fields: Any) -> ExperimentPlan:
    return validated(ExperimentPlan, {"dataset": dataset, "arms": [LSTM], **fields})


def test_trainings_come_seed_by_seed_so_that_every_arm_has_a_result_early(
    store: Store, dataset: Dataset
) -> None:
    wanted = plan(
        dataset.id,
        arms=[LSTM, ATTENTION],
        seeds=[3, 1],
        split={"folds": 2, "kind": "stratified"},
        all_folds=True,
    )
    members = checked(store, wanted).members("experiment-1")
    assert [(member.seed, member.fold, member.arm) for member in members] == [
        (3, 0, 0), (3, 0, 1), (3, 1, 0), (3, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1),
    ]  # fmt: skip
    assert len({member.id for member in members}) == 8
    assert members == checked(store, wanted).members("experiment-1")
    assert not {member.id for member in members} & {
        member.id for member in checked(store, wanted).members("experiment-2")
    }


def test_an_arm_has_all_its_settings_and_the_sweep_says_what_differs(store: Store, dataset: Dataset) -> None:
    axes = {"model.units": "8,16", "learning_rate": "0.01, 0.02"}
    arms = checked(store, plan(dataset.id, sweep={"axes": axes})).arms
    assert [arm.label for arm in arms] == [
        "lstm, units 8, learning rate 0.01",
        "lstm, units 8, learning rate 0.02",
        "lstm, units 16, learning rate 0.01",
        "lstm, units 16, learning rate 0.02",
    ]
    assert arms[0].settings["units"] == 8
    assert arms[3].training["learning_rate"] == 0.02
    assert arms[3].training["epochs"] == checked(store, plan(dataset.id)).arms[0].training["epochs"]


def test_a_setting_that_one_model_lacks_leaves_its_arm_alone(store: Store, dataset: Dataset) -> None:
    wanted = plan(dataset.id, arms=[LSTM, ATTENTION], sweep={"axes": {"attention_size": "4,8"}})
    labels = [arm.label for arm in checked(store, wanted).arms]
    assert labels == ["lstm", "attention-lstm, attention size 4", "attention-lstm, attention size 8"]


def test_draws_lie_in_their_range_differ_and_follow_from_their_seed(store: Store, dataset: Dataset) -> None:
    sweep = {"axes": {"units": "4..64", "learning_rate": "log:1e-4..1e-2"}, "search": "random", "trials": 12}
    arms = checked(store, plan(dataset.id, sweep=sweep)).arms
    assert len(arms) == 12
    assert all(4 <= arm.settings["units"] <= 64 for arm in arms)
    assert all(1e-4 <= arm.training["learning_rate"] <= 1e-2 for arm in arms)
    # On a logarithmic scale half of them lie below the geometric middle, of even draws a tenth would.
    assert 3 <= sum(arm.training["learning_rate"] < 1e-3 for arm in arms) <= 9
    assert arms == checked(store, plan(dataset.id, sweep=sweep)).arms
    assert arms != checked(store, plan(dataset.id, sweep={**sweep, "seed": 1})).arms


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("2.5..6.4", True),
        ("log:2.5..6.4", True),
        ("0.1001..0.1004", False),
        ("log:0.0123401..0.0123409", False),
        ("-0.30049..-0.3001", False),
    ],
)
def test_draws_of_a_narrow_range_lie_in_it_and_differ(text: str, whole: bool) -> None:
    found = Sweep(axes={"a": text}, search="random", trials=4).combinations(frozenset({"a"} if whole else ()))
    low, high = (float(end) for end in text.removeprefix("log:").split(".."))
    drawn = [one["a"] for one in found]
    assert len(set(drawn)) == 4
    assert all(low <= value <= high for value in drawn)
    assert not whole or set(drawn) == {3, 4, 5, 6}


@pytest.mark.parametrize(
    ("axes", "trials", "count"),
    [
        ({"a": "1..199"}, 199, 199),
        ({"a": "1,2,3"}, 10, 3),
        ({"a": "1,2", "b": "log:1..1000"}, 200, 200),
        ({"a": "1,2", "b": "3..7"}, 11, 10),
    ],
)
def test_as_many_different_draws_are_made_as_were_asked_for_or_as_there_are(
    axes: dict[str, str], trials: int, count: int
) -> None:
    sweep = Sweep(axes=axes, search="random", trials=trials)
    found = sweep.combinations(frozenset(axes))
    assert len({tuple(one.values()) for one in found}) == len(found) == count
    assert found == sweep.combinations(frozenset(axes))


def test_a_sweep_says_that_there_are_fewer_combinations_than_were_asked_for(
    store: Store, dataset: Dataset
) -> None:
    wanted = plan(dataset.id, sweep={"axes": {"units": "4..6"}, "search": "random", "trials": 5})
    assert len(checked(store, wanted).arms) == 3
    assert shortfall(wanted) == "3 different combinations were drawn of 5 asked for: there are no more"
    enough = plan(dataset.id, sweep={"axes": {"units": "4..9"}, "search": "random", "trials": 5})
    assert shortfall(enough) == shortfall(plan(dataset.id)) == ""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0..0.4:3", [0.0, 0.2, 0.4]),
        ("log:1e-4..1e-2:3", [1e-4, 1e-3, 1e-2]),
        ("0.5", [0.5]),
    ],
)
def test_a_range_is_spread_over_a_grid(
    store: Store, dataset: Dataset, text: str, values: list[float]
) -> None:
    arms = checked(store, plan(dataset.id, sweep={"axes": {"training.noise": text}})).arms
    assert [arm.training["noise"] for arm in arms] == values


def test_arms_of_one_model_are_told_apart_by_whatever_differs(store: Store, dataset: Dataset) -> None:
    arms = [
        LSTM,
        {**LSTM, "augmentations": [{"name": "gaussian-noise"}]},
        {**LSTM, "scaling": {"kind": "robust"}},
        {**LSTM, "control": True},
        {**LSTM, "label": "mine", "training": {"epochs": 1}},
    ]
    labels = [arm.label for arm in checked(store, plan(dataset.id, arms=arms)).arms]
    assert len(set(labels)) == 5
    assert "gaussian-noise" in labels[1]
    assert "scaling robust" in labels[2]
    assert "permuted labels" in labels[3]
    assert labels[4] == "mine"


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"seeds": []}, "at least one number"),
        ({"seeds": [1, 1]}, "seeds must be different"),
        ({"seeds": [-1]}, "0 to"),
        ({"arms": []}, "arms must be"),
        ({"all_folds": True}, "a split that has folds"),
        ({"control": True}, "there is no setting control"),
        ({"targets": []}, "at least 1 item"),
        ({"targets": ["label", "other", "label"]}, "targets must be different; 'label' came twice"),
        ({"sweep": {"axes": {}}}, "axes must be"),
        ({"arms": [{"model": "nonsense"}]}, "model must be one of"),
        ({"arms": [{"model": "lstm", "settings": {"units": -1}}]}, "units must be"),
        ({"arms": [{"model": "lstm", "training": {"epoch": 1}}]}, "there is no setting epoch"),
        ({"arms": [LSTM, LSTM]}, "two of them are the same"),
        ({"arms": [{"model": "lstm", "scaling": {"channels": {"nonsense": "none"}}}]}, "no channel"),
        ({"sweep": {"axes": {"nonsense": "1,2"}}}, "neither lstm nor the training has 'nonsense'"),
        ({"sweep": {"axes": {"units": "8,8"}}}, "different values"),
        ({"sweep": {"axes": {"units": "64..8"}}}, "from low to high"),
        ({"sweep": {"axes": {"units": "4.2..4.8"}, "search": "random"}}, "no whole number lies in"),
        ({"sweep": {"axes": {"units": "log:0..8"}}}, "from above 0"),
        ({"sweep": {"axes": {"units": "8..64"}}}, "a grid needs values or a number of points"),
        ({"sweep": {"axes": {"units": "8..100:50", "noise": "0..1:50"}}}, "this grid has 2500"),
        ({"sweep": {"axes": {"units": "0,8"}}}, "units must be"),
        ({"seeds": range(MOST_MEMBERS + 1)}, "1 arms x 201 seeds x 1 folds make 201"),
    ],
)
def test_what_can_not_be_trained_is_refused_with_the_rule(
    store: Store, dataset: Dataset, fields: dict[str, Any], rule: str
) -> None:
    with pytest.raises(SettingsError, match=rule):
        checked(store, plan(dataset.id, **fields))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"targets": ["nonsense"]}, DataError),
        ({"dataset": "nosuchdataset"}, NotFoundError),
        ({"split": {"kind": "entity"}}, DataError),
        ({"dataset": None, "source": {"name": "nonsense"}}, SettingsError),
    ],
)
def test_what_the_data_do_not_have_is_refused(
    store: Store, dataset: Dataset, fields: dict[str, Any], error: type[HeedError]
) -> None:
    with pytest.raises(error):
        checked(store, validated(ExperimentPlan, {"dataset": dataset.id, "arms": [LSTM], **fields}))


def test_a_plan_names_what_it_is_of() -> None:
    with pytest.raises(SettingsError, match="either a dataset or a source"):
        validated(ExperimentPlan, {"arms": [LSTM]})
    with pytest.raises(ValidationError):
        ExperimentPlan.model_validate({"dataset": "0" * 12, "arms": [LSTM], "nonsense": 1})


@pytest.mark.parametrize(
    ("arm", "targets", "words"),
    [
        ({"model": "cross-modal"}, ("label",), "needs at least two groups of channels"),
        ({"model": "ridge"}, ("label", "other"), "ridge learns one target"),
        (
            {"model": "minirocket", "augmentations": ({"name": "gaussian-noise", "settings": {}},)},
            ("label",),
            "leave augmentations out",
        ),
    ],
)
def test_what_a_training_would_end_with_at_once_is_refused_when_it_is_ordered(
    store: Store, dataset: Dataset, arm: dict[str, Any], targets: tuple[str, ...], words: str
) -> None:
    codes, names = dataset.targets["label"], dataset.classes["label"]
    twice = replace(
        dataset,
        targets={"label": codes, "other": codes},
        classes={"label": names, "other": names},
        id="",
        sha256="",
    )
    published = publish_dataset(store, twice)
    with pytest.raises(SettingsError, match=words):
        checked(store, plan(published.id, arms=[arm], targets=targets))


@pytest.mark.parametrize("arm", [{"model": "ridge"}, {"model": "minirocket", "settings": {"most": 50_000}}])
def test_a_reference_that_would_need_more_memory_than_there_may_be_is_refused_when_it_is_ordered(
    store: Store, dataset: Dataset, arm: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(store, plan(dataset.id, arms=[arm]))
    monkeypatch.setattr("core.jobs.references.MOST_BYTES", 5000)
    name = arm["model"]
    with pytest.raises(
        SettingsError, match=rf"^{name} may take 0.0 GB of memory; .* would take .*setting most"
    ):
        checked(store, plan(dataset.id, arms=[arm]))


@pytest.mark.parametrize("name", ["ridge", "minirocket"])
def test_a_reference_is_called_by_the_name_under_which_it_was_chosen(
    store: Store, dataset: Dataset, name: str
) -> None:
    made = MODELS.create(name)
    assert isinstance(made, ReferenceClassifier)
    split = make_split(dataset, SplitSettings(), "label")
    noise = [{"name": "gaussian-noise", "settings": {}}]
    material = make_material(dataset, split, Recipe(("label",), augmentations=noise))
    with pytest.raises(SettingsError, match=f"^{name} learns from the samples as they are"):
        fit_reference(made, store, material, 0)
