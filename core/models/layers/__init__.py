"""Keras layers shared by all architectures. Imports Keras: import it inside functions only."""

from core.models.layers.attention import AttentionPooling
from core.models.layers.categories import ChannelEmbedding
from core.models.layers.heads import BesideEachStep, BinaryLogits
from core.models.layers.masking import KeepValid, LastValid, MeanValid

__all__ = [
    "AttentionPooling",
    "BesideEachStep",
    "BinaryLogits",
    "ChannelEmbedding",
    "KeepValid",
    "LastValid",
    "MeanValid",
]
