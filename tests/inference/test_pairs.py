"""Both directions of cross attention, asked of a model: queries and keys in their places."""

import numpy as np
import pytest

from core.data import Dataset, open_dataset
from core.errors import LimitError, ModelError, NotFoundError
from core.inference import Intervention, OpenRun, open_run
from core.inference.pairs import pair_maps, pair_named, pairs_of
from core.models.family import port_name
from core.store import Store, open_store
from core.verbs import modalities as verbs
from core.verbs.deriving import derive_spectrogram
from core.verbs.modalities import modalities, read_modalities, report_modalities, weights
from tests.inference.two_modal import publish_two_modal, two_modal

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("pairs") / "home")


@pytest.fixture(scope="module")
def alike(place: Store) -> str:
    return publish_two_modal(place, two_modal(place))


@pytest.fixture(scope="module")
def unlike(place: Store) -> str:
    """Return a run of all channels and their spectrogram, which has fewer steps."""
    series = two_modal(place, samples=24)
    derived = derive_spectrogram(series, {"window": 6, "overlap": 0.5}, store=place)
    return publish_two_modal(place, derived, chosen=("series", *derived.modalities))


def opened(place: Store, run: str) -> tuple[OpenRun, Dataset]:
    found = open_run(place, run)
    return found, open_dataset(place, found.manifest.dataset)


@pytest.mark.parametrize("kind", ["alike", "unlike"])
def test_hand_made_weights_come_back_with_queries_as_rows(
    kind: str, place: Store, request: pytest.FixtureRequest
) -> None:
    run, dataset = opened(place, request.getfixturevalue(kind))
    (pair,) = pairs_of(run.manifest)
    made, done = {}, {}
    for layer in (pair.ab, pair.ba):
        _, queries, keys = layer.shape
        looked = (2 * np.arange(queries) + 1) % keys  # not symmetric in queries and keys
        made[layer.name] = np.eye(keys, dtype=np.float32)[looked]
        done[port_name(layer.name)] = Intervention(override=made[layer.name][None, None])
    (maps,) = pair_maps(run, dataset, pair, np.array([0, 1]), interventions=done)
    assert maps.ab.shape[2:] == (maps.of_a.max(), maps.of_b.max()) == pair.ab.shape[1:]
    assert np.allclose(maps.ab[1, 0], made[pair.ab.name], atol=1e-6)
    assert np.allclose(maps.ba[1, 1], made[pair.ba.name], atol=1e-6)


def test_a_stranger_changes_its_own_modality_alone(place: Store, alike: str) -> None:
    run, dataset = opened(place, alike)
    (pair,) = pairs_of(run.manifest)
    rows = np.array([0, 1, 2])
    (own,) = pair_maps(run, dataset, pair, rows)
    (same,) = pair_maps(run, dataset, pair, rows, rows)
    (strange,) = pair_maps(run, dataset, pair, rows, np.array([5, 6, 7]))
    assert np.array_equal(own.ab, same.ab)
    assert not np.allclose(own.ab, strange.ab)
    assert not np.allclose(own.ba, strange.ba)


@pytest.mark.parametrize("kind", ["alike", "unlike"])
def test_a_run_is_measured_and_told(kind: str, place: Store, request: pytest.FixtureRequest) -> None:
    run = request.getfixturevalue(kind)
    found = modalities(run, "all", store=place)
    heads = found.pair.ab.heads
    assert len(found.heads) == 1 + heads
    assert all(-1 <= head.alignment <= 1 for head in found.heads)
    assert np.isfinite(found.overall.strangers_p)
    assert found.lags.unit == ("step" if kind == "alike" else "% of the length")
    assert len(found.spread_rows()) == 2 * (1 + heads)
    mean = np.mean([group.count for group in found.groups.of("class")])
    assert mean * 2 == len(found.samples) == found.total
    assert sum(maps.count for maps in found.by_prediction) == found.total
    text = report_modalities(run, "all", store=place)
    for name in (found.pair.a, found.pair.b, "Correct against incorrect", "head 1", "mismatched"):
        assert name in text.replace("another sample's", "mismatched")


def test_statistics_are_those_of_the_raw_weights(place: Store, alike: str) -> None:
    found = modalities(alike, "all", store=place)
    raw = weights(alike, "all", "driver_to_follower", store=place)
    (row,) = [row for row in found.spread_rows() if row["layer"] == "driver_to_follower" and row["head"] == 1]
    assert row["max"] == pytest.approx(raw[:, 1].max())
    assert row["std"] == pytest.approx(raw[:, 1].std(axis=(1, 2)).mean(), rel=1e-5)
    entropy = -(raw[:, 1] * np.log(raw[:, 1])).sum(axis=2).mean() / np.log(raw.shape[3])
    assert row["entropy"] == pytest.approx(entropy, rel=1e-5)
    assert row["sparsity"] == pytest.approx((raw[:, 1] < 0.1).mean(), rel=1e-5)


def test_a_sample_is_read_by_the_checklist_of_its_prediction(place: Store, alike: str) -> None:
    found = modalities(alike, "all", store=place)
    by_name = {group.name: group.samples for group in found.groups.of("prediction")}
    for name, rows in by_name.items():
        read = read_modalities(alike, int(found.samples[rows[0]]), "all", store=place)
        assert read.guide.correct is (name == "correct")
        assert len(read.guide.checks) == 5
        assert f"Checklist for {name} predictions" in read.text
        assert read.sample.alignment() == pytest.approx(found.measures.values("pearson")[rows[0]], abs=1e-6)


def test_one_sample_is_held_against_no_mismatched_pairs(place: Store, alike: str) -> None:
    found = modalities(alike, [3], store=place)
    assert (len(found.samples), found.overall.falls) == (1, None)
    assert "Too few samples" in found.overall.sentence


def test_raw_weights_are_given_for_samples_and_layers(place: Store, alike: str) -> None:
    raw = weights(alike, [4, 2], "follower_to_driver", store=place)
    assert raw.shape == (2, 2, 12, 12)
    assert np.allclose(raw.sum(axis=3), 1, atol=1e-5)
    with pytest.raises(NotFoundError, match=rf"layers of run {alike} are driver_to_follower.*got 'time'"):
        weights(alike, layer="time", store=place)


def test_weights_that_are_missing_not_finite_or_too_many_are_named(
    place: Store, alike: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "MOST_WEIGHTS", 2 * 12 * 12 * 3)
    with pytest.raises(LimitError, match="at most 3 samples of driver_to_follower"):
        weights(alike, "all", store=place)
    run, _ = opened(place, alike)

    def broken(*_: object) -> None:
        raise ModelError(
            "a model must give finite values; attention_driver_to_follower holds NaN or infinity"
        )

    monkeypatch.setattr(type(run), "predict_rows", broken)
    with pytest.raises(ModelError, match=f"layer driver_to_follower of run {alike} .* NaN"):
        weights(alike, [0], store=place)


def test_a_pair_is_named_by_either_layer(place: Store, alike: str) -> None:
    manifest = open_run(place, alike).manifest
    assert pair_named(manifest, "follower_to_driver") == pair_named(manifest)
    with pytest.raises(NotFoundError, match="driver_to_follower, follower_to_driver; got 'time'"):
        pair_named(manifest, "time")
    with pytest.raises(ModelError, match="needs two modalities that look at each other"):
        pair_named(manifest.model_copy(update={"attention_layers": ()}))
