"""Pieces of architectures that read tokens: how many there are, their feed-forward layers, states by step."""

from collections.abc import Sequence
from typing import Any

from core.errors import SettingsError
from core.models.family import AttentionLayer

MOST_TOKENS = 128  # where the number of steps of a token is left to the architecture
MOST_WEIGHTS = 4_000_000  # attention weights of one sample: 16 MB


def patch_of(steps: int, patch: int) -> int:
    """Return how many steps a token covers; 0 leaves it open, then there are at most 128 tokens."""
    return patch or -(-steps // MOST_TOKENS)


def token_count(steps: int, patch: int) -> int:
    """Return how many tokens cover the steps."""
    return -(-steps // patch)


def refuse_large_maps(layers: Sequence[AttentionLayer]) -> None:
    """Raise SettingsError where the attention weights of one sample would not be handled in memory."""
    weights = sum(layer.heads * layer.shape[1] * layer.shape[2] for layer in layers)
    if weights > MOST_WEIGHTS:
        raise SettingsError(
            f"attention weights of a sample may be at most {MOST_WEIGHTS:,}; got {weights:,}. "
            "Choose more steps a token (patch), fewer heads or fewer layers"
        )


def refuse_long_patch(patch: int, steps: int) -> None:
    """Raise SettingsError where a token would cover more than the whole series."""
    if patch > steps:
        raise SettingsError(f"patch must be at most the number of steps, {steps}; got {patch}")


def normed(states: Any, name: str) -> Any:
    """Return states with mean 0 and deviation 1 over their width, scaled and shifted as was learnt."""
    import keras

    return keras.layers.LayerNormalization(epsilon=1e-5, name=name)(states)


def feed_forward(states: Any, width: int, name: str) -> Any:
    """Return states after two dense layers, the first of which is `width` wide."""
    import keras

    inner = keras.layers.Dense(width, activation="relu", name=f"{name}_inner")(states)
    return keras.layers.Dense(states.shape[-1], name=name)(inner)


def states_by_step(tokens: Any, mask: Any, patch: int, name: str) -> Any:
    """Return the states (N, T, U) of the tokens that cover each step, 0 on padding."""
    from core.models.layers import KeepValid, StepsOfTokens

    spread = StepsOfTokens(patch, mask.shape[1], name=f"{name}_spread")(tokens)
    return KeepValid(name=name)(spread, mask)


def own_states_by_step(tokens: Any, mask: Any, patch: int) -> Any:
    """Return states (N, T, U) for labels per step: each step has its own part of what its token knows."""
    import keras

    from core.models.layers import KeepValid, StepsOfTokens

    if patch == 1:
        return tokens
    width = int(tokens.shape[-1])
    parts = keras.layers.Dense(patch * width, activation="relu", name="parts")(tokens)
    spread = StepsOfTokens(patch, mask.shape[1], apart=True, name="parts_by_step")(parts)
    return KeepValid(name="steps")(spread, mask)
