"""Samples put together by their maps: by a tree of Ward's, with names that hold whoever is shown."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import cophenet, linkage

from core.attention import OrderedRows, attention_clusters, attention_statistics, clusters
from core.attention.centres import centres_of, nearest_centre, ward_tree
from core.attention.run_clusters import ClusterPlan, run_clusters
from core.models.manifest import RunManifest
from core.store import Store
from tests.attention.constructed import drawn_weights
from tests.pages.known_runs import publish_known


def clustered(weights, lengths=None, **options):
    own = np.full(len(weights), weights.shape[1]) if lengths is None else lengths
    rows = OrderedRows.of(weights, np.arange(len(weights)), own)
    return attention_clusters(rows, attention_statistics(weights, own), **options)


def of_kinds(samples, kinds=3, steps=9):
    """Return maps of a few kinds, each with a little of its own, and the kind of each."""
    kind = np.arange(samples) * 7 % kinds
    weights = np.random.default_rng(0).random((samples, steps)).astype(np.float32) * 0.02
    weights[np.arange(samples), kind * (steps // kinds)] += 1
    return weights / weights.sum(axis=1, keepdims=True), kind


def test_the_tree_of_single_points_is_the_one_of_scipy():
    points = np.random.default_rng(1).random((40, 5)).astype(np.float32)
    assert ward_tree(points, np.ones(40, np.int64)) == pytest.approx(linkage(points.astype(float), "ward"))


def test_a_centre_counts_as_many_times_as_it_stands_for_points():
    rng = np.random.default_rng(2)
    points, sizes = rng.random((20, 4)).astype(np.float32), rng.integers(1, 6, 20)
    tree = ward_tree(points, sizes)
    repeated = cophenet(linkage(np.repeat(points, sizes, axis=0).astype(float), "ward"))
    assert tree[:, 2] == pytest.approx(np.unique(repeated.round(9))[-19:], abs=1e-6)
    assert tree[-1, 3] == 20


def test_centres_of_a_few_kinds_are_these_kinds():
    maps, kind = of_kinds(600)
    found = nearest_centre(maps, centres_of(maps, 30))
    assert all(len(set(kind[found == centre].tolist())) == 1 for centre in set(found.tolist()))
    alike = np.repeat(np.eye(4, dtype=np.float32), 50, axis=0)
    assert len(centres_of(alike, 30)) == 4


@pytest.mark.parametrize("samples", [0, 1, 2, 3, 400, 401])
def test_every_sample_has_one_place_however_few_there_are(samples):
    found = clustered(*drawn_weights(samples, 7)) if samples else clustered(np.zeros((0, 7), np.float32))
    assert sorted(found.order.places.tolist()) == list(range(samples))
    assert (np.diff(found.order.groups) >= 0).all()
    assert found.whole == (samples <= 400)


def test_neighbours_in_the_order_are_more_alike_than_in_a_tree_that_is_not_turned():
    weights, _ = drawn_weights(120, 12)
    order = clustered(weights).order.places
    from scipy.cluster.hierarchy import leaves_list

    plain = leaves_list(linkage(weights.astype(float), "ward"))
    steps = [np.linalg.norm(np.diff(weights[places], axis=0), axis=1).sum() for places in (order, plain)]
    assert steps[0] < steps[1]


@pytest.mark.parametrize("unequal", [False, True])
def test_centres_keep_kinds_of_very_many_samples_apart(unequal, monkeypatch):
    monkeypatch.setattr(clusters, "LEAVES", 20)
    monkeypatch.setattr(clusters, "FITTED", 200)
    monkeypatch.setattr(clusters, "CELLS_AT_ONCE", 700)
    weights, kind = of_kinds(3000)
    lengths = np.where(np.arange(3000) % 2, 9, 8) if unequal else None
    told = []
    found = clustered(weights, lengths, progress=lambda fraction, words: told.append((fraction, words)))
    assert not found.whole
    assert "centres of 3,000 samples" in found.order.how
    assert (np.diff(kind[found.order.places]) != 0).sum() == 2 or unequal
    assert (told[0], len(told) > 2) == ((0.0, "comparing maps"), True)
    again = clustered(weights, lengths)
    assert (again.order.places == found.order.places).all()


def test_some_of_the_samples_keep_their_order_and_the_names_of_their_clusters():
    weights, _ = of_kinds(90)
    found = clustered(weights)
    rows = np.arange(5, 90, 4)
    some = found.of(rows)
    wanted = [place for place in found.order.places.tolist() if place in set(rows.tolist())]
    assert rows[some.order.places].tolist() == wanted
    assert some.codes.tolist() == found.codes[rows].tolist()
    assert some.order.groups.tolist() == found.codes[wanted].tolist()
    assert some.names == found.names


def test_memory_is_bounded_by_cells_however_long_the_rows_are():
    import tracemalloc

    weights = np.full((1000, 10_000), 1e-4, np.float32)
    statistics = attention_statistics(weights[:, :10], np.full(1000, 10))
    rows = OrderedRows.of(weights, np.arange(1000), np.full(1000, 9_999))
    tracemalloc.start()
    attention_clusters(rows, statistics)
    assert tracemalloc.get_traced_memory()[1] < 60e6
    tracemalloc.stop()


def test_what_takes_long_is_computed_once_and_kept(store: Store, monkeypatch):
    known = publish_known(store)
    manifest = store.runs.read(known.run, RunManifest)
    plan = ClusterPlan(store, manifest, manifest.attention_layers[0], np.asarray(known.dataset.lengths))
    assert plan.direct
    direct = run_clusters(plan)
    assert plan.find() is None
    monkeypatch.setattr("core.attention.run_clusters.DIRECT_CELLS", 10)
    assert not plan.direct
    made = run_clusters(plan)
    monkeypatch.setattr(ClusterPlan, "compute", None)
    kept = run_clusters(plan)
    for found in (made, kept):
        assert found.order.places.tolist() == direct.order.places.tolist()
        assert found.codes.tolist() == direct.codes.tolist()
        assert (found.names, found.order.how, found.whole) == (direct.names, direct.order.how, True)
        assert found.provenance == direct.provenance
    assert plan._folder.joinpath("places.npy").stat().st_size < 1000


def test_a_damaged_answer_is_made_again(store: Store, monkeypatch):
    monkeypatch.setattr("core.attention.run_clusters.DIRECT_CELLS", 10)
    known = publish_known(store)
    manifest = store.runs.read(known.run, RunManifest)
    plan = ClusterPlan(store, manifest, manifest.attention_layers[0], np.asarray(known.dataset.lengths))
    made = run_clusters(plan)
    plan._folder.joinpath("codes.npy").write_bytes(b"")
    assert plan.find() is None
    assert run_clusters(plan).codes.tolist() == made.codes.tolist()
    assert plan.find() is not None
