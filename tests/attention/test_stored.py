"""Statistics kept with a run: those of its publishing, or measured once where an older run has none."""

import numpy as np
import pytest

from core.arrays import length_mask
from core.attention import attention_statistics
from core.attention import stored as stored_module
from core.attention.stored import (
    COLUMNS,
    as_table,
    checked_at_publishing,
    statistics_file,
    stored_statistics,
)
from core.data import Dataset, publish_dataset
from core.errors import ModelError
from core.models.manifest import RunManifest
from tests.attention.constructed import drawn_weights
from tests.pages.known_runs import publish_known


def published(store, weights, lengths, statistics=None):
    """Publish a run of these weights, with a file of statistics where given; return its manifest."""
    known = publish_known(store)
    samples, steps = weights.shape
    data = Dataset(
        series=np.zeros((samples, steps, 1), np.float32),
        lengths=lengths,
        targets={"label": np.arange(samples) % 2},
        classes={"label": ("a", "b")},
        channels=("x",),
        sample_ids=np.arange(samples).astype(str),
        step_labels=tuple(map(str, range(steps))),
        parts=np.full(samples, 2, np.int8),
        name="drawn",
    )
    data = publish_dataset(store, data)
    base = store.runs.read(known.run, RunManifest).model_dump(exclude={"id", "files", "created"})
    manifest = RunManifest(**{**base, "dataset": data.id, "dataset_sha256": data.sha256, "steps": steps})
    with store.runs.publish(manifest) as staging:
        staging.save_array("attention_time.npy", weights)
        if statistics is not None:
            staging.save_array(statistics_file("time"), statistics)
    return store.runs.read(manifest.id, RunManifest)


@pytest.mark.parametrize("kept", [True, False])
def test_stored_and_measured_statistics_are_the_same(store, kept):
    weights, lengths = drawn_weights(shortest=2)
    direct = attention_statistics(weights, lengths)
    manifest = published(store, weights, lengths, as_table(direct) if kept else None)
    layer = manifest.attention_layers[0]
    assert checked_at_publishing(manifest, layer) is kept
    found = stored_statistics(store, manifest, layer)
    for name in COLUMNS:
        assert getattr(found, name) == pytest.approx(getattr(direct, name), rel=1e-6), name
    assert found.overall() == pytest.approx(direct.overall(), rel=1e-5)
    assert stored_statistics(store, manifest, layer) is found


def test_a_stored_file_is_read_and_not_measured_again(store, monkeypatch):
    weights, lengths = drawn_weights()
    manifest = published(store, weights, lengths, as_table(attention_statistics(weights, lengths)))
    monkeypatch.delattr(stored_module, "attention_statistics")
    assert len(stored_statistics(store, manifest, manifest.attention_layers[0]).mean) == 30


def test_a_weight_that_is_no_number_is_told_with_run_and_layer(store):
    weights, lengths = drawn_weights()
    weights[4, 2] = np.nan
    manifest = published(store, weights, lengths)
    with pytest.raises(ModelError, match=f"sample 4 has nan at step 2.*run {manifest.id}, layer time"):
        stored_statistics(store, manifest, manifest.attention_layers[0])


def test_thirds_are_shares_of_the_weight_and_sum_to_one():
    weights, lengths = drawn_weights(shortest=1)
    made = attention_statistics(weights, lengths)
    assert made.early + made.middle + made.late == pytest.approx(np.ones(30))
    even = length_mask(lengths, 20) / lengths[:, None]
    made = attention_statistics(even, lengths)
    assert made.early == pytest.approx(np.full(30, 1 / 3))


def test_rows_are_those_asked_for_in_their_order():
    weights, lengths = drawn_weights(shortest=2)
    whole = attention_statistics(weights, lengths)
    some = whole.rows(np.array([7, 3, 3]))
    assert some.peak.tolist() == whole.peak[[7, 3, 3]].tolist()
    assert some.provenance.samples == 3
    assert not len(some.profile)
    assert whole.rows(np.arange(30)) is whole
