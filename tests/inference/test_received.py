import numpy as np
import pytest

from core.errors import ShapeError
from core.inference import received_attention, received_by_head
from core.models.family import AttentionLayer


def layer(shape: tuple[int, ...], patch: int = 1, extra: int = 0) -> AttentionLayer:
    kind = "pooled" if len(shape) == 2 else "self"
    return AttentionLayer(name="x", kind=kind, heads=shape[0], shape=shape, patch=patch, extra=extra)


def test_pooled_attention_is_averaged_over_heads() -> None:
    weights = np.array([[[0.5, 0.5, 0.0], [0.1, 0.9, 0.0]]], np.float32)
    found = received_attention(weights, layer((2, 3)), np.array([2]), 3)
    np.testing.assert_allclose(found, [[0.3, 0.7, 0.0]], atol=1e-6)


def test_of_a_map_only_queries_that_are_not_padding_count() -> None:
    rows = [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]  # the third query is padding
    found = received_attention(np.array([[rows]], np.float32), layer((1, 3, 3)), np.array([2]), 3)
    np.testing.assert_allclose(found, [[0.75, 0.25, 0.0]], atol=1e-6)


def test_a_class_token_is_left_out_and_the_rest_sums_to_one() -> None:
    rows = [[0.5, 0.25, 0.25], [0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]
    found = received_attention(np.array([[rows]], np.float32), layer((1, 3, 3), extra=1), np.array([2]), 2)
    assert found.shape == (1, 2)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-6)
    assert found[0, 0] > found[0, 1]


@pytest.mark.parametrize("length", [3, 4, 7, 8])
def test_a_token_shares_its_weight_among_its_valid_steps(length: int) -> None:
    tokens = np.array([[[0.25, 0.75, 0.0]]], np.float32) if length > 3 else np.array([[[1.0, 0.0, 0.0]]])
    found = received_by_head(tokens, layer((1, 3), patch=3), np.array([length]), 8)
    if length > 6:
        tokens = np.array([[[0.2, 0.3, 0.5]]], np.float32)
        found = received_by_head(tokens, layer((1, 3), patch=3), np.array([length]), 8)
    assert found.shape == (1, 1, 8)
    np.testing.assert_allclose(found.sum(axis=2), 1.0, atol=1e-6)
    assert not found[0, 0, length:].any()
    np.testing.assert_allclose(found[0, 0, :3], tokens[0, 0, 0] / 3, atol=1e-6)


def test_tokens_that_do_not_cover_the_steps_are_refused() -> None:
    with pytest.raises(ShapeError, match="must cover 8 steps"):
        received_attention(np.ones((1, 1, 3), np.float32) / 3, layer((1, 3), patch=2), np.array([5]), 8)
