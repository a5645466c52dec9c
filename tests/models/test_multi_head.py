"""Laws of the attention layer that models of tokens are made of."""

from typing import Any

import numpy as np
import pytest

from core.models.tokens import patch_of, token_count

pytestmark = pytest.mark.slow

HEADS, WIDTH = 3, 8


@pytest.fixture(scope="module")
def layer() -> Any:
    import keras

    from core.models.layers import MultiHeadAttention

    keras.utils.set_random_seed(0)
    layer = MultiHeadAttention(HEADS, WIDTH)
    layer.build((None, 5, WIDTH), (None, 4, 6))
    bias = layer.output_projection.bias
    bias.assign(np.arange(WIDTH, dtype=np.float32))
    return layer


def attended(layer: Any, gate: Any = 1.0, override: Any = 0.0, blend: float = 0.0) -> tuple[Any, Any]:
    """Return what the layer makes of two samples of which the second is shorter on both sides."""
    rng = np.random.default_rng(0)
    queries, keys = rng.normal(size=(2, 5, WIDTH)), rng.normal(size=(2, 4, 6))
    asking, answering = np.ones((2, 5)), np.ones((2, 4))
    asking[1, 3:], answering[1, 2:] = 0, 0
    tensors = [
        np.asarray(value, np.float32)
        for value in (
            queries,
            keys,
            asking,
            answering,
            np.reshape(gate, (1, -1)),
            np.broadcast_to(override, np.broadcast_shapes(np.shape(override), (1, 1, 1, 1))),
            np.full((1, 1), blend),
        )
    ]
    return tuple(np.asarray(value) for value in layer(*tensors))[:2]  # type: ignore[return-value]


def test_rows_sum_to_one_over_valid_keys_and_are_0_for_queries_on_padding(layer: Any) -> None:
    _context, weights = attended(layer)
    assert weights.shape == (2, HEADS, 5, 4)
    assert np.allclose(weights[0].sum(axis=-1), 1)
    assert np.allclose(weights[1, :, :3, :2].sum(axis=-1), 1)
    assert (weights[1, :, 3:] == 0).all()
    assert (weights[1, :, :, 2:] == 0).all()


def test_what_is_gathered_is_the_bias_and_the_sum_of_what_each_head_adds(layer: Any) -> None:
    whole, _ = attended(layer)
    closed, _ = attended(layer, gate=np.zeros(HEADS))
    assert np.allclose(closed, np.arange(WIDTH))
    alone = [attended(layer, gate=np.eye(HEADS)[head])[0] - closed for head in range(HEADS)]
    assert np.allclose(sum(alone) + closed, whole, atol=1e-5)
    assert all(np.abs(part).max() > 0.01 for part in alone)


def test_an_override_counts_on_valid_pairs_only_and_blends(layer: Any) -> None:
    plain, weights = attended(layer)
    same, again = attended(layer, override=weights, blend=1.0)
    assert np.allclose(again, weights)
    assert np.allclose(same, plain, atol=1e-6)
    _, ones = attended(layer, override=1.0, blend=1.0)
    assert np.array_equal(ones[1, 0], np.outer([1, 1, 1, 0, 0], [1, 1, 0, 0]))
    _, half = attended(layer, override=1.0, blend=0.5)
    assert np.allclose(half, (weights + ones) / 2)


def test_a_norm_is_the_length_of_what_a_key_adds_at_full_weight(layer: Any) -> None:
    rng = np.random.default_rng(0)
    queries, keys = (
        rng.normal(size=(1, count, size)).astype(np.float32) for count, size in ((5, WIDTH), (4, 6))
    )
    answering = np.array([[1, 1, 1, 0]], np.float32)
    for head in range(HEADS):
        for key in range(4):
            override = np.zeros((1, 1, 5, 4), np.float32)
            override[..., key] = 1.0
            ports = [
                np.ones((1, 5), np.float32),
                answering,
                np.eye(HEADS, dtype=np.float32)[[head]],
                override,
            ]
            gathered, _, norms = (
                np.asarray(value) for value in layer(queries, keys, *ports, np.ones((1, 1), np.float32))
            )
            added = np.linalg.norm(gathered[0, 0] - np.arange(WIDTH))
            assert norms[0, head, key] == pytest.approx(added, abs=1e-4)


def test_codes_of_places_are_alike_by_distance_alone() -> None:
    from core.models.layers.positions import sinusoids

    codes = sinusoids(np.arange(20.0), 8, 20)
    alike = codes @ codes.T
    for distance in range(20):
        diagonal = np.diagonal(alike, distance)
        assert np.allclose(diagonal, diagonal[0], atol=1e-5)
    assert codes.shape == (20, 8)
    assert sinusoids(np.arange(3.0), 5, 3).shape == (3, 5)


@pytest.mark.parametrize(
    ("steps", "patch", "taken", "tokens"),
    [(8, 0, 1, 8), (128, 0, 1, 128), (129, 0, 2, 65), (1000, 0, 8, 125), (1000, 10, 10, 100), (7, 3, 3, 3)],
)
def test_at_most_128_tokens_where_it_is_left_open(steps: int, patch: int, taken: int, tokens: int) -> None:
    assert patch_of(steps, patch) == taken
    assert token_count(steps, taken) == tokens


def test_steps_get_the_state_of_the_token_that_covers_them() -> None:
    from core.models.layers import Patches, StepsOfTokens

    features = np.arange(2 * 7 * 2, dtype=np.float32).reshape(2, 7, 2) + 1
    mask = np.ones((2, 7), np.float32)
    mask[1, 3:] = 0
    tokens, valid = (np.asarray(value) for value in Patches(3)(features, mask))
    assert tokens.shape == (2, 3, 6)
    assert valid.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert (tokens[1, 1:] == 0).all()
    back = np.asarray(StepsOfTokens(3, 7, apart=True)(tokens))
    assert np.array_equal(back, features * mask[:, :, None])
    spread = np.asarray(StepsOfTokens(3, 7)(tokens))
    assert np.array_equal(spread, np.repeat(tokens, 3, axis=1)[:, :7])
