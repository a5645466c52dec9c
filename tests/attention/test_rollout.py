"""Laws of rollout and flow."""

import numpy as np
import pytest

from core.attention.flow import MOST_TOKENS, attention_flow
from core.attention.rollout import attention_rollout, read_by_head
from core.errors import LimitError, ShapeError


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(shape[-1]), shape[:-1])


def test_rows_of_rollout_sum_to_one() -> None:
    rolled = attention_rollout([drawn(2, 3, 6, 6), drawn(2, 3, 6, 6, seed=1)])
    np.testing.assert_allclose(rolled.sum(axis=2), 1.0)


def test_rollout_of_one_layer_is_half_its_mean_and_half_itself() -> None:
    weights = drawn(1, 2, 5, 5)
    np.testing.assert_allclose(attention_rollout([weights])[0], (weights[0].mean(axis=0) + np.eye(5)) / 2)


def test_rollout_multiplies_from_the_last_layer_down_to_the_input() -> None:
    first, second = np.zeros((1, 1, 3, 3)), np.zeros((1, 1, 3, 3))
    first[0, 0, :, 0] = 1.0  # all look at token 0 first,
    second[0, 0, :, 2] = 1.0  # then at token 2
    rolled = attention_rollout([first, second])[0]
    assert rolled[1].tolist() == [0.5, 0.25, 0.25]  # half of each is kept by the residual path


def test_padding_takes_no_part_in_rollout() -> None:
    weights = np.zeros((1, 1, 4, 4))
    weights[0, 0, :3, :3] = drawn(3, 3)
    rolled = attention_rollout([weights, weights])[0]
    assert not rolled[:3, 3].any()
    assert rolled[3].tolist() == [0, 0, 0, 1]


def test_uniform_attention_rolls_out_to_equal_shares() -> None:
    rolled = attention_rollout([np.full((1, 2, 8, 8), 1 / 8)] * 3)
    read = read_by_head("mean", np.array([8]), 8)
    np.testing.assert_allclose(read @ rolled[0], np.full((1, 8), 1 / 8))


@pytest.mark.parametrize(
    ("pooling", "extra", "expected"),
    [
        ("mean", 0, [1 / 3, 1 / 3, 1 / 3, 0]),
        ("mean", 1, [0, 1 / 2, 1 / 2, 0]),
        ("last", 0, [0, 0, 1, 0]),
        ("class token", 1, [1, 0, 0, 0]),
    ],
)
def test_what_the_head_reads_is_what_it_pools(pooling: str, extra: int, expected: list[float]) -> None:
    np.testing.assert_allclose(read_by_head(pooling, np.array([3]), 4, extra)[0], expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "layers", [[], [np.ones((1, 1, 2, 3))], [np.ones((1, 1, 2, 2)), np.ones((1, 1, 3, 3))]]
)
def test_layers_that_can_not_be_multiplied_are_refused(layers: list[np.ndarray]) -> None:
    with pytest.raises(ShapeError, match="rollout needs"):
        attention_rollout(layers)


def test_through_one_layer_the_flow_is_the_rollout() -> None:
    weights, read = drawn(2, 6, 6), np.full(6, 1 / 6)
    flow = attention_flow([weights], read)
    np.testing.assert_allclose(flow, read @ attention_rollout([weights[None]])[0], atol=1e-5)


def test_a_flow_is_at_least_the_rollout_and_at_most_what_is_read() -> None:
    layers, read = [drawn(2, 7, 7), drawn(2, 7, 7, seed=1)], np.eye(7)[3]
    flow = attention_flow(layers, read)
    rolled = read @ attention_rollout([weights[None] for weights in layers])[0]
    assert (flow >= rolled - 1e-5).all()
    assert (flow <= 1.0 + 1e-5).all()


def test_a_flow_through_a_chain_is_its_narrowest_edge() -> None:
    first, second = np.zeros((1, 3, 3)), np.zeros((1, 3, 3))
    first[0, :, 0], second[0, :, 1] = 1.0, 1.0
    # From token 2: half goes to token 1 and half stays; of either half the first layer passes half on to 0.
    assert attention_flow([first, second], np.eye(3)[2])[0] == pytest.approx(1.0, abs=1e-5)
    assert attention_flow([first, second], np.eye(3)[2])[1] == pytest.approx(0.5, abs=1e-5)


def test_a_flow_that_takes_long_is_refused() -> None:
    with pytest.raises(LimitError, match=f"at most {MOST_TOKENS} tokens"):
        attention_flow([drawn(1, 51, 51)], np.full(51, 1 / 51))
