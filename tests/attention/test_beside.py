import numpy as np
import pytest

from core.attention.beside import AttentionBeside, ModelSide, agreement_of, beside
from core.attention.rows import OrderedRows
from core.errors import DataError, ShapeError
from tests.attention.constructed import drawn_weights


def model(name: str, weights: np.ndarray, lengths: np.ndarray, said: str = "a") -> ModelSide:
    """Return a model that says the same of every sample."""
    count = len(weights)
    rows = OrderedRows.of(weights, np.arange(count), lengths)
    said_of_all, right = np.full(count, said, object), np.ones(count, np.int64)
    return ModelSide(name, rows, said_of_all, np.full(count, 0.8), right)


def held(first: ModelSide, second: ModelSide, seed: int = 0) -> AttentionBeside:
    count = len(first.rows)
    return beside(
        (first, second), np.arange(count), np.arange(count).astype(str), np.random.default_rng(seed)
    )


@pytest.mark.parametrize("shortest", [None, 4])
@pytest.mark.parametrize("rounded", [False, True])
def test_agreement_is_that_of_the_definitions(shortest: int | None, rounded: bool) -> None:
    from scipy.spatial.distance import jensenshannon
    from scipy.stats import spearmanr

    one, lengths = drawn_weights(40, 15, 1, shortest)
    other, _ = drawn_weights(40, 15, 2)
    if rounded:  # so that many are equal, not all
        one, other = np.ceil(50 * one) / 50, np.ceil(50 * other) / 50
    rows = [OrderedRows.of(block.astype(np.float32), np.arange(40), lengths) for block in (one, other)]
    jsd, spearman = agreement_of(rows[0], rows[1])
    for sample, length in enumerate(lengths):
        a, b = one[sample, :length], other[sample, :length]
        assert jsd[sample] == pytest.approx(jensenshannon(a, b, base=2) ** 2, abs=1e-6)
        if np.ptp(a) > 0 < np.ptp(b):
            assert spearman[sample] == pytest.approx(spearmanr(a, b).statistic, abs=1e-6)


def test_equal_models_agree_wholly_and_above_the_floor() -> None:
    weights, lengths = drawn_weights(200, 20)
    found = held(model("one", weights, lengths), model("other", weights, lengths))
    assert found.jsd == pytest.approx(0, abs=1e-9)
    assert found.spearman == pytest.approx(1)
    told = found.plain()
    assert (told["above_floor"], told["same_prediction"], told["samples"]) == (1, 1, 200)
    assert abs(told["floor_spearman"]) < 0.1
    assert told["floor_jsd"] > 0.3
    assert "more than chance" in " ".join(found.in_words())
    assert "same class for 100.0 % of the samples" in found.in_words()[0]


def test_a_map_that_is_alike_for_all_samples_is_no_agreement_about_samples() -> None:
    rng = np.random.default_rng(0)
    base = rng.dirichlet(np.ones(20))
    one, other = (rng.dirichlet(500 * base + 1, 300).astype(np.float32) for _ in range(2))
    lengths = np.full(300, 20)
    found = held(model("one", one, lengths), model("other", other, lengths))
    assert found.plain()["spearman"] > 0.8
    assert "no more than chance" in " ".join(found.in_words())


def test_opposite_maps_share_nothing() -> None:
    one, other = np.eye(4, dtype=np.float32)[[0, 1]], np.eye(4, dtype=np.float32)[[2, 3]]
    jsd, spearman = agreement_of(*(OrderedRows.of(w, np.arange(2), np.full(2, 4)) for w in (one, other)))
    assert jsd == pytest.approx(1)
    assert (spearman < 0).all()


def test_flat_maps_and_single_steps_have_no_ranks() -> None:
    flat = np.full((2, 3), 1 / 3, np.float32)
    flat[1] = (1, 0, 0)
    found = held(model("one", flat, np.array([3, 1])), model("other", flat, np.array([3, 1])))
    assert np.isnan(found.spearman).all()
    assert found.jsd == pytest.approx(0)
    assert np.isnan(found.floor_jsd).all()
    told = found.plain()
    assert (told["spearman"], told["above_floor"], told["floor_samples"]) == (None, None, 0)
    assert "no other sample" in found.in_words()[-1]


def test_the_most_different_sample_comes_first() -> None:
    one, lengths = drawn_weights(30, 10)
    other = one.copy()
    other[17] = one[17, ::-1]
    found = held(model("one", one, lengths), model("other", other, lengths, "b"))
    frame = found.to_frame()
    assert frame["sample"].tolist()[0] == 17
    assert frame["jsd"].is_monotonic_decreasing
    assert (frame["predicted_a"].unique().tolist(), frame["predicted_b"].unique().tolist()) == (["a"], ["b"])
    assert found.same_prediction == 0


def test_the_floor_takes_another_sample_of_the_same_length() -> None:
    lengths = np.array([3, 3, 5, 5, 5, 4])
    weights = np.zeros((6, 5), np.float32)
    for row, length in enumerate(lengths):
        weights[row, row % length] = 1  # each sample of a length looks elsewhere
    found = held(model("one", weights, lengths), model("other", weights, lengths))
    assert found.floor_jsd[:5] == pytest.approx(1)
    assert np.isnan(found.floor_jsd[5])


def test_models_must_have_looked_at_the_same() -> None:
    weights, lengths = drawn_weights(4, 5)
    one = model("one", weights, lengths)
    with pytest.raises(ShapeError):
        held(one, model("other", weights[:, :4], np.full(4, 4)))
    none = model("none", weights[:0], lengths[:0])
    with pytest.raises(DataError):
        held(none, none)
