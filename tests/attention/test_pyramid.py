"""Any zoom of the order: the same numbers from the pyramid as from the weights themselves."""

import itertools

import numpy as np
import pytest

from core.attention import OrderedRows, attention_clusters, attention_statistics, pyramid, sample_order
from core.attention.ordering import METADATA
from core.attention.pyramid import pyramid_of, row_edges
from core.attention.rows import share_of_length
from core.errors import SettingsError
from tests.attention.constructed import drawn_labels, drawn_weights

SAMPLES, STEPS = 3000, 12


@pytest.fixture(params=["equal", "unequal", "shares"])
def small(request, monkeypatch):
    """Return rows in an order with groups, their plain weights with NaN for none, and a pyramid."""
    for name, value in {"FINEST": 16, "READ_CELLS": 2400, "CHUNK_CELLS": 4000, "LEAST_BLOCKS": 20}.items():
        monkeypatch.setattr(pyramid, name, value)
    shortest = None if request.param == "equal" else 3
    weights, lengths = drawn_weights(SAMPLES, STEPS, shortest=shortest)
    places = np.random.default_rng(1).permutation(SAMPLES)
    rows = OrderedRows.of(weights, places, lengths[places], shares=request.param == "shares")
    plain = np.where(np.arange(STEPS)[None, :] < lengths[:, None], weights, np.nan)[places]
    if rows.shares:
        plain = share_of_length(weights, lengths)[places]
    made = pyramid_of(rows, np.array([0, 5, 1100, SAMPLES]), float(np.nanmax(plain)))
    return made, plain


@pytest.mark.parametrize("places", [(0, SAMPLES), (0, 3), (700, 2500), (1090, 1110), (2999, 3000)])
def test_a_zoom_agrees_with_the_weights_it_is_made_of(small, places):
    made, plain = small
    cells = made.cells(places, (2, 11), (40, 5))
    assert cells.edges[0] <= places[0]
    assert cells.edges[-1] >= places[1]
    assert len(cells.edges) - 1 <= 41
    ends = np.append(cells.columns, 11)
    for row, (first, last) in enumerate(zip(cells.edges[:-1], cells.edges[1:], strict=True)):
        for column, (left, right) in enumerate(itertools.pairwise(ends)):
            block = plain[first:last, left:right]
            if np.isnan(block).all():
                assert np.isnan(cells.mean[row, column])
                continue
            assert cells.mean[row, column] == pytest.approx(np.nanmean(block), rel=2e-3, abs=1e-5)
            assert cells.largest[row, column] == pytest.approx(np.nanmax(block), rel=1e-3, abs=1e-5)


def test_a_zoom_reads_no_more_however_many_samples_there_are(small):
    made, _ = small
    assert len(made.levels) >= 2
    most = max(np.diff(level.starts).max() for level in made.levels)
    assert made.levels[-1].mean.shape[0] <= pyramid.LEAST_BLOCKS * pyramid.COARSER + 3
    assert most <= pyramid.FINEST * pyramid.COARSER ** (len(made.levels) - 1)


def test_groups_share_no_row_and_no_sample_is_lost(small):
    made, _ = small
    edges = made.cells((0, SAMPLES), (0, 5), (30, 5)).edges
    assert {0, 5, 1100, SAMPLES} <= set(edges.tolist())
    assert (np.diff(edges) > 0).all()


def test_more_groups_than_rows_are_drawn_together():
    edges = row_edges(np.arange(101), (0, 100), 7)
    assert len(edges) == 8
    assert edges[-1] == 100


def test_shares_of_a_length_keep_the_weight_and_its_place():
    weights, lengths = drawn_weights(40, 17, shortest=1)
    shares = share_of_length(weights, lengths, 10)
    assert shares.sum(axis=1) == pytest.approx(np.ones(40), abs=1e-6)
    three = share_of_length(np.array([[0.6, 0.3, 0.1, 9.0]]), np.array([3]), 2)
    assert three == pytest.approx(np.array([[0.75, 0.25]]))
    same = share_of_length(weights[:, :4] / 1, np.full(40, 4), 4)
    assert same == pytest.approx(weights[:, :4])


@pytest.mark.parametrize("columns", [3, 4, 10, 100])
def test_samples_of_one_length_are_shared_out_like_each_by_itself(columns):
    weights, _ = drawn_weights(300, 12)
    lengths = np.resize([1, 4, 8, 12, 7], 300)
    lengths[:3] = (2, 3, 5)  # nobody has the length of these
    weights[np.arange(12) >= lengths[:, None]] = np.nan
    rows = np.random.default_rng(3).permutation(300)
    found = share_of_length(weights, lengths[rows], columns, rows)
    alone = [share_of_length(weights[row : row + 1], lengths[row : row + 1], columns)[0] for row in rows]
    assert found == pytest.approx(np.stack(alone), abs=1e-6)
    assert share_of_length(weights[:0], lengths[:0], columns).shape == (0, columns)


@pytest.mark.parametrize("samples", [1, 60, 1500])
def test_samples_that_look_alike_are_put_together(samples):
    kinds = np.arange(samples) % 3
    weights = np.full((samples, 9), 0.01, np.float32)
    weights[np.arange(samples), kinds * 4] = 0.92
    lengths = np.full(samples, 9)
    rows = OrderedRows.of(weights, np.arange(samples), lengths)
    found = attention_clusters(rows, attention_statistics(weights, lengths))
    assert sorted(found.order.places.tolist()) == list(range(samples))
    looks = kinds[found.order.places]
    assert (np.diff(looks) != 0).sum() == min(samples, 3) - 1
    assert (np.diff(found.order.groups) >= 0).all()
    assert all(len(set(kinds[found.codes == code])) == 1 for code in set(found.codes.tolist()))
    assert found.to_frame()["place"].tolist() == np.argsort(found.order.places).tolist()


def test_metadata_orders_samples_and_names_its_groups():
    labels = drawn_labels(4)
    columns = {"site": np.array(["b", "a", "b", "a"]), "age": np.array([3.0, np.nan, 1.0, 2.0])}
    order = sample_order(labels, f"{METADATA}site", metadata=columns)
    assert (order.places.tolist(), order.names, order.bounds.tolist()) == (
        [1, 3, 0, 2],
        ("a", "b"),
        [0, 2, 4],
    )
    assert sample_order(labels, f"{METADATA}age", metadata=columns).places.tolist() == [2, 3, 0, 1]
    with pytest.raises(SettingsError, match="metadata has the columns site, age; got 'size'"):
        sample_order(labels, f"{METADATA}size", metadata=columns)
