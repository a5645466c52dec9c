import numpy as np
import pytest
from sklearn.linear_model import RidgeClassifierCV

from core.data.constructions import CONSTRUCTIONS
from core.data.families import SOURCES
from core.data.soundness import sound
from core.errors import SettingsError

KINDS = ("freqshapes", "seqcomb-uv", "seqcomb-mv", "lowvar", "conjunction")


def make(kind, samples=400, seed=0, **settings):
    part = SOURCES.create("planted", {"kind": kind, "samples": samples, **settings})
    return sound(part.make(np.random.default_rng(seed)))


def ridge_accuracy(dataset):
    """Return the test accuracy of a ridge on the flattened series: what positions alone tell."""
    flat = dataset.series.reshape(dataset.samples, -1)
    half = dataset.samples // 2
    codes = dataset.targets["label"]
    model = RidgeClassifierCV(alphas=np.logspace(1, 6, 6)).fit(flat[:half], codes[:half])
    return model.score(flat[half:], codes[half:])


@pytest.mark.parametrize("kind", sorted(CONSTRUCTIONS))
def test_the_share_of_salient_cells_is_the_published_one(kind):
    dataset = make(kind, samples=4000)
    salient = dataset.truth[dataset.truth.any(axis=(1, 2))]
    assert salient.mean() == pytest.approx(CONSTRUCTIONS[kind].base_rate, rel=0.02)


@pytest.mark.parametrize("kind", KINDS)
def test_classes_are_equally_frequent_and_the_same_seed_draws_the_same(kind):
    dataset = make(kind, samples=200)
    counts = np.bincount(dataset.targets["label"])
    assert counts.max() - counts.min() <= 1
    again = make(kind, samples=200)
    assert np.array_equal(dataset.series, again.series)
    assert not np.array_equal(dataset.series, make(kind, samples=200, seed=1).series)


def test_spikes_of_freqshapes_stand_where_the_truth_says():
    dataset = make("freqshapes", samples=800)
    down = dataset.targets["label"] < 2
    salient, rest = dataset.series[dataset.truth], dataset.series[~dataset.truth]
    assert np.abs(salient).mean() == pytest.approx((1.75 + 2 + 1.75) / 3, abs=0.05)
    assert rest.std() == pytest.approx(0.25, abs=0.01)
    assert (dataset.series[down][dataset.truth[down]] < 0).all()


@pytest.mark.parametrize(("kind", "shortest", "longest"), [("seqcomb-uv", 10, 19), ("seqcomb-mv", 15, 29)])
def test_trends_of_seqcomb_go_the_way_their_class_says(kind, shortest, longest):
    dataset = make(kind, samples=400)
    labels = dataset.targets["label"]
    assert not dataset.truth[labels == 0].any()
    channels_with_truth = dataset.truth.any(axis=1).sum(axis=1)[labels > 0]
    assert set(channels_with_truth) == ({1} if kind == "seqcomb-uv" else {2})
    cells = dataset.truth.sum(axis=(1, 2))[labels > 0]
    assert cells.min() >= 2 * shortest
    assert cells.max() <= 2 * longest
    for row in np.flatnonzero(labels == 2)[:40]:
        for channel in np.flatnonzero(dataset.truth[row].any(axis=0)):
            inside = np.flatnonzero(dataset.truth[row, :, channel])
            values = dataset.series[row, inside[:shortest], channel]
            assert values[-1] > values[0] - 2.1  # rising, with a wave of height 1 on it


def test_the_quiet_stretch_of_lowvar_has_its_level_and_little_variance():
    dataset = make("lowvar", samples=400)
    for code, level, channel in ((0, -1.5, 0), (1, 1.5, 0), (2, -1.5, 1), (3, 1.5, 1)):
        rows = dataset.targets["label"] == code
        assert not dataset.truth[rows][:, :, 1 - channel].any()
        quiet = dataset.series[rows][dataset.truth[rows]]
        assert quiet.mean() == pytest.approx(level, abs=0.02)
        assert quiet.std() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("rule", ["xor", "and"])
def test_positions_alone_tell_nothing_of_a_conjunction(rule):
    # 600 samples tested: three standard errors of a fair coin are 0.06.
    assert ridge_accuracy(make("conjunction", samples=1200, rule=rule)) < 0.57


def test_each_group_alone_tells_nothing_and_both_tell_everything():
    dataset = make("conjunction", samples=1000, noise=0.01)
    labels = dataset.targets["label"]
    kinds = []
    for channels in dataset.groups.values():
        group = dataset.series[:, :, list(channels)]
        truth = dataset.truth[:, :, list(channels)]
        # A motif of kind 0 begins upwards.
        first = np.array([group[row][truth[row]][0] for row in range(dataset.samples)])
        kinds.append((first < 0).astype(int))
        assert abs(np.corrcoef(kinds[-1], labels)[0, 1]) < 0.1
    assert np.array_equal(kinds[0] ^ kinds[1], labels)


@pytest.mark.parametrize("lag", [0, 7, 30])
def test_the_second_motif_follows_after_the_lag(lag):
    dataset = make("conjunction", samples=60, lag=lag)
    first = dataset.truth[:, :, :2].any(axis=2).argmax(axis=1)
    second = dataset.truth[:, :, 2:].any(axis=2).argmax(axis=1)
    assert set(second - first) == {lag}


def test_distractors_have_the_energy_of_motifs():
    dataset = make("conjunction", samples=50, noise=0.0)
    energy = (dataset.series.astype(float) ** 2).sum(axis=1)  # (N, C)
    assert energy.reshape(-1) == pytest.approx(energy[0, 0], rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_with_shuffled_labels_nothing_is_salient_and_nothing_decides(kind):
    dataset = make(kind, samples=1200, shuffled_labels=True)
    assert not dataset.truth.any()
    chance = 1 / len(dataset.classes["label"])
    assert ridge_accuracy(dataset) < chance + 0.08


def test_a_lag_without_room_is_refused():
    with pytest.raises(SettingsError, match="at most 40 with 100 steps; got 45"):
        make("conjunction", lag=45)
