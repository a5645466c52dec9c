"""What a model says of a changed sample: laws that hold whatever it has learnt."""

import numpy as np
import pytest

import core
from core.arrays import length_mask
from core.data import Dataset
from core.data.dataset import Modality
from core.data.recomputed import recomputed_modality
from core.data.spectrogram import SpectrogramSettings, floors_of, plan_origin, plan_spectrogram, spectrograms
from core.errors import HeedError
from core.inference import open_run
from core.inference.edits import parse_edits
from core.inference.neighbours import training_samples
from core.inference.remarks import remarks
from core.inference.what_if import WhatIf
from core.store import Store, open_store
from tests.inference.changeable import changeable, publish_changeable

pytestmark = pytest.mark.slow
SAMPLE = 5


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("changed") / "home")


@pytest.fixture(scope="module")
def dataset(house: Store) -> Dataset:
    return changeable(house)


@pytest.fixture(scope="module")
def runs(house: Store, dataset: Dataset) -> dict[str, str]:
    """Return a model whose attention pools and one with two layers of maps, a class token and patches."""
    mapped = {"width": 8, "feed_forward": 8, "heads": 2, "layers": 2, "patch": 2, "pooling": "class token"}
    return {
        "pooled": publish_changeable(house, dataset, "attention-lstm"),
        "mapped": publish_changeable(house, dataset, "transformer", **mapped),
        "none": publish_changeable(house, dataset, "lstm"),
    }


@pytest.fixture
def ask(house: Store, runs: dict[str, str]):
    def asked(model: str, edits: str, sample: int = SAMPLE) -> WhatIf:
        return core.what_if(runs[model], sample, edits, house)

    return asked


@pytest.mark.parametrize("model", ["pooled", "mapped", "none"])
def test_without_edits_nothing_changes_and_the_stored_answer_is_given(model, ask, house, runs):
    found = ask(model, "")
    assert found.difference == pytest.approx(0, abs=1e-6)
    stored = house.runs.array(runs[model], "probabilities_label.npy")[SAMPLE]
    assert found.before == pytest.approx(stored, abs=1e-5)
    assert found.distance.before == pytest.approx(found.distance.after)
    for layer in found.layers:
        assert layer.after == pytest.approx(layer.before, abs=1e-6)
    assert not found.turned


@pytest.mark.parametrize("model", ["pooled", "mapped", "none"])
def test_a_donor_of_all_steps_makes_the_sample_that_donor(model, ask, dataset):
    lengths = np.asarray(dataset.lengths)
    donor = int(np.flatnonzero((lengths == lengths[SAMPLE]) & (np.arange(len(lengths)) != SAMPLE))[0])
    found, other = ask(model, f"donor={donor}"), ask(model, "", donor)
    assert found.after == pytest.approx(other.before, abs=1e-6)
    for mine, theirs in zip(found.layers, other.layers, strict=True):
        assert mine.after == pytest.approx(theirs.before, abs=1e-6)
        assert mine.difference == pytest.approx((mine.after - mine.before).mean(axis=0), abs=1e-6)


def test_every_step_gets_the_same_weight_when_attention_is_uniform(ask):
    for model in ("pooled", "mapped"):
        (first, *rest) = ask(model, "uniform").layers
        length = first.after.shape[1]
        if model == "pooled":
            assert first.after == pytest.approx(1 / length, abs=1e-6)
        assert first.edited
        assert not any(layer.edited for layer in rest)


def test_steps_without_weight_leave_the_rest_in_proportion(ask):
    (layer,) = ask("pooled", "zero@1-3").layers
    assert layer.after[:, 1:3] == pytest.approx(0)
    kept = np.r_[0, 3 : layer.after.shape[1]]
    wanted = layer.before[:, kept] / layer.before[:, kept].sum()
    assert layer.after[:, kept] == pytest.approx(wanted, abs=1e-6)


def test_a_token_goes_as_a_whole_and_this_is_said(ask):
    found = ask("mapped", "zero@1-2/self_2")
    assert found.layers[1].after[:, :2] == pytest.approx(0)
    assert found.layers[1].after.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert found.layers[0].after == pytest.approx(found.layers[0].before, abs=1e-6)
    assert "a token stands for 2 steps: steps 0 to 1 go together" in found.notes
    assert any(note.startswith("intervention: in self_2") for note in found.notes)


def test_all_weight_may_lie_on_one_step(ask):
    (layer,) = ask("pooled", "step=2").layers
    assert layer.after[:, 2] == pytest.approx(1)


def test_a_switched_off_head_keeps_its_weights_and_changes_what_is_said(ask):
    found = ask("mapped", "head_off=1/self_1")
    assert found.layers[0].after == pytest.approx(found.layers[0].before, abs=1e-6)
    assert not found.layers[0].edited
    assert np.abs(found.difference).max() > 1e-6
    both = ask("mapped", "head_off=1/self_1;head_off=0/self_1")
    assert np.abs(both.difference - found.difference).max() > 1e-6


@pytest.mark.parametrize(
    ("model", "edits", "said"),
    [
        ("none", "uniform", "has none"),
        ("pooled", "head_off=1", "numbered 0 to 0; got 1"),
        ("pooled", "zero@0-90", "steps of time are numbered .*: an interval must end at"),
        ("pooled", "step=90", "numbered 0 to"),
        ("pooled", "uniform/other", "attention layers of this run are time; got 'other'"),
        ("pooled", "mean@0-90", "an interval must end at"),
    ],
)
def test_what_the_model_or_the_sample_does_not_have_is_refused(model, edits, said, ask):
    with pytest.raises(HeedError, match=said):
        ask(model, edits)


def test_all_steps_can_not_lose_their_weight(ask, dataset):
    with pytest.raises(HeedError, match="some step must keep its weight"):
        ask("pooled", f"zero@0-{int(dataset.lengths[SAMPLE])}")


def test_distances_are_those_of_scaled_padded_series(house, dataset, runs):
    run = open_run(house, runs["pooled"])
    known = training_samples(house, run, dataset)
    lengths = np.asarray(dataset.lengths)
    scaled = np.where(
        length_mask(lengths, dataset.steps)[:, :, None],
        (dataset.series - run.scaler.mean) / run.scaler.scale,
        0,
    ).reshape(dataset.samples, -1)
    apart = np.linalg.norm(scaled[known.rows][:, None] - scaled[known.rows][None], axis=2)
    nearest = np.where(np.eye(len(apart), dtype=bool), np.inf, apart).min(axis=1)
    assert known.nearest == pytest.approx(np.sort(nearest), rel=1e-5)
    own = known.rows[0]
    found = core.what_if(runs["pooled"], int(own), "", house).distance
    assert found.before == pytest.approx(nearest[0], rel=1e-5)
    assert found.before_percentile == pytest.approx(100 * np.mean(nearest <= nearest[0] * (1 + 1e-6)))
    assert (found.samples, found.total) == (len(known.rows), len(known.rows))


def test_the_farthest_sample_is_beyond_all(ask):
    far = ask("pooled", "noise=1;noise=2", 5)
    assert 0 <= far.distance.after_percentile <= 100
    assert len(far.to_frame()) == len(far.series)


@pytest.mark.parametrize("space", ["series", "hidden"])
def test_the_nearest_training_samples_of_each_class_come_nearest_first(space, house, dataset, runs):
    found = core.nearest(runs["pooled"], SAMPLE, space, house)
    frame = found.to_frame()
    codes = np.asarray(dataset.targets["label"])
    assert set(frame["class"]) == {"a", "b"}
    assert SAMPLE not in set(frame["sample"])
    for near in found.near:
        assert codes[near.sample] == near.code
    for _, group in frame.groupby("class"):
        assert group["distance"].is_monotonic_increasing
        assert len(group) == 3
    with pytest.raises(HeedError, match="spaces are series, hidden; got 'x'"):
        core.nearest(runs["pooled"], SAMPLE, "x", house)


@pytest.mark.parametrize(
    ("edits", "anew", "said"),
    [
        ("mean@1-3", True, ["band: computed anew from the edited signal"]),
        (
            "mean@1-3;uniform",
            False,
            ["band: can't be computed anew, so the model still reads what it was before the edits"],
        ),
        ("uniform", False, []),
    ],
)
def test_one_sentence_tells_whether_a_derived_modality_follows(edits, anew, said, house, dataset, runs):
    run = open_run(house, runs["pooled"])
    known = training_samples(house, run, dataset)
    notes = remarks(run, dataset, SAMPLE, parse_edits(edits), known, {"band": anew})
    assert [note for note in notes if "band" in note] == said


def test_a_spectrogram_is_computed_anew_as_it_was_made():
    rng = np.random.default_rng(0)
    data = Dataset(
        series=rng.normal(size=(4, 40, 2)).astype(np.float32),
        lengths=np.array([40, 33, 40, 9]),
        targets={},
        classes={},
        channels=("x", "y"),
        sample_ids=np.array(list("abcd")),
        step_labels=tuple(map(str, range(40))),
        parts=np.zeros(4, np.int8),
        name="waves",
    )
    plan = plan_spectrogram(data, SpectrogramSettings(channels=("y",), window=8))
    floors = floors_of(plan, np.ones(2))
    made = spectrograms(plan, data.series, data.lengths, floors)
    origin = {**plan_origin(plan), "floors": floors.tolist()}
    modality = Modality(made, plan.lengths(data.lengths), plan.labels, plan.step_labels, "step", origin)
    with_it = Dataset(**{**vars(data), "modalities": {"spectrogram": modality}})
    found, lengths = recomputed_modality(with_it, "spectrogram", data.series, data.lengths)
    assert (found == made).all()
    assert lengths.tolist() == modality.lengths.tolist()
