import numpy as np
import pytest

import core
from core.attention import embedded
from core.attention.embedded import spaces_of
from core.errors import DataError, SettingsError
from core.models.manifest import RunManifest
from core.store import Store
from tests.pages.known_runs import publish_known, publish_three_classes


def test_samples_are_laid_out_in_every_space_the_run_has(store: Store):
    known = publish_known(store)
    assert spaces_of(store.runs.read(known.run, RunManifest)) == ("attention", "series")
    assert spaces_of(store.runs.read(known.baseline, RunManifest)) == ("series",)
    found = core.embed(known.run, "test", colour="confidence")
    assert found.embedding.settings.space == "attention"
    assert found.embedding.samples.tolist() == list(range(10, 20))
    assert found.positions.shape == (10, 2)
    weights = np.asarray(store.runs.array(known.run, "attention_time.npy"), np.float64)
    centred = weights[:6] - weights[:6].mean(axis=0)
    shares = np.linalg.svd(centred, compute_uv=False) ** 2
    np.testing.assert_allclose(found.embedding.layout.variance[:3], (shares / shares.sum())[:3], atol=1e-6)


def test_a_condition_says_which_samples_are_laid_out(store: Store):
    run = publish_known(store).run
    found = core.embed(run, "outcome == FP", space="series")
    assert found.embedding.samples.tolist() == [13, 14]
    assert set(found.to_frame()["outcome"]) == {"FP"}


def test_samples_of_any_part_have_the_same_places(store: Store):
    run = publish_known(store).run
    test, everything = (core.embed(run, part, space="series").positions for part in ("test", "all"))
    np.testing.assert_allclose(test, everything[10:], atol=1e-6)


def test_tsne_is_computed_once_and_read_again(store: Store, monkeypatch):
    run = publish_known(store).run
    one = core.embed(run, "all", method="tsne", most=12)
    assert (len(one.embedding.samples), one.embedding.total) == (12, 20)
    monkeypatch.setattr(embedded.EmbeddingPlan, "compute", lambda *_: pytest.fail("computed again"))
    other = core.embed(run, "all", {"method": "tsne", "most": 12})
    np.testing.assert_array_equal(one.positions, other.positions)
    assert one.embedding.notes == other.embedding.notes
    assert one.provenance.plain() == other.provenance.plain()
    assert any("distances between clusters" in note for note in one.embedding.notes)


def test_a_damaged_answer_is_made_again(store: Store):
    run = publish_known(store).run
    one = core.embed(run, "all", method="tsne")
    for folder in (store.root / "cache" / "embeddings").iterdir():
        (folder / "positions.npy").write_bytes(b"nonsense")
    np.testing.assert_array_equal(core.embed(run, "all", method="tsne").positions, one.positions)


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"space": "hidden"}, DataError, "has no hidden states; spaces of it: attention, series"),
        ({"method": "mds"}, SettingsError, "method"),
        ({"perplexity": 1}, SettingsError, "perplexity"),
        ({"space": "attention", "layer": "nobody"}, SettingsError, "layer must be one of time; got 'nobody'"),
        ({"space": "series", "layer": "nobody"}, SettingsError, "layer must be one of time; got 'nobody'"),
        ({"colour": "clas"}, SettingsError, r"got 'clas' \(did you mean class\?\)"),
    ],
)
def test_what_can_not_be_laid_out_is_told(store: Store, asked, error, words):
    run = publish_known(store).run
    with pytest.raises(error, match=words):
        core.embed(run, "test", **asked)


def test_with_three_classes_outcomes_are_right_and_wrong(store: Store):
    run = publish_three_classes(store).run
    found = core.embed(run, "test", colour="outcome", layer="second")
    assert [(group.name, group.count) for group in found.colouring.groups] == [("right", 6), ("wrong", 3)]
    assert set(found.to_frame()["outcome"]) == {"right", "wrong"}
