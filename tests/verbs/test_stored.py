"""Verbs that read what runs have stored, on runs with known answers."""

import inspect

import numpy as np
import pytest

import core
from core.data import Dataset, make_dataset
from core.errors import DataError, ModelError, NotFoundError
from core.results import Result
from core.store import Store
from tests.verbs.published import publish_run_of_arrays


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return make_dataset(store, "synthetic", {"samples": 60, "timesteps": 12}, name="waves")


@pytest.fixture
def run(store: Store, dataset: Dataset) -> str:
    return publish_run_of_arrays(store, dataset, "attention-lstm")


def test_every_verb_has_one_example_and_says_what_it_takes() -> None:
    for name in core.VERBS:
        verb = getattr(core, name)
        words = inspect.getdoc(verb) or ""
        assert words.count("Example:") == 1, name
        assert words.count(">>> import core") == 1, name
        for argument in inspect.signature(verb).parameters:
            assert f"\n    {argument}: " in words, f"{name}: {argument}"


def test_verbs_are_named_by_the_module_and_nothing_else_is() -> None:
    assert set(core.VERBS) <= set(dir(core))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = core.nonsense


def test_attention_is_measured_over_the_samples_asked_for(dataset: Dataset, run: str) -> None:
    found = core.attend(run, samples="test")
    (layer,) = found.layers
    assert isinstance(found, Result)
    assert layer.statistics.peak.tolist() == [int(index) % 12 for index in found.samples]
    assert len(found.to_frame()) == len(found.samples) == found.provenance.samples == 12
    assert found.provenance.data == dataset.sha256
    assert core.attend("attention-lstm on waves", samples=[3]).layers[0].statistics.peak.tolist() == [3]


def test_a_run_of_equal_arrays_equals_itself_in_a_comparison(
    store: Store, dataset: Dataset, run: str
) -> None:
    twin = publish_run_of_arrays(store, dataset, "lstm")
    found = core.compare([run, twin])
    (test,) = found.tests
    assert (test.accuracy_difference, test.interval, test.mcnemar_p) == (0.0, (0.0, 0.0), 1.0)
    assert isinstance(found, Result)


def test_comparisons_need_two_different_runs_of_the_same_data(store: Store, run: str) -> None:
    for runs in ([], [run], [run, run]):
        with pytest.raises(DataError, match="two or more different runs"):
            core.compare(runs)


def test_runs_and_datasets_are_listed(dataset: Dataset, run: str) -> None:
    assert [entry.id for entry in core.runs().entries] == [run]
    assert [entry.id for entry in core.datasets().entries] == [dataset.id]


def test_attention_needs_a_layer(store: Store, dataset: Dataset) -> None:
    with pytest.raises(ModelError, match="attention layer"):
        core.attend(publish_run_of_arrays(store, dataset, "lstm"))


@pytest.mark.parametrize("verb", [core.attend, core.open_run, lambda id: core.predict(id, "x")])
def test_an_unknown_run_is_not_found(store: Store, verb: object) -> None:
    with pytest.raises(NotFoundError, match="there is no run"):
        verb("nothing")


def test_a_store_may_be_given(tmp_path_factory: pytest.TempPathFactory) -> None:
    from core.store import open_store

    elsewhere = open_store(tmp_path_factory.mktemp("other") / "home")
    made = core.make("synthetic", {"samples": 40}, store=elsewhere)
    assert [entry.id for entry in core.datasets(elsewhere).entries] == [made.id]
    assert np.asarray(made.series).flags.writeable is False
