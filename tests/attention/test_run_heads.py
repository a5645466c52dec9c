"""Maps of runs made by hand: row = query, column = key, in everything that is said of them."""

from pathlib import Path

import numpy as np
import pytest

import core
from core.attention.readings import readings
from core.attention.run_heads import run_heads
from core.attention.run_readings import run_readings
from core.data import open_dataset
from core.errors import ModelError
from core.inference import Intervention, open_run
from core.inference.closing import closed_heads
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.store import Store, open_store
from tests.inference.handmade import Looks, at_lag, publish_handmade, uniform

T = 6


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def asymmetric(store: Store) -> str:
    """Return a run whose first head looks at the step before, its second at step 4, in two layers."""
    maps = np.stack([at_lag(T, -1), np.tile(np.eye(T, dtype=np.float32)[4], (T, 1))])
    layers = {"self_1": Looks("", "", maps), "self_2": Looks("", "", maps[::-1].copy())}
    return publish_handmade(store, {"": T}, layers)[1]


@pytest.fixture(scope="module")
def crossing(store: Store) -> str:
    """Return a run of two modalities: each step of a looks at step 0 of b, that of b at the next of a."""
    first = np.tile(np.eye(T, dtype=np.float32)[0], (T, 1))[None]
    layers = {"a_to_b": Looks("a", "b", first), "b_to_a": Looks("b", "a", at_lag(T, 1)[None])}
    return publish_handmade(store, {"a": T, "b": T}, layers, model="cross-modal")[1]


def test_rows_of_self_attention_are_queries(store: Store, asymmetric: str) -> None:
    found = core.heads(asymmetric, store=store).layer("self_1")
    np.testing.assert_allclose(found.maps[0], at_lag(T, -1), atol=1e-6)
    assert [(pair.query, pair.key) for pair in found.pairs[1]] == [(place, 4) for place in range(5)]
    assert found.received[1].argmax() == 4
    np.testing.assert_allclose(found.received[0], np.array([2, 1, 1, 1, 1, 0]) / T, atol=1e-6)
    diagonal = {kind.name: kind for kind in found.profiles[0].types}["diagonal"]
    assert (diagonal.lag, diagonal.holds) == (-1, True)
    assert "vertical" in found.profiles[1].names
    assert "causal" in found.profiles[0].names
    assert "causal" not in found.profiles[1].names


def test_rows_of_cross_attention_are_queries(store: Store, crossing: str) -> None:
    found = core.heads(crossing, store=store)
    there, back = found.layer("a_to_b"), found.layer("b_to_a")
    assert there.received[0].argmax() == 0
    np.testing.assert_allclose(back.maps[0], at_lag(T, 1), atol=1e-6)
    assert {kind.name: kind for kind in back.profiles[0].types}["diagonal"].lag == 1
    read = core.rollout(crossing, layer="b_to_a", store=store)
    received = {profile.reading.key: profile.values for profile in read.profiles}["received"]
    np.testing.assert_allclose(received, np.array([0, 1, 1, 1, 1, 2]) / T, atol=1e-6)


def test_an_override_is_put_in_with_rows_as_queries(store: Store, crossing: str) -> None:
    run = open_run(store, crossing)
    dataset = open_dataset(store, run.manifest.dataset)
    put = np.zeros((1, 1, T, T), np.float32)
    put[..., 2] = 1.0  # every query of a looks at step 2 of b
    done = {"a_to_b": Intervention(override=put, blend=np.ones((1, 1), np.float32))}
    changed = run.predict_rows(dataset, np.array([5]), done)
    plain = run.predict_rows(dataset, np.array([5]))
    moved = changed.logits["label"][0, 1] - plain.logits["label"][0, 1]
    b = dataset.series[5, :, 1]
    assert moved == pytest.approx(T * float(b[2] - b[0]), abs=1e-4)


def test_one_sample_has_its_own_map_on_its_own_length(store: Store) -> None:
    dataset, run = publish_handmade(
        store, {"": T}, {"self_1": Looks("", "", uniform(T, T)[None])}, shortest=2
    )
    short = int(np.flatnonzero((np.asarray(dataset.lengths) < T) & (np.arange(12) > 1))[0])
    length = int(dataset.lengths[short])
    found = core.heads(run, [short], store=store).layers[0]
    np.testing.assert_allclose(found.maps[0, :length, :length], 1 / length, atol=1e-6)
    assert not found.maps[0, length:].any()
    assert "uniform" in found.profiles[0].names
    everyone = core.heads(run, "all", store=store).layers[0]
    np.testing.assert_allclose(everyone.maps.sum(axis=2), 1.0, atol=1e-5)


def test_readings_weigh_by_what_a_key_adds_and_flow_is_of_one_sample(store: Store, asymmetric: str) -> None:
    run = open_run(store, asymmetric)
    dataset = open_dataset(store, run.manifest.dataset)
    one = run_readings(run, dataset, np.array([3]), run.manifest.attention_layers[0])
    assert [profile.reading.key for profile in one.profiles] == ["received", "rollout", "flow", "norms"]
    for profile in one.profiles:
        assert profile.values.sum() == pytest.approx(1.0, abs=1e-5)
    by_key = {profile.reading.key: profile.values for profile in one.profiles}
    added = by_key["received"] * np.abs(dataset.series[3, :, 0])
    np.testing.assert_allclose(by_key["norms"], added / added.sum(), atol=1e-5)
    several = run_readings(run, dataset, np.array([3, 4]), run.manifest.attention_layers[0], head=1)
    assert [reading.key for reading in several.refused] == ["flow"]
    np.testing.assert_allclose(several.profiles[0].values, np.eye(T)[4], atol=1e-6)
    assert several.to_frame().shape == (T, 5)


def test_norms_of_a_run_published_before_are_said_not_to_be_stored(store: Store) -> None:
    run = publish_handmade(store, {"": T}, {"self_1": Looks("", "", uniform(T, T)[None])}, norms=False)[1]
    refused = {one.key: one.reason for one in core.rollout(run, store=store).refused}
    assert refused["norms"].startswith("not stored in this run")


def of(model: str, kind: str, shape: tuple[int, ...] = (1, 8, 8)) -> RunManifest:
    layer = AttentionLayer(name="x", kind=kind, heads=1, shape=shape)  # type: ignore[arg-type]
    return RunManifest.model_construct(model=model, settings={}, attention_layers=(layer,))


@pytest.mark.parametrize(
    ("manifest", "key", "reason"),
    [
        (of("attention-lstm", "pooled", (1, 8)), "rollout", "a recurrent layer stands before attention"),
        (of("attention-lstm", "pooled", (1, 8)), "map", "a head has one weight a step"),
        (of("cnn-attention", "pooled", (1, 8)), "flow", "convolutions stand before attention"),
        (of("attention-dense", "pooled", (1, 8)), "rollout", "it would be the weights themselves"),
        (of("cross-modal", "cross"), "rollout", "different tokens"),
        (of("transformer", "self", (1, 51, 51)), "flow", "at most 50 tokens; the model has 51"),
        (of("of others", "self"), "rollout", "not known what stands between"),
        (
            RunManifest.model_construct(model="lstm", settings={}, attention_layers=()),
            "received",
            "has no attention",
        ),
    ],
)
def test_a_reading_that_is_not_valid_says_why(manifest: RunManifest, key: str, reason: str) -> None:
    found = {one.key: one for one in readings(manifest)}[key]
    assert not found.valid
    assert reason in found.reason


def test_closing_a_head_that_adds_nothing_changes_nothing(store: Store) -> None:
    maps = np.stack([at_lag(T, -1), uniform(T, T)])
    dataset, id = publish_handmade(store, {"": T}, {"self_1": Looks("", "", maps)})
    run = open_run(store, id)
    silent = dataset.series * 0
    assert silent.any() is np.False_
    found, asked = closed_heads(run, dataset, np.arange(2, 12))
    assert [(one.layer, one.head) for one in found] == [("self_1", None), ("self_1", 0), ("self_1", 1)]
    assert len(asked) == 10
    whole = found[0]
    logits = run.predict_rows(dataset, asked).logits["label"]
    said = np.exp(logits).max(axis=1) / np.exp(logits).sum(axis=1)
    assert whole.change == pytest.approx(float(np.abs(0.5 - said).mean()), abs=1e-5)


def test_a_run_without_attention_is_refused(store: Store, tmp_path: Path) -> None:
    run = open_run(store, publish_handmade(store, {"": T}, {"s": Looks("", "", uniform(T, T)[None])})[1])
    none = type(run)(run.manifest.model_copy(update={"attention_layers": ()}), run.model, run.scaler)
    with pytest.raises(ModelError, match="no attention to look at"):
        run_heads(none, open_dataset(store, run.manifest.dataset), np.arange(3))
    with pytest.raises(ModelError, match="no head to close"):
        closed_heads(none, open_dataset(store, run.manifest.dataset), np.arange(3))
